/** How the agent reaches another database host's server: with the replication role, over TLS where there is an authority. */
import { readFile } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';
import type { ClientConfig } from 'pg';
import { conninfo } from '../../core/postgres/conninfo.ts';
import type { Upstream } from '../../core/postgres/own-settings.ts';
import { passwordFor } from '../../core/postgres/passfile.ts';
import { slotOf } from '../../core/postgres/slots.ts';
import { parseSource, type Source, sourceQuery } from '../../core/postgres/source.ts';
import { by, type Deadline } from './deadline.ts';
import type { PeerAddress, PostgresPlace } from './place.ts';
import { openSession } from './session.ts';
import { RefusedError } from './steps.ts';

/** Asks `host` what its server is. Rejects where it does not answer, or runs without the agent's schema. */
export async function readSource(place: PostgresPlace, host: string, deadline: Deadline): Promise<Source> {
  const session = await by(deadline, `a session with ${host}`, openSession(await peerConfig(place, host)));
  try {
    const [row] = await by(deadline, `an answer of ${host}`, session.query(sourceQuery, [slotOf(place.host)]));
    return parseSource(row);
  } finally {
    session.end();
  }
}

/** For programs of PostgreSQL's; `name` is the application_name. */
export function peerConninfo(place: PostgresPlace, host: string, parameters: Readonly<Record<string, string>>): string {
  const { user, passfile, caPath } = place.replication;
  const { address, port } = peerOf(place, host);
  const tls: Record<string, string> = caPath === null ? { sslmode: 'disable' } : { sslmode: 'verify-full', sslrootcert: caPath };
  const patience = { connect_timeout: 3, keepalives_idle: 10, keepalives_interval: 5, keepalives_count: 3 };
  return conninfo({ host: address, port, user, passfile, ...tls, ...patience, ...parameters });
}

/** What the server needs to stream from `host` (null = from nobody); standbys are named by their incarnation. */
export function upstreamOf(place: PostgresPlace, host: string | null, incarnation: string): Upstream {
  if (host === null) return { conninfo: '', slot: '' };
  return { conninfo: peerConninfo(place, host, { application_name: incarnation }), slot: slotOf(place.host) };
}

/** The host that `primary_conninfo` names; null where it names none of them. */
export function hostOfConninfo(place: PostgresPlace, text: string): string | null {
  const named = Object.entries(place.peers).find(([, peer]) => text.startsWith(`${conninfo({ host: peer.address, port: peer.port })} `));
  return named?.[0] ?? null;
}

/** The host at an address; several may share one address, not address and port. */
export function hostAt(place: PostgresPlace, address: string | null, port: number | null): string | null {
  const found = Object.entries(place.peers).find(([, peer]) => peer.address === address && (port === null || peer.port === port));
  return found?.[0] ?? null;
}

async function peerConfig(place: PostgresPlace, host: string): Promise<ClientConfig> {
  const { user, passfile, caPath } = place.replication;
  const { address, port } = peerOf(place, host);
  const password = passwordFor(user, await readFile(passfile, 'utf8')) ?? undefined;
  const base = { host: address, port, user, password, database: place.database, application_name: `netvis-agent of ${place.host}` };
  if (caPath === null) return base;
  // Checked against the address the agent dials, which pg itself leaves out where it is an IP address.
  const identity = (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) => checkServerIdentity(address, certificate);
  return { ...base, ssl: { ca: await readFile(caPath, 'utf8'), checkServerIdentity: identity } };
}

function peerOf(place: PostgresPlace, host: string): PeerAddress {
  const peer = place.peers[host];
  if (peer === undefined) throw new RefusedError('unknown-host');
  return peer;
}
