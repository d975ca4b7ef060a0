import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildStatus, healthExitCode } from '../../../../control-plane/src/core/status/build-status.ts';
import type { HostReadings } from '../../../../control-plane/src/core/status/host-reading.ts';
import { healthyReadings, statusSite } from '../../../support/build-readings.ts';
import { mergePatch } from '../../../support/merge-patch.ts';

/**
 * `readings`: per host a merge patch on the healthy reading, `{"=": …}` to replace it, null to remove it.
 * `expect.problems`: [code, severity, host or null] in order; `expect.status`: the parts that matter.
 */
type Case = {
  readonly readings: Readonly<Record<string, unknown>>;
  readonly expect: { readonly problems: readonly (string | null)[][]; readonly exitCode: number; readonly status: Record<string, unknown> };
};

const directory = new URL('../../../cases/status/', import.meta.url);
const cases = readdirSync(directory).map((file): [string, Case] => [
  file.replace('.json', ''),
  JSON.parse(readFileSync(new URL(file, directory), 'utf8')),
]);

describe('status of a cluster', () => {
  test.each(cases)('%s', (_name, { readings, expect: wanted }) => {
    const status = buildStatus(statusSite(), changed(readings));
    expect(status.problems.map(({ code, severity, host }) => [code, severity, host ?? null])).toEqual(wanted.problems);
    expect(healthExitCode(status)).toBe(wanted.exitCode);
    expect(status).toMatchObject(wanted.status);
  });

  test('every problem carries a message and a hint', () => {
    for (const [, { readings }] of cases) {
      for (const { message, hint } of buildStatus(statusSite(), changed(readings)).problems) {
        expect(message).not.toMatch(/undefined|null|\[object/);
        expect(hint.length).toBeGreaterThan(10);
      }
    }
  });

  test('a dead service with several failing checks is one problem that names them all', () => {
    const nginx = cases.find(([name]) => name === 'nginx-dead')?.[1];
    const status = buildStatus(statusSite(), changed(nginx?.readings ?? {}));
    expect(status.problems.map(({ message }) => message)).toEqual([
      'lb1: nginx process: no process nginx; nginx answers: connection refused',
    ]);
    expect(status.hosts.lb1?.failing.map(({ check }) => check)).toEqual(['nginx process', 'nginx answers']);
  });
});

function changed(patches: Case['readings']): HostReadings {
  const replaced = Object.entries(patches).map(([host, patch]) => [host, mergePatchOf(host, patch)]);
  const all = { ...healthyReadings(), ...Object.fromEntries(replaced) };
  return Object.fromEntries(Object.entries(all).filter(([, reading]) => reading !== null)) as HostReadings;
}

function mergePatchOf(host: string, patch: unknown): unknown {
  if (patch === null) return null;
  const replacement = (patch as Record<string, unknown>)['='];
  return replacement ?? mergePatch(healthyReadings()[host], patch);
}
