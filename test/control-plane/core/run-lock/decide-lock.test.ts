import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decideTake, isHeld, isLost, type LockAnswer } from '../../../../control-plane/src/core/run-lock/decide-lock.ts';
import type { EpochClaim } from '../../../../control-plane/src/core/run-lock/lock-file.ts';

type GivenHost = { promised: number; run?: string; epoch?: number; ageMs?: number } | null;
type Case = { floor?: number; hosts: Readonly<Record<string, GivenHost>>; expect: Record<string, unknown> };

const root = join(import.meta.dirname, '../../../cases/run-lock');

const claimOf = (run: string, epoch: number): EpochClaim => ({
  run,
  epoch,
  owner: 'ada@desk',
  machine: 'desk',
  reason: 'apply',
  since: '',
});

function answerOf([host, given]: [string, GivenHost]): LockAnswer {
  if (!given) return { host, reading: null, reason: 'NV_SSH_UNREACHABLE refused' };
  const { promised, run, epoch = 0, ageMs = 0 } = given;
  return { host, reading: { promised, holder: run === undefined ? null : claimOf(run, epoch), ageMs, text: `text of ${host}` } };
}

/** A decision with runs in place of claims; what is expected of a host is its own text. */
function shortened(decision: ReturnType<typeof decideTake>): unknown {
  if (decision.kind === 'held') return { kind: 'held', by: decision.by.run };
  if (decision.kind === 'unreachable') return decision;
  expect(decision.hosts.map(({ expected }) => expected)).toEqual(decision.hosts.map(({ host }) => `text of ${host}`));
  return { ...decision, hosts: decision.hosts.map(({ host }) => host), broken: decision.broken.map(({ run }) => run) };
}

describe('the run lock', () => {
  test.each(readdirSync(root).map((file) => [file.replace(/\.json$/, ''), join(root, file)]))('%s', (_, path) => {
    const given = JSON.parse(readFileSync(path, 'utf8')) as Case;
    const decision = decideTake(Object.entries(given.hosts).map(answerOf), { run: 'mine', floor: given.floor ?? 0 });
    expect(shortened(decision)).toEqual(given.expect);
  });
});

describe('a claim', () => {
  const mine = { promised: 5, run: 'mine', epoch: 5 };
  const older = { promised: 5, run: 'mine', epoch: 4 };
  const theirs = { promised: 6, run: 'theirs', epoch: 6 };
  const cases: [string, readonly GivenHost[], { held: boolean; lost: boolean }][] = [
    ['on all hosts is held', [mine, mine, mine], { held: true, lost: false }],
    ['on a majority is held', [mine, mine, theirs], { held: true, lost: false }],
    ['on a minority beside silent hosts is neither', [mine, null, null], { held: false, lost: false }],
    ['on no host that answers is not lost while a majority is silent', [theirs, null, null], { held: false, lost: false }],
    ['that a majority gave to another is lost', [mine, theirs, theirs], { held: false, lost: true }],
    ['that cannot reach a majority any more is lost', [mine, theirs, { promised: 5 }], { held: false, lost: true }],
    ['of another epoch of the same run does not count', [mine, older, older], { held: false, lost: true }],
  ];

  test.each(cases)('%s', (_, hosts, { held, lost }) => {
    const answers = hosts.map((given, i) => answerOf([`e${i}`, given]));
    expect({ held: isHeld(claimOf('mine', 5), answers), lost: isLost(claimOf('mine', 5), answers) }).toEqual({ held, lost });
  });
});
