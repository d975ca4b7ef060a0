/** Faults as data: what is done, to whom, when and for how long. Case files and generated schedules share this shape. */
import * as z from 'zod';

const ms = z.number().min(0);

/** A role is looked up when the fault strikes; `d1` … are hosts. `actor` = whose operation set the fault off. */
const target = z.union([z.enum(['primary', 'member', 'standby', 'all', 'actor']), z.string().regex(/^d[1-9]$/)]);

/** Strikes at a time, or at the n-th time from `afterMs` on that some agent's operation comes to a point, `plusMs` later. */
const when = z.union([
  z.strictObject({ atMs: ms }),
  z.strictObject({
    operation: z.string(),
    point: z.enum(['before', 'during', 'after']),
    nth: z.int().min(1).default(1),
    afterMs: ms.default(0),
    plusMs: ms.default(0),
  }),
]);

const host = { when, target, forMs: ms };
const moment = { when, target };

const kinds = [
  z.strictObject({ do: z.literal('power off'), ...host }),
  z.strictObject({ do: z.literal('pause'), clocks: z.enum(['freeze', 'suspend', 'blind']), ...host }),
  z.strictObject({ do: z.literal('kill postmaster'), ...moment }),
  z.strictObject({ do: z.literal('freeze postgres'), ...host }),
  z.strictObject({ do: z.enum(['disk full', 'disk read-only', 'disk hangs', 'never flushes', 'replay pauses']), ...host }),
  z.strictObject({ do: z.literal('checkpoint'), ...host }),
  z.strictObject({ do: z.enum(['cancel waits', 'lose slots', 'manual promote', 'wipe data']), ...moment }),
  /** The data directory is replaced by a copy of itself that lacks the last `records`, from a former incarnation if told. */
  z.strictObject({ do: z.literal('older copy'), records: z.int().min(1), isFormer: z.boolean().default(false), ...moment }),
  /** The primary's walsender for this standby does not take over a new list of names. */
  z.strictObject({ do: z.literal('keeps old list'), ...host }),
  z.strictObject({ do: z.enum(['kill agent', 'kill guard']), ...moment }),
  z.strictObject({ do: z.enum(['freeze agent', 'freeze guard', 'busy systemd']), ...host }),
  z.strictObject({ do: z.literal('slow cpu'), factor: z.number().min(1), ...host }),
  /** `to`/`from` say which way is cut; the peer is the store, the clients, the other database hosts, or all of them. */
  z.strictObject({
    do: z.enum(['cut', 'flap', 'loss', 'slow link']),
    way: z.enum(['to', 'from', 'both']),
    peer: z.enum(['store', 'hosts', 'clients', 'everything']),
    /** How much a slow link adds to each message's way; 300 unless told. */
    byMs: ms.optional(),
    ...host,
  }),
  z.strictObject({ do: z.enum(['no store leader', 'store read-only']), when, forMs: ms }),
  z.strictObject({ do: z.literal('store trouble'), lateRate: z.number(), twiceRate: z.number(), lateMs: ms, when, forMs: ms }),
  z.strictObject({ do: z.literal('store rolled back'), revisions: z.int().min(1), when }),
  z.strictObject({ do: z.literal('store emptied'), when }),
  z.strictObject({ do: z.literal('ask switchover'), target: target.nullable(), when }),
  z.strictObject({ do: z.literal('ask pause'), durationMs: ms, when }),
  z.strictObject({ do: z.literal('ask maintenance'), ...host }),
  z.strictObject({ do: z.literal('ask reinit'), ...moment }),
  z.strictObject({ do: z.literal('ask failover'), oldPrimaryIsOff: z.boolean(), ...moment }),
  /** The agents of `target` are restarted on it; the others go on with the old one until they start anew. */
  z.strictObject({ do: z.literal('change preset'), preset: z.enum(['fast', 'balanced', 'wide']), target: target.default('all'), when }),
] as const;

export const faultSchema = z.discriminatedUnion('do', kinds);
export type Fault = z.output<typeof faultSchema>;
export type When = z.output<typeof when>;
export type Target = z.output<typeof target>;
