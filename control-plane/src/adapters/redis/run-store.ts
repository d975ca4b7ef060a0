import type { Redis } from 'ioredis';
import { NvError } from '../../core/errors.ts';
import type { RunEvent, RunReport, StoredEvent } from '../../core/run-event.ts';
import type { RunPlan, RunRecord, RunStore } from '../../ports/run-store.ts';
import { followEvents } from './follow-events.ts';

const keptRuns = 200;
const runsKey = 'netvis:runs';

/** KEYS: run, runs. ARGV: id, created (ms), record, runs kept. Stores the record once; forgets the oldest runs beyond the bound. */
const createScript = `
if redis.call('HSETNX', KEYS[1], 'record', ARGV[3]) == 1 then redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1]) end
local old = redis.call('ZRANGE', KEYS[2], 0, -(tonumber(ARGV[4]) + 1))
for _, id in ipairs(old) do
  redis.call('DEL', 'netvis:run:' .. id, 'netvis:run:' .. id .. ':events')
  redis.call('ZREM', KEYS[2], id)
end
return #old`;

/**
 * KEYS: run, events. ARGV: the newest event's report or '', 'stop' where such an event is among them, then events. Numbers
 * them from the run's last; the server's clock dates them. -1 = no such run, 0 = it has its report already.
 */
const appendScript = `
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then return -1 end
if redis.call('HEXISTS', KEYS[1], 'report') == 1 then return 0 end
local time = redis.call('TIME')
local at = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
for i = 3, #ARGV do
  local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
  redis.call('XADD', KEYS[2], string.format('%d-0', seq), 'at', at, 'event', ARGV[i])
end
if ARGV[1] ~= '' then redis.call('HSET', KEYS[1], 'report', ARGV[1]) end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'stop', 1) end
return 1`;

/** KEYS: run. ARGV: plan. 0 = no such run. */
const planScript = `
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then return 0 end
redis.call('HSET', KEYS[1], 'plan', ARGV[1])
return 1`;

/**
 * Runs in Redis: a hash per run (record, plan, report), a stream of its events whose ids are their numbers, and a sorted
 * set of the runs by creation. The newest 200 runs are kept. `redis` needs an error listener of its own.
 */
export function createRunStore(redis: Redis): RunStore {
  const field = async <T>(id: string, name: 'record' | 'plan' | 'report'): Promise<T | null> => {
    const text = await reach(() => redis.hget(runKey(id), name));
    return text === null ? null : (JSON.parse(text) as T);
  };
  const known = async <T>(id: string, name: 'record' | 'plan'): Promise<T> => (await field<T>(id, name)) ?? unknownRun(id);
  return {
    create: async (run) => {
      const values = [run.id, Date.parse(run.createdAt), JSON.stringify(run), keptRuns];
      await reach(() => redis.eval(createScript, 2, runKey(run.id), runsKey, ...values));
    },
    get: (id) => known<RunRecord>(id, 'record'),
    savePlan: async (id, plan) => {
      if ((await reach(() => redis.eval(planScript, 1, runKey(id), JSON.stringify(plan)))) === 0) unknownRun(id);
    },
    plan: (id) => known<RunPlan>(id, 'plan'),
    list: (count) => reach(() => listRuns(redis, count)),
    append: (id, events) => appendEvents(redis, id, events),
    reopen: async (id, changes) => await reopenRun(redis, { ...(await known<RunRecord>(id, 'record')), ...changes }),
    isStopping: async (id) => (await reach(() => redis.hexists(runKey(id), 'stop'))) === 1,
    events: (id) => readEvents(redis, id, () => known(id, 'record')),
    follow: (id, afterSeq, signal) =>
      followEvents({ redis, key: eventsKey(id), afterSeq, signal, check: () => known(id, 'record'), parse: parseEvent }),
    async report(id) {
      const report = await field<RunReport>(id, 'report');
      if (!report) await known(id, 'record');
      return report;
    },
  };
}

async function readEvents(redis: Redis, id: string, check: () => Promise<unknown>): Promise<StoredEvent[]> {
  const entries = await reach(() => redis.xrange(eventsKey(id), '-', '+'));
  if (entries.length === 0) await check();
  return entries.map(parseEvent);
}

async function reopenRun(redis: Redis, record: RunRecord): Promise<RunRecord> {
  const key = runKey(record.id);
  await reach(() => redis.multi().hset(key, 'record', JSON.stringify(record)).hdel(key, 'report', 'stop').exec());
  return record;
}

async function appendEvents(redis: Redis, id: string, events: readonly RunEvent[]): Promise<boolean> {
  const newest = events.at(-1);
  if (!newest) return true;
  const report = newest.event === 'report' ? JSON.stringify(reportOf(newest)) : '';
  const stop = events.some(({ event }) => event === 'stop') ? 'stop' : '';
  const values = [report, stop, ...events.map((event) => JSON.stringify(event))];
  const added = await reach(() => redis.eval(appendScript, 2, runKey(id), eventsKey(id), ...values));
  if (added === -1) unknownRun(id);
  return added === 1;
}

async function listRuns(redis: Redis, count: number): Promise<(RunRecord & { report?: RunReport })[]> {
  const ids = count > 0 ? await redis.zrevrange(runsKey, 0, count - 1) : [];
  const rows = await Promise.all(ids.map((id) => redis.hmget(runKey(id), 'record', 'report')));
  return rows.flatMap(([record, report]) => {
    if (!record) return [];
    return [{ ...(JSON.parse(record) as RunRecord), ...(report ? { report: JSON.parse(report) as RunReport } : {}) }];
  });
}

function reportOf({ event: _, ...report }: Extract<RunEvent, { event: 'report' }>): RunReport {
  return report;
}

/** A stream entry is `seq-0` and the fields at, event in this order. */
function parseEvent([entry, fields]: [string, string[]]): StoredEvent {
  const [, at, , event] = fields;
  return { ...(JSON.parse(event ?? '') as RunEvent), seq: Number.parseInt(entry, 10), at: new Date(Number(at)).toISOString() };
}

/** Turns whatever the connection throws into NV_QUEUE. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof NvError) throw cause;
    throw new NvError(
      { code: 'NV_QUEUE', message: `the run store cannot be reached: ${cause instanceof Error ? cause.message : cause}` },
      { cause },
    );
  }
}

function unknownRun(id: string): never {
  throw new NvError({
    code: 'NV_RUN_UNKNOWN',
    message: `there is no run ${id}`,
    hint: 'netvis-ctl runs list shows the runs that are kept',
  });
}

function runKey(id: string): string {
  return `netvis:run:${id}`;
}

function eventsKey(id: string): string {
  return `${runKey(id)}:events`;
}
