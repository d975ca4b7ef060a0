import { describe, expect, test } from 'vitest';
import { NvError } from '../../../../control-plane/src/core/errors.ts';
import type { FactRequest, FactSource, HostFacts } from '../../../../control-plane/src/core/facts/fact-source.ts';
import { factSources } from '../../../../control-plane/src/core/facts/fact-sources.ts';
import { buildFactsScript, parseFactsOutput } from '../../../../control-plane/src/core/facts/facts-script.ts';
import { argv, concat, raw, toShell } from '../../../../control-plane/src/core/remote-command.ts';
import { runShell } from '../../../support/shell.ts';

type Told = { stdout: string; stderr: string; keys: readonly string[] };

describe('the script of all facts of a host', () => {
  test('asks each source once, with its keys sorted and without repetition', () => {
    const requests = [request('b', '2'), request('a', 'x'), request('b', '1'), request('b', '2')];
    expect(read(requests, [echo('a'), echo('b')])).toEqual({
      a: { x: { stdout: 'x\n', stderr: '', keys: ['x'] } },
      b: { 1: { stdout: '1\n2\n', stderr: '', keys: ['1', '2'] }, 2: { stdout: '1\n2\n', stderr: '', keys: ['1', '2'] } },
    });
  });

  test('gives a source its own output, whatever the others print', () => {
    const noisy = source('a', 'printf "no newline"; printf "to errors\\n" >&2; cd /; x=1; exec 2>/dev/null');
    const quiet = source('b', 'printf %s "$' + '{x-unset}"');
    expect(read([request('a', 'k'), request('b', 'k')], [noisy, quiet])).toEqual({
      a: { k: { stdout: 'no newline', stderr: 'to errors', keys: ['k'] } },
      b: { k: { stdout: 'unset', stderr: '', keys: ['k'] } },
    });
  });

  test('keeps every byte of the output but one line end at the very end', () => {
    const facts = read([request('a', 'k')], [source('a', "printf '\\n\\nä@netvis\\n1 2\\n\\n'")]);
    expect(facts.a?.k).toMatchObject({ stdout: '\n\nä@netvis\n1 2\n\n' });
  });

  test('closes standard input, so that no source eats the rest of the script', () => {
    expect(read([request('a', 'k'), request('b', 'k')], [source('a', 'cat'), echo('b')])).toMatchObject({ b: { k: { stdout: 'k\n' } } });
  });

  test('speaks English to every program', () => {
    expect(read([request('a', 'k')], [source('a', 'printf %s "$LC_ALL"')])).toMatchObject({ a: { k: { stdout: 'C' } } });
  });

  test('gives null for a key the source does not speak of', () => {
    const silent: FactSource<unknown> = { name: 'a', command: () => raw('true'), parse: () => new Map() };
    expect(read([request('a', 'k')], [silent])).toEqual({ a: { k: null } });
  });

  test('is text that the real shell accepts for every source and hostile keys', () => {
    const keys: Record<string, string> = {
      block: "/a'b m$(x)",
      certificate: "/c' /k /ca",
      etcd: '/d 1',
      reach: '10.0.0.1 1',
      redis: '1',
      sentinel: '1 m',
    };
    const requests = [...factSources.keys()].map((name) => request(name, keys[name] ?? '/it\'s $(touch /tmp/never) `x` \\ "'));
    const checked = runShell(concat(argv('sh', '-n', '-c', toShell(buildFactsScript(requests), String))));
    expect(checked).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('a source that fails', () => {
  test('is told apart from a thing that is absent, with its exit code or its words', () => {
    const failing = [source('a', 'echo half; exit 3'), source('b', 'echo reason >&2; exit 1'), echo('c')];
    expect(problems([request('a', 'k'), request('b', 'k'), request('c', 'k')], failing)).toEqual([
      { code: 'NV_FACTS', message: "the host's a facts cannot be read: exit code 3" },
      { code: 'NV_FACTS', message: "the host's b facts cannot be read: reason" },
    ]);
  });

  test('is one whose output its parser rejects', () => {
    const strict: FactSource<unknown> = {
      name: 'a',
      command: () => raw('true'),
      parse: () => {
        throw new Error('nonsense');
      },
    };
    expect(problems([request('a', 'k')], [strict])).toEqual([{ code: 'NV_FACTS', message: "the host's a facts cannot be read: nonsense" }]);
  });

  test('is one that was cut off by the bound on the whole answer', () => {
    const endless = source('a', 'head -c 5000000 /dev/zero | tr "\\0" x');
    expect(problems([request('a', 'k'), request('b', 'k')], [endless, echo('b')]).map(({ message }) => message)).toEqual([
      "the host's a facts cannot be read: no answer",
      "the host's b facts cannot be read: no answer",
    ]);
  });

  test('speaks at most 16000 bytes', () => {
    const loud = source('a', 'head -c 20000 /dev/zero | tr "\\0" x >&2; exit 1');
    const [problem] = problems([request('a', 'k')], [loud]);
    expect(problem?.message.length).toBeLessThan(16_100);
  });

  test('with a name nobody registered is a mistake of ours', () => {
    expect(() => buildFactsScript([request('nothing', 'k')])).toThrow('there is no fact source "nothing"');
  });
});

function request(source: string, key: string): FactRequest {
  return { source, key };
}

/** A source that runs `script` and tells everything it got. */
function source(name: string, script: string): FactSource<Told> {
  return {
    name,
    command: () => raw(script),
    parse: ({ stdout, stderr }, keys) => new Map(keys.map((key) => [key, { stdout, stderr, keys }])),
  };
}

function echo(name: string): FactSource<Told> {
  return { ...source(name, ''), command: (keys) => argv('printf', '%s\\n', ...keys) };
}

function read(requests: readonly FactRequest[], sources: readonly FactSource<unknown>[]): HostFacts {
  const byName = new Map(sources.map((each) => [each.name, each]));
  return parseFactsOutput(runShell(buildFactsScript(requests, byName)), requests, byName);
}

function problems(requests: readonly FactRequest[], sources: readonly FactSource<unknown>[]): NvError['problems'] {
  try {
    read(requests, sources);
  } catch (error) {
    if (error instanceof NvError) return error.problems;
    throw error;
  }
  throw new Error('nothing failed');
}
