/**
 * How PostgreSQL comes from one list of names to the next (R7). Each walsender takes a new list over in its own time, and
 * one with the new list counts whoever is still named by an old one: with `FIRST 2`, a server that has left the set could
 * stand in for a member. So where the members' places in the list change, nobody is named in between.
 */
import type { Situation } from './situation.ts';
import { type Names, recordedNames } from './sync-set.ts';

/** The next list on the way to the record's. */
export function nextNames(situation: Situation): Names {
  const wanted = recordedNames(situation);
  const { names } = situation.postgres.sync;
  if (names === 'placeholder' || !isOfSeveral(wanted)) return wanted;
  return wanted.every((name, place) => names[place] === name) ? wanted : 'placeholder';
}

/** Nobody is named by what the server shows, but some walsender still goes by the list before. */
export const isFormerListInForce = (situation: Situation) => {
  const { sync, walsenders } = situation.postgres;
  return sync.names === 'placeholder' && isOfSeveral(recordedNames(situation)) && walsenders.some(({ listed }) => listed);
};

/** One alone releases by nobody's flush but its own. */
function isOfSeveral(names: Names): names is readonly string[] {
  return names !== 'placeholder' && names.length > 1;
}
