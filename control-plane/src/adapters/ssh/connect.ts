import { setTimeout as sleep } from 'node:timers/promises';
import type { NvError } from '../../core/errors.ts';
import type { SecretLookup } from '../../core/secret.ts';
import { algorithmsFor } from './algorithms.ts';
import { connectError, isRefusedBeforeBanner } from './connect-errors.ts';
import { type Connection, type ConnectOptions, openConnection } from './connection.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { checkHostKey, type HostKeyPolicy, readKnownHosts } from './host-keys.ts';
import { knownHostName, knownKeyTypes } from './known-hosts.ts';
import type { SshTarget } from './target.ts';

export type ConnectSettings = HostKeyPolicy & {
  readonly lookup: SecretLookup;
  /** From the first packet to the end of the login. */
  readonly readyTimeoutMs: number;
};

/** Pauses before another try when the server hangs up before its banner. */
const retryDelaysMs = [100, 200, 400, 800, 1600];

/** Connects to a host, through its jump host if it has one. Rejects with NV_SSH_UNREACHABLE, NV_SSH_AUTH or NV_SSH_HOST_KEY. */
export async function connect(target: SshTarget, settings: ConnectSettings): Promise<Connection> {
  const credentials = await loadCredentials(target, settings.lookup);
  for (const delayMs of retryDelaysMs) {
    try {
      return await connectOnce(target, credentials, settings);
    } catch (error) {
      if (!isRefusedBeforeBanner((error as Error).cause)) throw error;
    }
    await sleep(delayMs * (1 + Math.random()));
  }
  return connectOnce(target, credentials, settings);
}

async function connectOnce(target: SshTarget, credentials: Credentials, settings: ConnectSettings): Promise<Connection> {
  const place = { host: target.host, port: target.port, files: target.knownHosts };
  const known = knownKeyTypes(await readKnownHosts(place.files), knownHostName(place.host, place.port));
  let refused: NvError | undefined;
  const verifyHostKey = (key: Buffer) =>
    checkHostKey(key, place, settings).then(
      () => true,
      (error: NvError) => {
        refused = error;
        return false;
      },
    );
  const options = {
    credentials: credentials.methods,
    algorithms: algorithmsFor(known),
    verifyHostKey,
    readyTimeoutMs: settings.readyTimeoutMs,
  };
  try {
    return await openThrough(target, options, settings);
  } catch (cause) {
    throw refused ?? connectError(target, cause, credentials.tried);
  }
}

async function openThrough(target: SshTarget, options: ConnectOptions, settings: ConnectSettings): Promise<Connection> {
  if (!target.jump) return openConnection(target, options);
  const jump = await connect(target.jump, settings);
  try {
    const connection = await openConnection(target, { ...options, via: await jump.forward(target.host, target.port) });
    connection.lost.addEventListener('abort', () => jump.dispose(), { once: true });
    return connection;
  } catch (error) {
    jump.dispose();
    throw error;
  }
}
