/**
 * The words of etcd's /v3 JSON gateway: 64-bit numbers are strings, fields that are false or 0 are left out, keys and
 * values are base64.
 */
import * as z from 'zod';
import { parseJson } from '../../core/parse-json.ts';
import type { Hint, Listed, Stored, Swap } from '../../ports/lease-store.ts';
import type { Header } from './witness.ts';

export type Call = { readonly path: string; readonly body: unknown };

const int64 = z.string().regex(/^\d+$/);
const keyValue = z.object({ key: z.string(), value: z.string().default(''), mod_revision: int64 });
const range = z.object({ kvs: z.array(keyValue).default([]) });
const answerSchema = z.object({
  header: z.object({ cluster_id: int64, revision: int64.default('0') }),
  succeeded: z.boolean().default(false),
  responses: z.array(z.object({ response_range: range.optional() })).default([]),
  kvs: z.array(keyValue).default([]),
});

/** A unary answer; `kvs` is a range's, `succeeded` and `responses` a transaction's. */
export type Answer = Omit<z.output<typeof answerSchema>, 'header'> & { readonly header: Header };

/** Throws on anything that is not an answer of the gateway. */
export function parseAnswer(text: string): Answer {
  const { success, data, error } = answerSchema.safeParse(JSON.parse(text));
  if (!success) throw new Error(`it does not answer as etcd does: ${z.prettifyError(error).replaceAll(/\s+/g, ' ')}`);
  const { header, ...rest } = data;
  return { ...rest, header: { clusterId: header.cluster_id, revision: header.revision } };
}

export function readCall(key: string): Call {
  return { path: '/v3/kv/range', body: { key: encode(key) } };
}

export function putCall(key: string, text: string): Call {
  return { path: '/v3/kv/put', body: { key: encode(key), value: encode(text) } };
}

/** Newest first by creation. */
export function newestCall(prefix: string, limit: number): Call {
  return { path: '/v3/kv/range', body: { ...under(prefix), limit: `${limit}`, sort_target: 'CREATE', sort_order: 'DESCEND' } };
}

/** Oldest first by creation, without their texts. */
export function keysCall(prefix: string): Call {
  return { path: '/v3/kv/range', body: { ...under(prefix), keys_only: true, sort_target: 'CREATE', sort_order: 'ASCEND' } };
}

/** A put and the removal of `gone`, all or nothing. */
export function putAndDropCall(entry: { readonly key: string; readonly text: string }, gone: readonly string[]): Call {
  const put = { request_put: { key: encode(entry.key), value: encode(entry.text) } };
  const drops = gone.map((key) => ({ request_delete_range: { key: encode(key) } }));
  return { path: '/v3/kv/txn', body: { success: [put, ...drops] } };
}

/** Compare-and-swap on the key's revision; a failed compare brings what stands there. */
export function swapCall(key: string, { expectRevision, text }: Pick<Swap, 'expectRevision' | 'text'>): Call {
  const compare = [{ key: encode(key), target: 'MOD', result: 'EQUAL', mod_revision: expectRevision }];
  const success = [{ request_put: { key: encode(key), value: encode(text) } }];
  return { path: '/v3/kv/txn', body: { compare, success, failure: [{ request_range: { key: encode(key) } }] } };
}

/** Every key below `root`, which ends with a slash. */
export function watchCall(root: string): Call {
  return { path: '/v3/watch', body: { create_request: under(root.slice(0, -1)) } };
}

const watched = z.object({ result: z.object({ events: z.array(z.object({ kv: keyValue })).default([]) }) });

/** The keys below `root` that one message of a watch tells of; null where it tells of none, or cannot be read. */
export function hintOf(message: string, root: string): Hint {
  const { success, data } = watched.safeParse(parseJson(message));
  if (!success || data.result.events.length === 0) return null;
  return new Map(data.result.events.map(({ kv }) => [decode(kv.key).slice(root.length), kv.mod_revision]));
}

/** The only key of a range, absent = null at revision '0'. */
export function storedOf(kvs: Answer['kvs']): Stored {
  const [kv] = kvs;
  return kv === undefined ? { text: null, revision: '0' } : { text: decode(kv.value), revision: kv.mod_revision };
}

export function listedOf(kvs: Answer['kvs'], root: string): readonly Listed[] {
  return kvs.map((kv) => ({ key: decode(kv.key).slice(root.length), text: decode(kv.value), revision: kv.mod_revision }));
}

/** What a failed compare found; null when the answer does not say. */
export function foundBy(answer: Answer): Stored | null {
  const found = answer.responses[0]?.response_range;
  return found === undefined ? null : storedOf(found.kvs);
}

const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (base64: string) => Buffer.from(base64, 'base64').toString();

/** Every key that begins with `prefix/`: '0' is the character after '/'. */
function under(prefix: string) {
  return { key: encode(`${prefix}/`), range_end: encode(`${prefix}0`) };
}
