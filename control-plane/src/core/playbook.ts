import * as z from 'zod';
import { roles } from './inventory/schema.ts';

const unitAction = z.union([z.strictObject({ restart: z.string() }), z.strictObject({ reload: z.string() })]);

/** What every step may say beside its kind's own settings. */
export const stepHeader = z.looseObject({
  name: z.string().min(1),
  kind: z.string().min(1),
  /** Only on hosts with one of these roles (default: the part's). */
  roles: z.array(z.enum(roles)).optional(),
  /** nunjucks condition; may use `live` (then it decides at comparison, facts are read in any case). */
  when: z.string().optional(),
  tags: z.array(z.string()).default([]),
  /** Units that must act at the end of the stage if this step changes something. */
  notify: z.array(unitAction).default([]),
});

/** A part: steps for the hosts of some roles. `roles: all` = every host. */
export const partSchema = z.strictObject({
  part: z.string().min(1),
  roles: z.union([z.literal('all'), z.array(z.enum(roles)).min(1)]),
  steps: z.array(stepHeader).min(1),
});

/**
 * In which order the hosts of a stage are served, when the service is new and when it runs:
 * `together`; `one-by-one` (quorum members); `leader-first` / `leader-last` (primary, master or VIP holder against the rest);
 * `halves` (half of the hosts, then the others).
 */
export const batchOrders = ['together', 'one-by-one', 'leader-first', 'leader-last', 'halves'] as const;
export type BatchOrder = (typeof batchOrders)[number];

/** `playbooks/site.yaml`: the stages in order, each one part's steps. */
export const sitePlaybookSchema = z.strictObject({
  stages: z.array(
    z.strictObject({
      stage: z.string().min(1),
      part: z.string().min(1),
      /** Whose live role names the leader of the stage. */
      leader: z.enum(['postgres', 'redis', 'etcd', 'web']).optional(),
      /** Members of a majority: they change only while every other member is there, the ailing ones first. */
      quorum: z.enum(['etcd', 'sentinel']).optional(),
      onBootstrap: z.enum(batchOrders).default('together'),
      onChange: z.enum(batchOrders).default('together'),
    }),
  ),
});

export type Part = z.output<typeof partSchema>;
export type StepDeclaration = z.output<typeof stepHeader>;
export type SitePlaybook = z.output<typeof sitePlaybookSchema>;
