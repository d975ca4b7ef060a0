/**
 * What the protocol must not become: each mutant breaks one of its rules (`mutants.pml`, `-DM=number`), and the search has
 * to find what comes of that. A mutant that holds would mean that the model does not see what the rule is for.
 */
export type Mutant = {
  readonly number: number;
  /** Its name in `mutants.pml`. */
  readonly name: string;
  readonly rule: string;
  /** How it breaks the rule. */
  readonly breaks: string;
  /** The invariant that its first counterexample breaks; `none` where another rule covers for the broken one. */
  readonly property: number | 'none';
  /** Deep counterexamples are found sooner depth first. */
  readonly search?: 'breadth' | 'depth';
  /** Part of `npm run check`. */
  readonly quick?: true;
};

// biome-ignore format: a table
export const mutants: readonly Mutant[] = [
  { number: 1, name: 'TwoKeys', rule: 'R1', breaks: 'the lease and the sync set are two keys', property: 7, quick: true },
  { number: 2, name: 'OneTransaction', rule: 'R1', breaks: 'two keys in one transaction: a change of the set renews nothing', property: 1 },
  { number: 3, name: 'TimeoutFailed', rule: 'R2', breaks: 'a CAS that timed out is taken for failed', property: 4, quick: true },
  { number: 4, name: 'NumbersTrusted', rule: 'R8', breaks: 'equal timeline numbers are trusted', property: 3, search: 'depth', quick: true },
  { number: 5, name: 'FromReply', rule: 'R3', breaks: 'the deadline counts from the reply', property: 6, quick: true },
  { number: 6, name: 'StoreFirst', rule: 'R6', breaks: 'a member is published before PostgreSQL waits for it', property: 4, quick: true },
  { number: 7, name: 'ListFirst', rule: 'R7', breaks: 'the list is cleared before the record says so', property: 4, quick: true },
  { number: 8, name: 'Ineligible', rule: 'R4', breaks: 'a server that the record does not list may claim', property: 6, quick: true },
  { number: 9, name: 'NoCanary', rule: 'R6', breaks: 'the list in force is not proved by a canary', property: 4, quick: true },
  { number: 10, name: 'RewindEarly', rule: 'R8', breaks: "a rewind before the new primary's checkpoint", property: 'none', search: 'depth' },
  { number: 11, name: 'RewindEarly', rule: 'R8', breaks: "a rewind before the new primary's checkpoint, and no row is read on the new member", property: 3, search: 'depth', quick: true },
  { number: 12, name: 'LineageNotRead', rule: 'R6', breaks: 'no row is read on the new member', property: 'none', search: 'depth' },
  { number: 13, name: 'OwnName', rule: 'R3', breaks: 'its own name as holder gives a new process a right', property: 1, search: 'depth' },
  { number: 14, name: 'OfferIsRight', rule: 'R10', breaks: 'an offer is taken for a right', property: 6, quick: true },
  { number: 15, name: 'TakeBackNoCas', rule: 'R10', breaks: 'an offer is taken back without a CAS', property: 6, quick: true },
  { number: 16, name: 'AdmitEarly', rule: 'R4', breaks: 'clients are let in before the publication', property: 3, search: 'depth' },
  { number: 17, name: 'NoFence', rule: 'R5', breaks: 'no guard: a paused agent lets its server live', property: 1, quick: true },
  { number: 18, name: 'StartsAsPrimary', rule: 'R4', breaks: 'the old primary starts as a primary', property: 1, quick: true },
  { number: 19, name: 'NoCatchUp', rule: 'R6', breaks: 'the canary does not have to return before a member is published', property: 3, search: 'depth' },
  { number: 20, name: 'ArmedLate', rule: 'R5', breaks: 'the guard is armed only once the server is promoted', property: 6, quick: true },
  { number: 21, name: 'OfferAlive', rule: 'R10', breaks: 'an offer is sent before the server is dead', property: 1, quick: true },
  { number: 22, name: 'EmptyAtPromotion', rule: 'R4', breaks: 'the list is empty when the server is promoted', property: 4, quick: true },
  { number: 23, name: 'ListAtPromotion', rule: 'R4', breaks: 'the placeholder is set only when the server is promoted', property: 4 },
  { number: 24, name: 'EligibleEarlier', rule: 'R4', breaks: 'eligible by a record that was read earlier than the one compared', property: 6 },
  { number: 25, name: 'ClearOnRead', rule: 'R2', breaks: 'the list is cleared because a read shows no members', property: 4, search: 'depth' },
  { number: 26, name: 'AddForgotten', rule: 'R2', breaks: 'alone by an earlier CAS while an addition has no outcome', property: 4, search: 'depth' },
  { number: 27, name: 'FromSend', rule: 'R3', breaks: 'a candidate counts from before the reply', property: 1 },
  { number: 28, name: 'MarkerIgnored', rule: 'R8', breaks: 'a half-made copy may be promoted', property: 3, search: 'depth' },
  { number: 29, name: 'RenewalSurvives', rule: 'R10', breaks: 'the right outlives the server', property: 6, quick: true },
  { number: 30, name: 'CompareHolder', rule: 'R1', breaks: 'a renewal compares the holder and not the revision', property: 7 },
  { number: 31, name: 'AnyRejoin', rule: 'R8', breaks: 'a rejoin towards any primary, published or not', property: 3, search: 'depth' },
  { number: 32, name: 'IncarnationKept', rule: 'R8', breaks: 'a rewound or copied server keeps its incarnation', property: 'none', search: 'depth' },
  { number: 33, name: 'FreeAlive', rule: 'R4', breaks: 'the record is freed before the server is dead', property: 1 },
  { number: 34, name: 'ClearUnconfirmed', rule: 'R7', breaks: 'the list is cleared before members = [] is confirmed', property: 4, quick: true },
  { number: 35, name: 'SameEpoch', rule: 'R10', breaks: 'a restart in place is promoted in the epoch of before', property: 6 },
  { number: 36, name: 'NotAskedAgain', rule: 'R4', breaks: 'eligibility is not asked again after the claim', property: 6, quick: true },
  { number: 37, name: 'OldSessions', rule: 'R6', breaks: 'an order of a former process clears the list after all', property: 4, quick: true },
  { number: 38, name: 'TimeoutWon', rule: 'R2', breaks: 'a claim that timed out is taken for won', property: 6, quick: true },
  { number: 39, name: 'PresetLocal', rule: 'R3', breaks: "the deadline is the local preset's and not the record's", property: 1 },
  { number: 40, name: 'NoWait', rule: 'R3', breaks: 'a candidate does not wait for a ttl', property: 1, quick: true },
  { number: 41, name: 'NoClaim', rule: 'R4', breaks: 'an expired lease is enough: no claim in the record', property: 6, quick: true },
];
