import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';
import type { HostTraces, Traces } from './traces.ts';

/**
 * Steps that runs told as changed more often than once, as `host stage: step ×n`. A reload is owed anew for every change
 * of its files, and the next apply pays at the first step of the unit: two of them are no repetition.
 */
export function repeatedSteps(runs: readonly (readonly RunEvent[])[]): string[] {
  const counts = new Map<string, number>();
  for (const event of runs.flat()) {
    if (event.event !== 'step' || event.outcome !== 'changed' || isReload(event.summary)) continue;
    const step = `${event.host} ${event.stage}: ${event.step}`;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([step, count]) => `${step} ×${count}`);
}

/** What differs on the hosts from what an undisturbed apply leaves there. */
export function foreignTraces(found: Traces, undisturbed: Traces): string[] {
  return Object.entries(found).flatMap(([host, traces]) => {
    const usual = undisturbed[host];
    if (!usual) return [`${host} is not known`];
    return [...differentFiles(traces, usual), ...traces.pending.map((unit) => `pending ${unit}`), ...moreStarts(traces, usual)].map(
      (text) => `${host}: ${text}`,
    );
  });
}

/** What must be the same on hosts of one cluster, and stay so from one look to the next. */
export function changedIdentities(before: Traces, after: Traces): string[] {
  const told = (traces: Traces) => Object.entries(traces).map(([host, { identities }]) => `${host}: ${JSON.stringify(identities)}`);
  const later = new Set(told(after));
  const clusters = ['postgres', 'etcd'].flatMap((name) => {
    const ids = [...new Set(Object.values(after).flatMap(({ identities }) => identities[name] ?? []))];
    return ids.length > 1 ? [`${name} has the identities ${ids.join(' and ')}`] : [];
  });
  return [...told(before).filter((line) => !later.has(line)), ...clusters];
}

function differentFiles({ files }: HostTraces, usual: HostTraces): string[] {
  const [have, want] = [new Set(files), new Set(usual.files)];
  return [
    ...files.filter((line) => !want.has(line)).map((line) => `left ${line}`),
    ...usual.files.filter((line) => !have.has(line)).map((line) => `lacks ${line}`),
  ];
}

function moreStarts({ starts }: HostTraces, usual: HostTraces): string[] {
  return Object.entries(starts)
    .filter(([unit, count]) => count > (usual.starts[unit] ?? 0))
    .map(([unit, count]) => `${unit} was started ${count} times, not ${usual.starts[unit] ?? 0}`);
}

/** It starts and stops nothing. */
function isReload(summary: string): boolean {
  return summary.split(', ').every((part) => /^(?:reload \S+|read unit files again|forget the pending reload of \S+)$/.test(part));
}
