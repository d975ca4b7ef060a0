/** What has to come out: the protocol holds, and each mutant of it is refuted by the property that it breaks. */
import type { Mutant } from './mutants.ts';
import type { Answer, Question } from './spin.ts';
import type { Verdict } from './verdict.ts';

/**
 * `expect`: the number of the property that is broken (an invariant's, or the question's own); `none` is; or none is and
 * every step of the model happens somewhere, which is what it takes for the protocol to hold.
 */
export type Item = { readonly name: string; readonly question: Question; readonly expect: number | 'none' | 'holds' };

export type Judged = { readonly item: Item; readonly answer: Answer; readonly fault: string | null };

/** The protocol itself, in every state that it can come to. */
export const protocol: Item = { name: 'the protocol', question: { defines: [], search: 'depth', long: true }, expect: 'holds' };

export function mutantItem({ number, name, breaks, property, search = 'breadth' }: Mutant): Item {
  return { name: `${name}: ${breaks}`, question: { defines: [`M=${number}`], search, long: search === 'depth' }, expect: property };
}

/** Null where the verdict is the expected one; else what is wrong. */
export function faultOf({ expect }: Item, verdict: Verdict): string | null {
  if (verdict.kind === 'unfinished') return `unfinished: ${verdict.why}`;
  const property = verdict.kind === 'broken' ? verdict.property : 'none';
  if (property !== (expect === 'holds' ? 'none' : expect)) return `breaks ${property}, expected was ${expect}`;
  const idle = expect === 'holds' && verdict.kind === 'holds' ? verdict.unreached : [];
  return idle.length === 0 ? null : `steps that never happen: ${idle.join(' · ')}`;
}

/** Puts the questions, `lanes` at a time and in their order; tells each verdict as it comes. */
export async function verify(
  items: readonly Item[],
  { lanes, ask, tell }: { lanes: number; ask: (question: Question) => Promise<Answer>; tell: (judged: Judged) => void },
): Promise<readonly Judged[]> {
  const waiting = [...items];
  const judged: Judged[] = [];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const answer = await ask(item.question);
      const one = { item, answer, fault: faultOf(item, answer.verdict) };
      judged.push(one);
      tell(one);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return judged;
}

/** One line for a verdict. */
export function lineOf({ item, answer: { verdict }, fault }: Judged): string {
  return `${fault === null ? 'ok  ' : 'FAIL'} ${item.name}: ${fault ?? found(verdict)}`;
}

function found(verdict: Verdict): string {
  if (verdict.kind === 'holds') return `holds in all ${verdict.states} states`;
  if (verdict.kind === 'broken') return `breaks ${verdict.property} after ${verdict.depth} steps`;
  return verdict.why;
}
