import { createHash } from 'node:crypto';
import { NvError } from '../core/errors.ts';
import type { RunMode, RunReport } from '../core/run-event.ts';
import { runEnded } from '../execute/unfinished-run.ts';
import type { ResumeRequest, RunRequest, StartedRun } from '../pipeline.ts';
import type { IdempotencyKeys } from '../ports/idempotency-keys.ts';
import type { InventorySource } from '../ports/inventory-source.ts';
import type { RunRecord, RunStore } from '../ports/run-store.ts';
import type { RunView } from './schemas/run.ts';
import type { RunService, StartRequest } from './service.ts';

export type RunServiceParts = {
  readonly store: RunStore;
  /** The pipeline's `startRun`, bound to its engine. */
  readonly startRun: (request: RunRequest & { mode: RunMode }) => Promise<StartedRun>;
  /** The pipeline's `resumeRun`, bound to its engine. */
  readonly resumeRun: (request: ResumeRequest) => Promise<StartedRun>;
  readonly inventories: InventorySource;
  readonly keys: IdempotencyKeys;
  /** Takes every started run: it gives the cluster's lock back when its events have been read to the end. */
  readonly watch: (run: StartedRun) => void;
};

/** Who has read a run's report may start the next one: the lock is free a moment after the report. */
const lockWaitMs = 1000;

/** Runs over the same pipeline and store as the command line's. */
export function createRunService(parts: RunServiceParts): RunService {
  const { store } = parts;
  return {
    start: (request) =>
      request.idempotencyKey === undefined ? startNew(parts, request) : startOnce(parts, request, request.idempotencyKey),
    resume: async (id, owner) => parts.watch(await parts.resumeRun({ id, owner, waitLockMs: lockWaitMs })),
    async cancel(id, owner) {
      if (!(await store.append(id, [{ event: 'stop', by: owner }]))) throw runEnded(id);
    },
    list: async (count) => (await store.list(count)).map(({ report, ...record }) => viewOf(record, report ?? null)),
    async get(id) {
      const record = await store.get(id);
      return viewOf(record, await store.report(id));
    },
    async follow(id, afterSeq, signal) {
      await store.get(id);
      if (afterSeq > 0 && (await store.report(id)) && ((await store.events(id)).at(-1)?.seq ?? 0) <= afterSeq) return null;
      return store.follow(id, afterSeq, signal);
    },
  };
}

async function startNew(parts: RunServiceParts, request: StartRequest): Promise<{ id: string; replayed: boolean }> {
  const { inventory, limit, tags, serial } = request;
  const { text, path } =
    typeof inventory === 'string' ? await parts.inventories.byName(inventory) : { ...inventory, path: parts.inventories.inlinePath };
  const run = await parts.startRun({
    mode: request.mode,
    inventoryText: text,
    inventoryPath: path,
    owner: request.owner,
    forks: 20,
    maxFail: 0,
    waitLockMs: lockWaitMs,
    ...(limit === undefined ? {} : { limit }),
    ...(tags === undefined ? {} : { tags }),
    ...(serial === undefined ? {} : { serial: String(serial) }),
  });
  parts.watch(run);
  return { id: run.id, replayed: false };
}

async function startOnce(parts: RunServiceParts, request: StartRequest, key: string): Promise<{ id: string; replayed: boolean }> {
  const { owner, idempotencyKey: _, ...asked } = request;
  const ownKey = `${owner}:${key}`;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([asked.inventory, asked.mode, asked.limit, asked.tags, asked.serial]))
    .digest('hex');
  const claim = await parts.keys.claim(ownKey, fingerprint);
  if (!claim.claimed) return { id: runOf(claim, fingerprint), replayed: true };
  try {
    const run = await startNew(parts, request);
    await parts.keys.settle(ownKey, { fingerprint, run: run.id });
    return run;
  } catch (error) {
    await parts.keys.release(ownKey);
    throw error;
  }
}

function runOf(claim: { fingerprint: string; run: string | null }, fingerprint: string): string {
  if (claim.fingerprint !== fingerprint) {
    throw new NvError({ code: 'NV_KEY_REUSED', message: 'this Idempotency-Key came with another request before', hint: 'Use a new key.' });
  }
  if (claim.run === null) {
    throw new NvError({
      code: 'NV_KEY_BUSY',
      message: 'the first request with this Idempotency-Key is still starting',
      hint: 'Ask again.',
    });
  }
  return claim.run;
}

function viewOf(record: RunRecord, report: RunReport | null): RunView {
  const { id, cluster, mode, limit, tags, serial, owner, createdAt, resumedAt } = record;
  return {
    id,
    cluster,
    mode,
    state: report?.outcome ?? 'running',
    owner,
    createdAt,
    ...(resumedAt === undefined ? {} : { resumedAt }),
    ...(limit === undefined ? {} : { limit }),
    ...(tags === undefined ? {} : { tags }),
    ...(serial === undefined ? {} : { serial }),
    ...(report ? { report: { ...report, hosts: { ...report.hosts } } } : {}),
  };
}
