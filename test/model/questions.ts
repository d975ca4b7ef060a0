/** What has to be possible in the model: an invariant says nothing of what never happens. */
import type { Item } from './verification.ts';

const reachable: readonly [number, string][] = [
  [1, 'a failover, then a row acknowledged there'],
  [2, 'a failover, then a member again'],
  [3, 'a failover and a failback'],
  [4, 'an offer is accepted'],
  [5, 'an offer is taken back'],
  [6, 'a freed record is claimed'],
  [7, 'a restart in place with rows that the other lacks'],
  [8, 'a rejoin with all rows'],
  [9, 'alone, with a standby that lacks rows'],
  [10, 'a new process adopts a running primary'],
  [11, 'two lineages with one timeline number'],
];

/** Each is answered with yes by the assertion that denies it. */
export const questions: readonly Item[] = reachable.map(([number, name]) => ({
  name: `possible: ${name}`,
  question: { defines: [`R=${number}`], search: 'breadth', long: true },
  expect: number,
}));
