import type { Descent } from '../../core/postgres/lineage.ts';
import { parseStatus, type ServerStatus, statusQuery, timelineOf } from '../../core/postgres/status.ts';
import { readControlFile, readHistory, readLineage } from './data-directory.ts';
import type { Deadline } from './deadline.ts';
import type { PostgresPlace } from './place.ts';
import type { HeldSession } from './session.ts';

/** Reads the running server; a second round trip only where the agent's schema was not known to be there, or is not. */
export async function readStatus(session: HeldSession, deadline: Deadline, schemaKnown = false): Promise<ServerStatus> {
  const [row] = await session.query(deadline, statusQuery(schemaKnown));
  const status = parseStatus(row);
  return status.has_schema && !schemaKnown ? readStatus(session, deadline, true) : status;
}

/** The lineage of the running server's data. */
export async function runningDescent(place: PostgresPlace, status: ServerStatus): Promise<Descent> {
  const history = await readHistory(place, timelineOf(status), status.promotions);
  return { systemId: status.system_id, history, flushLsn: status.flush_lsn };
}

/**
 * The lineage of a stopped server's data; null where nothing can be read. How far its WAL goes is known only of one that was
 * stopped cleanly.
 */
export async function restingDescent(place: PostgresPlace, deadline: Deadline): Promise<Descent | null> {
  const control = await readControlFile(place, deadline);
  if (control === null) return null;
  const { promotions } = await readLineage(place);
  const history = await readHistory(place, control.timeline, promotions);
  return { systemId: control.systemId, history, flushLsn: control.cleanlyStopped ? control.reachedLsn : null };
}
