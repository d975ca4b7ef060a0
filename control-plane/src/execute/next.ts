import type { Problem } from '../core/errors.ts';
import type { HostFacts } from '../core/facts/fact-source.ts';
import type { ReadSpan } from '../core/preflight.ts';

/** What a run does next; the queue turns it into jobs. */
export type Next =
  | { readonly kind: 'facts'; readonly purpose: 'plan' | 'verify'; readonly hosts: readonly string[] }
  | { readonly kind: 'batch'; readonly index: number }
  /** The cluster's lock is needed; who leads the run takes it and goes on. */
  | { readonly kind: 'lock' }
  | { readonly kind: 'end' };

/** What reading a host's facts came to; a host that cannot be reached is an expected outcome. */
export type FactsResult =
  | { readonly host: string; readonly ms: number; readonly facts: HostFacts; readonly readAt?: ReadSpan }
  | { readonly host: string; readonly ms: number; readonly problem: Problem };
