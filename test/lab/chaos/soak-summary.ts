import type { Measurement } from '../../bench/failover/measure-fault.ts';
import { sum } from '../../bench/measure.ts';
import { soakFaults } from './soak-faults.ts';

/** Milliseconds. */
export type Spread = { readonly p50: number; readonly p99: number; readonly max: number };

type FaultSummary = { readonly title: string; readonly struck: number; readonly moved: number; readonly gapsMs: Spread };

export type SoakSummary = {
  readonly struck: number;
  readonly failovers: number;
  /** The primary changed though nothing was wrong with it. */
  readonly falseFailovers: number;
  readonly acknowledged: number;
  readonly lost: number;
  /** Rows that the old primary took and acknowledged after another server had acknowledged one. */
  readonly doubleAcks: number;
  readonly gapsMs: Spread;
  readonly faults: readonly FaultSummary[];
  /** Everything that must not be; empty = as it should be. */
  readonly findings: readonly string[];
};

/** Sums up a soak; `broken` are faults after which the cluster was not whole again. */
export function summaryOf(measured: readonly Measurement[], broken: readonly string[]): SoakSummary {
  const isFalse = (one: Measurement) => hasMoved(one) && soakFaults.some(({ name, keepsPrimary }) => name === one.fault && keepsPrimary);
  const sums = {
    struck: measured.length,
    failovers: measured.filter(hasMoved).length,
    falseFailovers: measured.filter(isFalse).length,
    acknowledged: sum(measured.map(({ acknowledged }) => acknowledged)),
    lost: sum(measured.map(({ lost }) => lost ?? 0)),
    doubleAcks: sum(measured.map(({ doubleAcks }) => doubleAcks)),
    gapsMs: spreadOf(measured.map(({ gapMs }) => gapMs)),
  };
  const findings = [
    ...broken,
    ...measured.filter(isFalse).map(({ fault, before, after }) => `${fault}: the primary moved from ${before} to ${after} for nothing`),
    ...(sums.lost > 0 ? [`${sums.lost} acknowledged rows are lost`] : []),
    ...(sums.doubleAcks > 0 ? [`${sums.doubleAcks} rows were acknowledged by a second server`] : []),
  ];
  return { ...sums, faults: perFault(measured), findings };
}

function perFault(measured: readonly Measurement[]): readonly FaultSummary[] {
  return soakFaults.flatMap(({ name, title }) => {
    const ofFault = measured.filter(({ fault }) => fault === name);
    if (ofFault.length === 0) return [];
    return [{ title, struck: ofFault.length, moved: ofFault.filter(hasMoved).length, gapsMs: spreadOf(ofFault.map(({ gapMs }) => gapMs)) }];
  });
}

function hasMoved({ before, after }: Measurement): boolean {
  return before !== after;
}

/** By the nearest rank; all 0 for none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
