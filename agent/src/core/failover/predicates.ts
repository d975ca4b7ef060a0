/** Predicates as the rule table prints them: functions with a name of their own. */
import type { Situation } from './situation.ts';

export type Predicate = (situation: Situation) => boolean;

/** The opposite, printed as `not <name>`. */
export function not(predicate: Predicate): Predicate {
  const opposite: Predicate = (situation) => !predicate(situation);
  return Object.defineProperty(opposite, 'name', { value: `not ${predicate.name}` });
}
