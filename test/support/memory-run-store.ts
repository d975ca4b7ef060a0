import { setMaxListeners } from 'node:events';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { RunEvent, RunReport, StoredEvent } from '../../control-plane/src/core/run-event.ts';
import type { RunPlan, RunRecord, RunStore } from '../../control-plane/src/ports/run-store.ts';

type Kept = {
  readonly record: RunRecord;
  plan?: RunPlan;
  readonly events: StoredEvent[];
  report: RunReport | null;
  isStopping: boolean;
  readonly appended: EventTarget;
};

const keptRuns = 200;

/** A run store in memory for runs created in the order of their times; `at` of its events is one fixed time. */
export function memoryRunStore(): RunStore {
  const runs = new Map<string, Kept>();
  const kept = (id: string) => runs.get(id) ?? unknown(`there is no run ${id}`);
  return {
    async create(record) {
      if (!runs.has(record.id)) runs.set(record.id, { record, events: [], report: null, isStopping: false, appended: new EventTarget() });
      for (const id of [...runs.keys()].slice(0, -keptRuns)) runs.delete(id);
    },
    get: async (id) => kept(id).record,
    savePlan: async (id, plan) => void Object.assign(kept(id), { plan }),
    plan: async (id) => kept(id).plan ?? unknown(`run ${id} has no plan`),
    list: async (count) => [...runs.values()].reverse().slice(0, count).map(listed),
    async append(id, events) {
      const run = kept(id);
      if (run.report) return false;
      appendTo(run, events);
      return true;
    },
    async reopen(id, changes) {
      const run = kept(id);
      Object.assign(run, { record: { ...run.record, ...changes }, report: null, isStopping: false });
      return run.record;
    },
    isStopping: async (id) => kept(id).isStopping,
    events: async (id) => [...kept(id).events],
    async *follow(id, afterSeq, signal) {
      yield* follow(kept(id), afterSeq, signal);
    },
    report: async (id) => kept(id).report,
  };
}

function appendTo(run: Kept, events: readonly RunEvent[]): void {
  for (const event of events) run.events.push({ ...event, seq: run.events.length + 1, at: '2026-01-01T00:00:00.000Z' });
  run.report = reportOf(run);
  run.isStopping ||= events.some(({ event }) => event === 'stop');
  run.appended.dispatchEvent(new Event('append'));
}

async function* follow(run: Kept, afterSeq: number, signal: AbortSignal): AsyncIterable<StoredEvent> {
  for (let seen = afterSeq; !signal.aborted; ) {
    const event = run.events[seen];
    if (event) {
      yield event;
      seen += 1;
    } else if (reportOf(run)) return;
    else await nextAppend(run, signal);
  }
}

function nextAppend({ appended }: Kept, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  setMaxListeners(0, signal);
  return new Promise<void>((resolve) => {
    for (const [target, name] of [
      [appended, 'append'],
      [signal, 'abort'],
    ] as const) {
      target.addEventListener(name, () => resolve(), { signal: woken.signal });
    }
  }).finally(() => woken.abort());
}

function listed(run: Kept): RunRecord & { report?: RunReport } {
  return run.report ? { ...run.record, report: run.report } : run.record;
}

function reportOf({ events }: Kept): RunReport | null {
  const last = events.at(-1);
  if (last?.event !== 'report') return null;
  const { event: _, seq: __, at: ___, ...report } = last;
  return report;
}

function unknown(message: string): never {
  throw new NvError({ code: 'NV_RUN_UNKNOWN', message });
}
