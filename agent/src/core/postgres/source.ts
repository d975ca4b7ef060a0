/** What one host asks of another whose data it wants to follow, be rewound to or copy. Runs with the replication role's rights. */
import * as z from 'zod';
import { branchesOf, type Descent, promotion } from './lineage.ts';
import { promotionsExpression } from './schema.ts';

/** `$1` = the asking host's slot. */
export const sourceQuery = `
SELECT pg_is_in_recovery() AS in_recovery, (SELECT system_identifier::text FROM pg_control_system()) AS system_id,
  (SELECT timeline_id FROM pg_control_checkpoint()) AS checkpoint_timeline,
  CASE WHEN NOT pg_is_in_recovery() THEN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END AS written_timeline,
  EXISTS (SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND NOT active AND wal_status <> 'lost') AS slot_is_free,
  ${promotionsExpression} AS promotions`;

const sourceRow = z.object({
  in_recovery: z.boolean(),
  system_id: z.string(),
  checkpoint_timeline: z.int(),
  written_timeline: z.int().nullable(),
  slot_is_free: z.boolean(),
  promotions: z.array(promotion),
});

export type Source = Omit<Descent, 'flushLsn'> & {
  readonly inRecovery: boolean;
  /** Its control file has reached the timeline it writes: before that, pg_rewind finds nothing to do (R8). */
  readonly checkpointed: boolean;
  /** The asking host has a slot that nobody uses. */
  readonly slotIsFree: boolean;
  readonly promotions: z.output<typeof promotion>[];
};

/**
 * The answer to `sourceQuery`. A source that writes a timeline of which it has no promotion shows that timeline without a
 * promotion id: nobody can prove to be of its lineage. Throws a ZodError on an answer of another shape.
 */
export function parseSource(row: unknown): Source {
  const { in_recovery, system_id, checkpoint_timeline, written_timeline, slot_is_free, promotions } = sourceRow.parse(row);
  const starts = [{ timeline: 1, forkLsn: 0 }, ...promotions];
  const last = written_timeline ?? starts[starts.length - 1]?.timeline ?? 1;
  const all = starts.some(({ timeline }) => timeline === last) ? starts : [...starts, { timeline: last, forkLsn: 0 }];
  const history = branchesOf(all, promotions);
  const checkpointed = checkpoint_timeline === last;
  return { systemId: system_id, history, inRecovery: in_recovery, checkpointed, slotIsFree: slot_is_free, promotions };
}
