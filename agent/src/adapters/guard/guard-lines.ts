/** The words of netvis-guard's protocol; `agent/guard/netvis-guard` says what they mean. */
import type { ArmedDeadline, FenceAnswer, FenceRefusal, FenceState } from '../../ports/fence.ts';

export function armLine(stampMs: number, { epoch, deadline, postmaster }: ArmedDeadline): string {
  const { pid, startTime } = postmaster ?? { pid: 0, startTime: 0 };
  return `arm ${stampMs} ${epoch} ${deadline.monotonicMs} ${deadline.boottimeMs} ${pid} ${startTime}`;
}

export function withdrawLine(stampMs: number, epoch: number): string {
  return `withdraw ${stampMs} ${epoch}`;
}

export const stateLine = 'state';

const states: readonly FenceState['kind'][] = ['idle', 'armed', 'withdrawn', 'fenced'];
const refusals: readonly FenceRefusal[] = [
  'stale',
  'future',
  'older-epoch',
  'fenced',
  'expired',
  'too-far',
  'busy',
  'unwritable',
  'malformed',
];

/** What a line of the guard says; one that no guard would say is as good as none. */
export function parseAnswer(line: string): FenceAnswer {
  const [code, kind, epoch, monotonicMs, boottimeMs, pid, startTime, bootId, canKill, ...more] = line.split(' ');
  const found = states.find((state) => state === kind);
  if (found === undefined || canKill === undefined || more.length > 0) return { kind: 'unreachable', reason: `the guard says: ${line}` };
  const postmaster = pid === '0' ? null : { pid: Number(pid), startTime: Number(startTime) };
  const deadline = { monotonicMs: Number(monotonicMs), boottimeMs: Number(boottimeMs) };
  const state = { kind: found, epoch: Number(epoch), deadline, postmaster, bootId: bootId ?? '', canKill: canKill === '1' };
  if (code === 'ok') return { kind: 'ok', state };
  const refusal = refusals.find((each) => each === code);
  return refusal === undefined ? { kind: 'unreachable', reason: `the guard says: ${line}` } : { kind: 'refused', code: refusal, state };
}
