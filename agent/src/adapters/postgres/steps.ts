import { DatabaseError } from 'pg';
import type { Outcome, Refusal } from '../../ports/postgres-control.ts';
import { LateError } from './deadline.ts';
import { LostSessionError } from './session.ts';
import { ToolError } from './tool.ts';

/** One line of a verb; an outcome ends the verb there, nothing lets it go on. */
export type Step = { readonly name: string; run(): Promise<Outcome | undefined> };

/** Called before every step and after the last one: tests end the process there. */
export type Interrupt = (verb: string, step: string) => void;

export const done: Outcome = { kind: 'done' };
export const refused = (reason: Refusal): Outcome => ({ kind: 'refused', reason });

/** A line that looks, and may end the verb. */
export const check = (name: string, run: () => Promise<Outcome | undefined>): Step => ({ name, run });

/** A line that does something. */
export const act = (name: string, run: () => Promise<unknown>): Step => ({ name, run: () => run().then(() => undefined) });

/** Runs a verb's lines in order. What the server, a program, the disk or the clock did becomes an outcome. */
export async function runSteps(verb: string, steps: readonly Step[], interrupt: Interrupt): Promise<Outcome> {
  for (const step of steps) {
    interrupt(verb, step.name);
    const outcome = await step.run().catch(outcomeOf);
    if (outcome) return outcome;
  }
  interrupt(verb, 'end');
  return done;
}

/** Rethrows what is nobody's doing but the programmer's. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof LateError) return { kind: 'timeout', waitedFor: error.waitedFor };
  if (error instanceof RefusedError) return refused(error.refusal);
  if (error instanceof DatabaseError || error instanceof LostSessionError || error instanceof ToolError) return failed(error);
  if (error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string') return failed(error);
  throw error;
}

/** Ends a verb from within what a step calls. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}

function failed(error: Error): Outcome {
  return { kind: 'failed', reason: error.message };
}
