import { type Descent, relationTo } from '../../core/postgres/lineage.ts';
import type { Source } from '../../core/postgres/source.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import type { Deadline } from './deadline.ts';
import { readSource } from './peer.ts';
import { refused } from './steps.ts';
import type { VerbParts } from './verb.ts';

/**
 * A server may stream from a host only if that host's data hold all of its own: PostgreSQL compares timeline numbers, which
 * two promotions can share (R8). Following nobody needs no proof.
 */
export async function requireSourceHasAllOf(
  parts: VerbParts,
  { follow, own }: { readonly follow: string | null; readonly own: Descent | null },
  deadline: Deadline,
): Promise<Outcome | undefined> {
  if (follow === null) return undefined;
  if (own === null) return refused('half-made');
  const relation = relationTo(await readSource(parts.place, follow, deadline), own);
  return relation.kind === 'prefix' ? undefined : refused(relation.kind);
}

/** A source to copy from: out of recovery, its timeline made by a promotion that it can show. */
export function requirePrimary(source: Source): Outcome | undefined {
  if (source.inRecovery) return refused('source-is-no-primary');
  const current = source.history[source.history.length - 1];
  return current?.timeline !== 1 && current?.promotionId === null ? refused('source-unproven') : undefined;
}
