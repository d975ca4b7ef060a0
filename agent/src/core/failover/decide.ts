/**
 * The agent's mind: what is to be done in this instant, from what is seen and remembered. Pure, total and quick: it waits
 * for nothing, knows no clock but the view's, and looks at what is, never at what happened. A long procedure is a chain
 * of decisions, each safe if the process dies before the next.
 */
import type { Decision } from './decision.ts';
import { explain } from './explain.ts';
import { type Intent, laneOf } from './intent.ts';
import type { Memory } from './memory.ts';
import { elapsedForCandidate, type Moment } from './moment.ts';
import { remember } from './remember.ts';
import type { Rule } from './rules/rule.ts';
import { ruleLanes, rulesByLane } from './rules/rules.ts';
import { type Situation, situationOf } from './situation.ts';
import { track } from './track.ts';
import type { View } from './view.ts';
import { wakeAtMs } from './wake.ts';

type Firing = { readonly rules: readonly Rule[]; readonly intents: readonly Intent[]; readonly memory: Memory };

/** Everything that the node has to do now. `memory` is the one of the decision before; see `view.ts` for the contract. */
export function decide(view: View, memory: Memory): Decision {
  const remembered = situationOf(view, remember(view, memory));
  const situation = { ...remembered, memory: track(remembered) };
  const { rules, intents, memory: next } = fire(situation);
  const ids = rules.map(({ id }) => id);
  const settled = { ...situation, memory: next };
  return { ruleId: ids[0] ?? 'settled', why: explain(situation, ids), intents, memory: next, wakeAtMs: wakeAtMs(settled) };
}

function fire(situation: Situation): Firing {
  let firing: Firing = { rules: [], intents: [], memory: situation.memory };
  for (const lane of ruleLanes) {
    const rule = rulesByLane.get(lane)?.find(({ when }) => when.every((predicate) => predicate(situation)));
    if (rule === undefined) continue;
    firing = add(firing, situation, rule);
    // While the server may still accept writes nothing else is begun.
    if (lane === 'fence') break;
  }
  return firing;
}

function add(firing: Firing, situation: Situation, rule: Rule): Firing {
  const { intents, memory } = rule.act(situation);
  if (intents.length === 0 || intents.some((intent) => mustWait(situation, intent))) return firing;
  return { rules: [...firing.rules, rule], intents: [...firing.intents, ...intents], memory: { ...firing.memory, ...memory } };
}

/** The intent's lane is taken, or what it asks for has just failed: it is tried again a while later. */
function mustWait(situation: Situation, intent: Intent): boolean {
  const lane = laneOf(intent);
  if (lane === null) return false;
  const { view, memory, now, timings } = situation;
  const { busy, last } = view.lanes[lane];
  if (busy !== null) return true;
  const isWithin = (at: Moment, ms: number) => elapsedForCandidate(at, now) < ms;
  if (intent.kind === 'swap') return memory.unresolved !== null && isWithin(memory.unresolved.lastAt, timings.renewMs / 4);
  const restMs = lane === 'store' ? timings.renewMs / 4 : timings.renewMs;
  return last !== null && last.failure !== null && last.kind === intent.kind && isWithin(last.at, restMs);
}
