/** The server's `hba_file`: written as a whole, and proven to be the one the server has loaded. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { DatabaseError } from 'pg';
import { type Gate, gateBody, gateFile, probeDatabase } from '../../core/postgres/gate.ts';
import { by, type Deadline } from './deadline.ts';
import { readText, writeDurably } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import { openSession, ownServer } from './session.ts';

/** Writes the file; the server reads it at its start and with a reload. */
export async function writeGate(place: PostgresPlace, gate: Gate): Promise<void> {
  await mkdir(place.ownDirectory, { recursive: true });
  const { text } = await gateText(place, gate);
  if ((await readText(pathsOf(place).gate)) !== text) await writeDurably(pathsOf(place).gate, text, place.systemUser);
}

/** Whether the running server has loaded the file that opens, or shuts, the gate by today's rules. */
export async function hasLoaded(place: PostgresPlace, gate: Gate, deadline: Deadline): Promise<boolean> {
  const { version } = await gateText(place, gate);
  const config = { ...ownServer(place, 'gate'), database: probeDatabase(version) };
  try {
    (await by(deadline, 'an answer at the gate', openSession(config))).end();
    return false;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // "pg_hba.conf rejects" only by the version's own rule; by the superuser's rule the database does not exist.
    if (error.code === '28000' || error.code === '3D000') return error.code === '28000';
    throw error;
  }
}

/** What the file has to be for this gate. A version names the content, so that equal files are the same. */
export async function gateText(place: PostgresPlace, gate: Gate): Promise<{ readonly text: string; readonly version: string }> {
  const { superuser, database, replication, peers } = place;
  const peerAddresses = [...new Set(Object.values(peers).map(({ address }) => address))];
  const connection = replication.caPath === null ? 'host' : 'hostssl';
  const rules = { superuser, database, replicationUser: replication.user, connection, peerAddresses } as const;
  const clientRules = gate === 'open' ? ((await readText(place.clientRules)) ?? '') : '';
  const body = gateBody(gate, rules, clientRules);
  const version = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { text: gateFile(version, body), version };
}
