import type { OperatorAnswer } from '../contract/operator.ts';
import { foundingRecord, parseRecord, printRecord, type StateRecord } from '../core/failover/record.ts';
import type { Request } from '../core/failover/request.ts';
import type { LeaseStore, Listed } from '../ports/lease-store.ts';
import { outcomeOf } from './request-outcome.ts';
import { requestKey, requestPrefix, requestSchema } from './requests.ts';

/** What an operator's command works with; `sleep` waits between two looks. */
export type OperatorParts = {
  readonly store: LeaseStore;
  readonly budgetMs: number;
  newNonce(): string;
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
};

export const stateKey = 'state';
export const historyLog = 'history';
const shownHistory = 200;
const lookEveryMs = 100;

/** Writes the record of a new cluster, with `host` as the one that may make the first data; a record that is there stays (R12). */
export async function found(parts: OperatorParts, founder: { readonly host: string; readonly ttlMs: number }): Promise<OperatorAnswer> {
  const nonce = parts.newNonce();
  const text = printRecord(foundingRecord({ ...founder, nonce }));
  const outcome = await parts.store.swap({ key: stateKey, expectRevision: '0', text, nonce, budgetMs: parts.budgetMs });
  if (outcome.kind === 'unknown') return { ok: false, problem: `the lease store did not confirm the record: ${outcome.reason}` };
  return { ok: true, answer: { founded: outcome.kind === 'confirmed' } };
}

/** The record, what operators ask for, and the latest history. */
export async function state(parts: OperatorParts): Promise<OperatorAnswer> {
  const record = await readRecord(parts);
  if (typeof record === 'string') return { ok: false, problem: record };
  const [requests, history] = await Promise.all([entries(parts, requestPrefix), entries(parts, historyLog)]);
  return { ok: true, answer: { record, requests, history } };
}

/** Puts a request and waits until it was carried out or became void, for at most `waitMs`; then it is taken back unless it stands by nature. */
export async function request(parts: OperatorParts, order: { readonly text: string; readonly waitMs: number }): Promise<OperatorAnswer> {
  const parsed = requestSchema.safeParse(JSON.parse(order.text));
  if (!parsed.success) return { ok: false, problem: `this is no request: ${parsed.error.issues.map(({ message }) => message).join('; ')}` };
  const wanted: Request = parsed.data;
  const written = await parts.store.put({ key: requestKey(wanted), text: order.text, budgetMs: parts.budgetMs });
  if (written.kind === 'unknown') return { ok: false, problem: `the lease store did not take the request: ${written.reason}` };
  const answer = await awaitOutcome(parts, wanted, order.waitMs);
  if (!standsByNature(wanted)) await withdraw(parts, requestKey(wanted));
  return answer;
}

/** Empties the place of a request. */
export async function withdraw(parts: OperatorParts, key: string): Promise<OperatorAnswer> {
  const outcome = await parts.store.put({ key, text: '', budgetMs: parts.budgetMs });
  return outcome.kind === 'written' ? { ok: true, answer: {} } : { ok: false, problem: outcome.reason };
}

function standsByNature({ kind }: Request): boolean {
  return kind === 'maintenance' || kind === 'reinit';
}

async function awaitOutcome(parts: OperatorParts, wanted: Request, waitMs: number): Promise<OperatorAnswer> {
  const untilMs = parts.monotonicMs() + waitMs;
  let reason = 'the lease store does not answer';
  while (parts.monotonicMs() < untilMs) {
    const record = await readRecord(parts);
    if (typeof record === 'string') reason = record;
    else {
      const outcome = outcomeOf(wanted, record);
      if (outcome.kind === 'done') return { ok: true, answer: { record } };
      if (outcome.kind === 'void') return { ok: false, problem: outcome.reason };
      reason = 'the agents did not carry it out';
    }
    await parts.sleep(lookEveryMs);
  }
  return { ok: false, problem: `not done after ${Math.round(waitMs / 1000)} s: ${reason}` };
}

/** The record, or why there is none. */
async function readRecord({ store, budgetMs }: OperatorParts): Promise<StateRecord | string> {
  const outcome = await store.read(stateKey, budgetMs);
  if (outcome.kind === 'unavailable') return `the lease store cannot be read: ${outcome.reason}`;
  const found = parseRecord(outcome.text);
  if (found.kind === 'absent') return 'the cluster has no record in the lease store';
  return found.kind === 'record' ? found.record : `the record cannot be read: ${found.reason}`;
}

async function entries({ store, budgetMs }: OperatorParts, prefix: string): Promise<readonly unknown[]> {
  const listed = await store.list({ prefix, newest: shownHistory, budgetMs });
  if (listed.kind === 'unavailable') return [];
  return listed.entries.filter(({ text }) => text !== '').map(({ text }: Listed) => JSON.parse(text) as unknown);
}
