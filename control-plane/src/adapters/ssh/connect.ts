import { setTimeout as sleep } from 'node:timers/promises';
import { NvError } from '../../core/errors.ts';
import { algorithmsFor } from './algorithms.ts';
import { connectError, isRefusedBeforeBanner } from './connect-errors.ts';
import { type Connection, type ConnectOptions, openConnection } from './connection.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { unlessAborted, within } from './deadline.ts';
import { checkHostKey, type HostKeyPolicy, type HostKeyRefusal, mayPin, pinHostKey } from './host-keys.ts';
import type { Keyring } from './keyring.ts';
import { knownHostName, knownKeyTypes } from './known-hosts.ts';
import type { KnownHostsFiles } from './known-hosts-files.ts';
import type { SshTarget } from './target.ts';

export type ConnectSettings = HostKeyPolicy & {
  readonly keyring: Keyring;
  readonly knownHosts: KnownHostsFiles;
  /** From the first packet to the end of the login. */
  readonly readyTimeoutMs: number;
  readonly openJump: (jump: SshTarget) => Promise<Connection>;
  /** Ends attempts under way and forbids new ones. */
  readonly closing: AbortSignal;
};

/** Pauses before another try when the server hangs up before its banner. */
const retryDelaysMs = [100, 200, 400, 800, 1600];

/**
 * Connects to a host, through its jump hosts if it has any.
 * Rejects with NV_SSH_UNREACHABLE, NV_SSH_AUTH or NV_SSH_HOST_KEY.
 */
export async function connect(target: SshTarget, settings: ConnectSettings): Promise<Connection> {
  const credentials = await loadCredentials(target, settings.keyring);
  for (const delayMs of retryDelaysMs) {
    try {
      return await unlessAborted(settings.closing, connectAsking(target, credentials, settings));
    } catch (error) {
      if (!isRefusedBeforeBanner((error as Error).cause) || settings.closing.aborted) throw error;
    }
    await sleep(delayMs * (1 + Math.random()));
  }
  return unlessAborted(settings.closing, connectAsking(target, credentials, settings));
}

/** Who is asked about an unknown key may take long, so the connection is not kept open meanwhile. */
async function connectAsking(target: SshTarget, credentials: Credentials, settings: ConnectSettings): Promise<Connection> {
  const refusals: HostKeyRefusal[] = [];
  const options = await connectOptions(target, { credentials, settings, onRefusal: (refusal) => refusals.push(refusal) });
  try {
    return await openThrough(target, options, settings);
  } catch (cause) {
    const refusal = refusals[0];
    if (!refusal) throw cause instanceof NvError ? cause : connectError(target, cause, credentials.tried);
    if (!(await mayPin(refusal, settings))) throw refusal.error;
    await pinHostKey(refusal);
    return connectAsking(target, credentials, settings);
  }
}

type Attempt = {
  readonly credentials: Credentials;
  readonly settings: ConnectSettings;
  readonly onRefusal: (refusal: HostKeyRefusal) => void;
};

async function connectOptions(target: SshTarget, { credentials, settings, onRefusal }: Attempt): Promise<ConnectOptions> {
  const known = await settings.knownHosts.read(target.knownHosts);
  const verifyHostKey = (key: Buffer): boolean => {
    const refusal = checkHostKey(key, known, target);
    if (refusal) onRefusal(refusal);
    return refusal === null;
  };
  return {
    credentials: credentials.methods,
    algorithms: algorithmsFor(knownKeyTypes(known, knownHostName(target.host, target.port))),
    verifyHostKey,
    readyTimeoutMs: settings.readyTimeoutMs,
    closing: settings.closing,
  };
}

async function openThrough(target: SshTarget, options: ConnectOptions, settings: ConnectSettings): Promise<Connection> {
  if (!target.jump) return openConnection(target, options);
  const jump = await settings.openJump(target.jump);
  const late = () => new Error('its jump host does not get through to it');
  const via = await within(settings.readyTimeoutMs, late, jump.forward(target.host, target.port));
  return openConnection(target, { ...options, via });
}
