/** What lies in the data directory and beside it; all of it can be read while no server runs. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Branch } from '../../core/failover/record.ts';
import { type ControlFile, parseControlFile } from '../../core/postgres/control-file.ts';
import { type HalfMade, parseHalfMade } from '../../core/postgres/half-made.ts';
import { branchesOf, type LineageFile, type Promotion, parseLineage } from '../../core/postgres/lineage.ts';
import { historyFileName, parseHistory } from '../../core/postgres/timeline-history.ts';
import type { Deadline } from './deadline.ts';
import { exists, orNull, readText } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import type { ReadText } from './remembered-texts.ts';
import { runTool } from './tool.ts';

export type DataState = 'empty' | 'whole' | 'half-made';

/** Whether there are data, and whether they are complete. */
export async function readState(place: PostgresPlace): Promise<DataState> {
  const { halfMade, copied, incarnation } = pathsOf(place);
  if ((await exists(halfMade)) || (await exists(copied))) return 'half-made';
  const names = (await orNull(readdir(place.dataDirectory))) ?? [];
  if (names.length === 0) return 'empty';
  return names.includes('PG_VERSION') && (await exists(incarnation)) ? 'whole' : 'half-made';
}

export async function readHalfMade(place: PostgresPlace): Promise<HalfMade | null> {
  return parseHalfMade(await readText(pathsOf(place).halfMade));
}

export async function readIncarnation(place: PostgresPlace, read: ReadText = readText): Promise<string | null> {
  return (await read(pathsOf(place).incarnation))?.trim() || null;
}

export async function readLineage(place: PostgresPlace, read: ReadText = readText): Promise<LineageFile> {
  return parseLineage(await read(pathsOf(place).lineage));
}

/** Null where there is no control file that pg_controldata can read. */
export async function readControlFile(place: PostgresPlace, deadline: Deadline): Promise<ControlFile | null> {
  if (!(await exists(join(place.dataDirectory, 'global/pg_control')))) return null;
  return parseControlFile(await runTool(place, ['pg_controldata', '-D', place.dataDirectory], deadline));
}

/** When the control file was written last; it is read anew only then. */
export async function controlFileVersion(place: PostgresPlace): Promise<string | null> {
  const found = await orNull(stat(join(place.dataDirectory, 'global/pg_control'), { bigint: true }));
  return found && `${found.ino} ${found.mtimeNs}`;
}

/** The branches that lead to `timeline`; empty where no history file says so: no proof. */
export async function readHistory(place: PostgresPlace, timeline: number, promotions: readonly Promotion[]): Promise<Branch[]> {
  const text = await readText(join(place.dataDirectory, 'pg_wal', historyFileName(timeline)));
  return branchesOf(parseHistory(timeline, text) ?? [], promotions);
}
