/** What a search of the model came to, read from what the verifier prints. */

export type Verdict =
  /** `unreached`: steps of the model that never happened, by what they do: what they do is not verified. */
  | { readonly kind: 'holds'; readonly states: number; readonly transitions: number; readonly unreached: readonly string[] }
  /** `property`: an invariant's number, or the question's when a reachability question was answered with yes. */
  | { readonly kind: 'broken'; readonly property: number; readonly depth: number; readonly states: number }
  | { readonly kind: 'unfinished'; readonly why: string };

/** What a search that went to its end says of itself. A search that was cut at its depth still says `errors: 0`. */
const marks = [
  { why: 'it was ended before its end', mark: /errors: \d/ },
  { why: 'it was no search of the full state space', mark: /^Full statespace search for:$/m },
  { why: 'assertions were not looked at', mark: /assertion violations\s+\+/ },
];

const cuts = [/max search depth too small/, /reached -DMEMLIM bound/, /out of memory/, /Search not completed/, /^error: .*/m, /aborted/i];

/** Reads the verifier's output. Only a search that went to its end without an error holds; all else is `unfinished`. */
export function readVerdict(output: string): Verdict {
  const broken = /assertion violated (.*) \(at depth (\d+)\)/.exec(output);
  if (broken) return { kind: 'broken', property: propertyIn(broken[1] ?? ''), depth: Number(broken[2]), states: statesIn(output) };
  const why = marks.find(({ mark }) => !mark.test(output))?.why ?? firstCut(output) ?? otherErrors(output);
  if (why !== null) return { kind: 'unfinished', why };
  return { kind: 'holds', states: statesIn(output), transitions: figure(output, /([\d.e+]+) transitions/), unreached: unreachedIn(output) };
}

function firstCut(output: string): string | null {
  return cuts.map((cut) => cut.exec(output)?.[0]).find((found) => found !== undefined) ?? null;
}

function otherErrors(output: string): string | null {
  const errors = figure(output, /errors: (\d+)/);
  return errors === 0 ? null : `${errors} errors that are no assertion's`;
}

/** Every assertion of the model begins with the number of what it checks: `(6!=0)&&…`. */
function propertyIn(assertion: string): number {
  const numbered = /\b(\d+)!=0/.exec(assertion);
  if (!numbered) throw new Error(`an assertion of the model without a number: ${assertion}`);
  return Number(numbered[1]);
}

const statesIn = (output: string): number => figure(output, /([\d.e+]+) states, stored/);

function figure(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`the verifier did not print ${pattern}`);
  return Number(found);
}

/** The end of the process is no step: the model goes on for ever. */
function unreachedIn(output: string): string[] {
  return [...output.matchAll(/^\t\S+:\d+, state \d+, "(.*)"$/gm)].map(([, step = '']) => step).filter((step) => step !== '-end-');
}

/** The steps of a counterexample: what the model prints, without spin's own lines. Indented: what the store does, and time. */
export function readTrace(output: string): string[] {
  return output.split('\n').filter((line) => /^([AB][ :]| {2}([AB]'s |tick))/.test(line));
}
