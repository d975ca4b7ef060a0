import { NvError, type Problem } from '../errors.ts';
import { type CommandOutput, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactRequest, FactSource, HostFacts } from './fact-source.ts';
import { factSources } from './fact-sources.ts';

/** Opens every line of framing; no program a source runs prints it. */
const mark = '@netvis:7f3c91e04b5da826';
/** Bytes of a host's whole answer; a source cut off by it counts as failed. */
const maxBytes = 4_000_000;
/** Of a source's standard error; far more than is shown, so that a secret is never shown cut and thus unmasked. */
const maxErrorBytes = 16_000;

type Sources = ReadonlyMap<string, FactSource<unknown>>;

/**
 * One command that runs every source the requests name, once each, in the order of their names. Sources run in
 * subshells, so none can disturb another, and a failing one does not keep the others from answering.
 */
export function buildFactsScript(requests: readonly FactRequest[], sources: Sources = factSources): RemoteCommand {
  const blocks = [...keysBySource(requests)].map(([name, keys]) => frame(name, sourceOf(name, sources).command(keys)));
  return concat(raw('export LC_ALL=C\n{\n'), ...blocks, raw(`} 3>&1 | head -c ${maxBytes}`));
}

/** The facts in the answer to `buildFactsScript(requests)`. Throws NV_FACTS with one problem per source that failed. */
export function parseFactsOutput(output: CommandOutput, requests: readonly FactRequest[], sources: Sources = factSources): HostFacts {
  const answers = splitAnswers(output.stdout);
  const problems: Problem[] = [];
  const facts: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, keys] of keysBySource(requests)) {
    const read = readSource(sourceOf(name, sources), keys, answers.get(name));
    if ('values' in read) facts[name] = read.values;
    else problems.push({ code: 'NV_FACTS', message: `the host's ${name} facts cannot be read: ${read.failure}` });
  }
  if (problems[0]) throw new NvError(problems[0], { problems });
  return facts;
}

/** Standard error is caught in a variable while standard output passes by on descriptor 3. */
function frame(name: string, command: RemoteCommand): RemoteCommand {
  return concat(
    raw(`printf '%s\\n' '${mark} ${name}'\nnv_err=$( (\n`),
    command,
    raw(`\n) 2>&1 1>&3 </dev/null ); nv_exit=$?\nprintf '\\n%s %s\\n%.${maxErrorBytes}s\\n' '${mark}' "$nv_exit" "$nv_err"\n`),
  );
}

function keysBySource(requests: readonly FactRequest[]): ReadonlyMap<string, readonly string[]> {
  const names = [...new Set(requests.map(({ source }) => source))].sort();
  return new Map(names.map((name) => [name, [...new Set(requests.filter((r) => r.source === name).map((r) => r.key))].sort()]));
}

function sourceOf(name: string, sources: Sources): FactSource<unknown> {
  const source = sources.get(name);
  if (!source) throw new Error(`there is no fact source "${name}"`);
  return source;
}

/** `mark name`, output, `mark exit code`, errors; again for the next source. */
function splitAnswers(text: string): ReadonlyMap<string, CommandOutput> {
  const answers = new Map<string, CommandOutput>();
  const parts = text.split(`${mark} `).slice(1);
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [name, stdout] = cutLine(parts[i] ?? '');
    const [exitCode, stderr] = cutLine(parts[i + 1] ?? '');
    answers.set(name, { exitCode: Number(exitCode), stdout: stdout.replace(/\n$/, ''), stderr: stderr.trimEnd() });
  }
  return answers;
}

function cutLine(text: string): [string, string] {
  const end = text.indexOf('\n');
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

type Reading = { readonly values: Readonly<Record<string, unknown>> } | { readonly failure: string };

function readSource(source: FactSource<unknown>, keys: readonly string[], answer: CommandOutput | undefined): Reading {
  if (!answer) return { failure: 'no answer' };
  if (answer.exitCode !== 0) return { failure: answer.stderr || `exit code ${answer.exitCode}` };
  try {
    const values = source.parse(answer, keys);
    return { values: Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null])) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
