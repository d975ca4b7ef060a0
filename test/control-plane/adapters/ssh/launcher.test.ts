import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { launchCommand, type Privilege, sealScript } from '../../../../control-plane/src/adapters/ssh/launcher.ts';

const mark = 'nv0123456789abcdef';
const commandFor = (privilege: Privilege) => launchCommand({ mark, seconds: 61, privilege });
/** What a login shell makes of the command, with `sent` on its standard input. */
const launch = (shell: string, sent: string) => spawnSync(shell, ['-c', commandFor('none')], { input: sent, encoding: 'utf8' });

test.each([
  ['none', /^timeout -k 5 61 \/bin\/sh -c '/],
  ['sudo', /^sudo -n -- timeout -k 5 61 \/bin\/sh -c '/],
  ['sudo-password', /^sudo -S -p nv0123456789abcdef-password -- timeout -k 5 61 \/bin\/sh -c '/],
] as const)('with %s the command is bounded on the host and becomes root first', (privilege, start) => {
  expect(commandFor(privilege)).toMatch(start);
});

test('the command holds nothing that POSIX shells, csh and fish read differently', () => {
  const [before, inside, after, ...rest] = commandFor('sudo-password').split("'");
  expect([after, rest]).toEqual(['', []]);
  expect(before).toMatch(/^[A-Za-z0-9 /-]+$/);
  expect(inside).not.toMatch(/[\\!\n]/);
});

test.each(['dash', 'bash', 'rbash', 'tcsh', 'fish'])(
  'under %s the script runs after the mark, in the root directory, with nothing to read',
  (shell) => {
    const { status, stdout, stderr } = launch(shell, sealScript('pwd; cat; echo "$0" >&2; exit 7', mark));
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: `${mark}\n/\n`, stderr: `${mark}\n/bin/sh\n` });
  },
);

test('a script larger than any argument may be runs', () => {
  const { stdout } = launch('sh', sealScript(`printf %s '${'x'.repeat(4_000_000)}' | wc -c`, mark));
  expect(stdout).toBe(`${mark}\n4000000\n`);
});

test('a script that is cut off runs not at all, wherever it is cut', () => {
  const whole = sealScript('echo ran one\necho ran two', mark);
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
      expect(launch('sh', whole.slice(0, length))).toMatchObject({ status: 125, stdout: `${mark}\n`, stderr: `${mark}\n` });
    }),
    { numRuns: 30, examples: [[0], [whole.length - 1], [whole.indexOf('\n') + 1]] },
  );
});

test('a script that ends in a comment or a here-document runs whole', () => {
  expect(launch('sh', sealScript('echo one # and', mark)).stdout).toBe(`${mark}\none\n`);
  expect(launch('sh', sealScript('cat <<E\none\nE', mark)).stdout).toBe(`${mark}\none\n`);
});
