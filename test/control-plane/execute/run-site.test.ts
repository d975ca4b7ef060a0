import { describe, expect, it } from 'vitest';
import { partSchema, sitePlaybookSchema } from '../../../control-plane/src/core/playbook.ts';
import { checkPlaybooks, hostsToRead, stepsForFacts } from '../../../control-plane/src/execute/run-site.ts';
import type { RunRecord } from '../../../control-plane/src/ports/run-store.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';

const step = (name: string, tags: readonly string[]) => ({ name, kind: 'directory', path: `/srv/${name}`, tags });

function runWith(over: Partial<RunRecord>) {
  return {
    ...buildRunSite(buildRunRecord(over)),
    playbook: sitePlaybookSchema.parse({ stages: [{ stage: 'base', part: 'base' }] }),
    parts: new Map([['base', partSchema.parse({ part: 'base', roles: 'all', steps: [step('a', ['first']), step('b', [])] })]]),
  };
}

const namesOf = (run: ReturnType<typeof runWith>) =>
  run.site.hosts.slice(0, 1).flatMap((host) => stepsForFacts(run, host).map(({ name }) => name));

describe('the tags of a run', () => {
  it('leave only the steps that have one, or are of a part of that name', () => {
    expect(namesOf(runWith({ tags: ['first'] }))).toEqual(['a']);
    expect(namesOf(runWith({ tags: ['base'] }))).toEqual(['a', 'b']);
    expect(namesOf(runWith({}))).toEqual(['a', 'b']);
  });

  it('must be ones that something has', () => {
    expect(() => checkPlaybooks(runWith({ tags: ['frist'] }))).toThrowError(
      expect.objectContaining({ code: 'NV_SELECTOR', hint: 'Did you mean "first"?' }),
    );
    expect(() => checkPlaybooks(runWith({ tags: ['first', 'base'] }))).not.toThrow();
  });
});

describe('hostsToRead', () => {
  it('are those of the run, and every host whose role others are configured by', () => {
    const run = runWith({});
    const limited = { ...run, targets: run.site.hosts.filter(({ name }) => name === 'lb1') };
    expect(hostsToRead(limited)).toEqual(['lb1', 'pg1', 'pg2', 'redis1', 'redis2', 's1', 's2', 's3']);
  });
});
