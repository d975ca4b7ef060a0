import * as z from 'zod';
import type { Request } from '../core/failover/request.ts';
import { parseJson } from '../core/parse-json.ts';
import type { Hint, LeaseStore, Listed } from '../ports/lease-store.ts';

const id = z.string().regex(/^[a-z0-9-]{1,64}$/);
const epoch = z.int().min(0);
const host = z.string().min(1);
const durationMs = z.int().min(1000);

/** An operator's request as it lies in the store, below `request/`. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('switchover'), id, epoch, target: host.nullable(), validMs: durationMs }),
  z.strictObject({ kind: z.literal('failover'), id, epoch, target: host, oldPrimaryIsOff: z.boolean() }),
  z.strictObject({ kind: z.literal('pause'), id, durationMs }),
  z.strictObject({ kind: z.literal('resume'), id }),
  z.strictObject({ kind: z.literal('maintenance'), id, host, lastMemberConfirmed: z.boolean() }),
  z.strictObject({ kind: z.literal('reinit'), id, host }),
]) satisfies z.ZodType<Request>;

/** Requests are few: an operator's, and one per host in maintenance. */
const newest = 64;
export const requestPrefix = 'request';

export type RequestsParts = {
  readonly store: LeaseStore;
  readonly budgetMs: number;
  /** A request that cannot be read is left out; `refuse` is told once of each. */
  refuse(key: string, reason: string): void;
};

/** What operators ask for, as it was read last. */
export type RequestBook = {
  all(): readonly Request[];
  /** Whether a hint of the store may be of a request. */
  isMeant(hint: Hint): boolean;
  /** Reads them anew and says whether they are others now; where they cannot be read, what was known stands. */
  read(): Promise<boolean>;
  /** Takes one out of the store; one that the store does not take out is asked for again. */
  withdraw(id: string): void;
};

export function createRequestBook(parts: RequestsParts): RequestBook {
  const parse = createParser(parts.refuse);
  const { store, budgetMs } = parts;
  let requests: readonly Request[] = [];
  let begun = 0;
  let taken = 0;
  return {
    all: () => requests,
    isMeant: (hint) => hint === null || [...hint.keys()].some((key) => key.startsWith(`${requestPrefix}/`)),
    async read() {
      begun += 1;
      const number = begun;
      const listed = await store.list({ prefix: requestPrefix, newest, budgetMs });
      // What is older than what is known already may show a request that was withdrawn.
      if (listed.kind === 'unavailable' || number < taken) return false;
      taken = number;
      const before = JSON.stringify(requests);
      requests = listed.entries.flatMap(parse);
      return JSON.stringify(requests) !== before;
    },
    withdraw(id) {
      const request = requests.find((each) => each.id === id);
      if (request) void store.put({ key: requestKey(request), text: '', budgetMs });
    },
  };
}

/** A request that cannot be read is left out, and told once. */
function createParser(refuse: RequestsParts['refuse']): (entry: Listed) => readonly Request[] {
  const refused = new Set<string>();
  return ({ key, text, revision }) => {
    // A request that was taken back leaves its place empty.
    if (text === '') return [];
    const parsed = requestSchema.safeParse(parseJson(text));
    if (parsed.success) return [parsed.data];
    const name = `${key}@${revision}`;
    if (!refused.has(name)) refuse(key, z.prettifyError(parsed.error));
    refused.add(name);
    return [];
  };
}

/**
 * Where a request lies: one place per kind, and per host where it is about one, so that their number has a bound and a
 * newer request takes the place of an older one.
 */
export function requestKey(request: Request): string {
  const about = request.kind === 'maintenance' || request.kind === 'reinit' ? `${request.kind}-${request.host}` : request.kind;
  return `${requestPrefix}/${about}`;
}
