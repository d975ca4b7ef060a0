import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toShell } from '../../../../control-plane/src/core/remote-command.ts';
import { parseStatusOutput, readStatusCommand } from '../../../../control-plane/src/core/status/read-status.ts';
import { buildReport } from '../../../support/build-readings.ts';

const directory = mkdtempSync(join(tmpdir(), 'netvis status '));
afterAll(() => rmSync(directory, { recursive: true }));

describe('reading a report on the host', () => {
  test('the command gives the report and its age by the host’s own clock', () => {
    const path = join(directory, 'report.json');
    writeFileSync(path, `${JSON.stringify(buildReport({ host: 'pg1' }))}\n`);
    execFileSync('touch', ['-d', '60 seconds ago', path]);
    const reading = parseStatusOutput(runLocally(path), null);
    expect(reading).toMatchObject({ report: { host: 'pg1' } });
    if (!('report' in reading)) throw new Error('no report');
    expect(reading.ageMs).toBeGreaterThanOrEqual(59_900);
    expect(reading.ageMs).toBeLessThan(120_000);
  });

  test('a host without a report is silent, whatever systemd says', () => {
    expect(parseStatusOutput(runLocally(join(directory, 'absent.json')), null)).toHaveProperty('silent');
  });
});

describe('parsing what a host answered', () => {
  const output = (stdout: string) => ({ exitCode: 0, stdout, stderr: '' });

  test('the clock’s difference is the host’s time less the time of receipt', () => {
    const reading = parseStatusOutput(output(`1700000005.500\n1700000004.250\n${JSON.stringify(buildReport({}))}\n`), 1_700_000_003_000);
    expect(reading).toMatchObject({ ageMs: 1250, clockOffsetMs: 2500 });
  });

  test('a file newer than the clock has the age zero', () => {
    expect(parseStatusOutput(output(`10.000\n11.000\n${JSON.stringify(buildReport({}))}`), null)).toMatchObject({
      ageMs: 0,
      clockOffsetMs: null,
    });
  });

  test.each([
    ['an inactive unit', 'none\ninactive\n', { silent: 'no report; its unit is inactive' }],
    ['a torn file', '10.000\n9.000\n{"format":1,', { silent: 'its report has another format than this version of netvis-ctl reads' }],
    [
      'another format',
      `10.000\n9.000\n${JSON.stringify({ ...buildReport({}), format: 2 })}`,
      { silent: expect.stringContaining('another format') },
    ],
    ['no output', '', { silent: expect.any(String) }],
    ['noise', 'hello\nworld\n', { silent: 'its report cannot be read' }],
  ])('%s is silence with a reason', (_name, stdout, reading) => {
    expect(parseStatusOutput(output(stdout), null)).toEqual(reading);
  });

  test('fields of a newer agent are accepted', () => {
    const newer = JSON.stringify({ ...buildReport({}), lease: { epoch: 3 } });
    expect(parseStatusOutput(output(`10.000\n9.000\n${newer}`), null)).toHaveProperty('report');
  });
});

function runLocally(path: string) {
  const shell = toShell(readStatusCommand(path), (text) => text);
  return {
    exitCode: 0,
    stdout: execFileSync('/bin/sh', ['-c', `${shell} || true`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    stderr: '',
  };
}
