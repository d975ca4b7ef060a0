/** A scenario as a file: a schedule of faults, what has to come of it, and which seeded bugs it finds. */
import * as z from 'zod';
import type { Setup } from '../world/state.ts';
import { faultSchema } from './fault.ts';
import type { Scenario } from './scenario.ts';

const names = z.array(z.string());

export const simulationCase = z.strictObject({
  /** The numbers of the scenarios in the review of the protocol that it plays. */
  review: z.array(z.int()).default([]),
  says: z.string(),
  setup: z
    .strictObject({
      seed: z.int().default(1),
      replicas: z.int().min(1).max(3).default(1),
      preset: z.enum(['fast', 'balanced', 'wide']).default('balanced'),
      mode: z.enum(['availability', 'protection']).default('availability'),
      wantedMembers: z.int().default(1),
      clockRates: z.array(z.number()).default([]),
    })
    .prefault({}),
  faults: z.array(faultSchema),
  healAtMs: z.number(),
  /** Beside that no rule of the simulator is broken. */
  expect: z
    .strictObject({
      /** The record's primary in the end. */
      primary: z.string().optional(),
      /** How many servers left recovery in all. */
      promotions: z.int().optional(),
      /** How things stand just before everything is healed: whether clients were served, and how many standbys stream. */
      beforeHealing: z
        .strictObject({ serves: z.boolean().optional(), primary: z.string().optional(), streaming: z.int().optional() })
        .prefault({}),
      /** The rule that is broken in the end: of a cluster that has to wait for an operator. */
      violation: z.string().nullable().default(null),
      /** Operations that some agent carried out, or none did, from `fromMs` on: an intent's kind, with its purpose for a swap. */
      fromMs: z.number().default(0),
      does: names.default([]),
      never: names.default([]),
    })
    .prefault({}),
  /** The seeded bugs under which it fails. */
  finds: names.default([]),
});

export type SimulationCase = z.output<typeof simulationCase>;

export function scenarioOfCase({ setup, faults, healAtMs }: SimulationCase): Scenario {
  return { setup: setup satisfies Setup, faults, healAtMs };
}
