/** One row of the table. */
import type { Predicate } from '../predicates.ts';
import type { Situation } from '../situation.ts';
import type { Step } from '../writes.ts';

/** In each lane the first row whose predicates all hold is the one that acts. */
export type RuleLane = 'fence' | 'guard' | 'store' | 'postgres' | 'canary' | 'peers' | 'requests' | 'address' | 'role';

export type Rule = {
  /** `R<n>.<name>`: the rule of the protocol that it carries out. */
  readonly id: string;
  readonly lane: RuleLane;
  readonly when: readonly Predicate[];
  readonly act: (situation: Situation) => Step;
};
