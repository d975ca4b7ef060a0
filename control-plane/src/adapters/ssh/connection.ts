import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { AuthMethod, Client, ClientChannel, ConnectConfig } from 'ssh2';
import { unlessAborted } from './deadline.ts';
import { endpoint, lostError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** An authenticated connection. Nothing here has a deadline: callers bound every wait and then `dispose`. */
export type Connection = {
  /** Aborted with NV_SSH_LOST as its reason as soon as the connection is gone. */
  readonly lost: AbortSignal;
  /** Settles as `work`, or rejects with NV_SSH_LOST if the connection goes first. */
  whileAlive<T>(work: Promise<T>): Promise<T>;
  /** Starts a command; rejects when the server grants no channel. */
  exec(command: string): Promise<ClientChannel>;
  /** Copies a local file by SFTP to a path the login user may write; not atomic. */
  put(localPath: string, remotePath: string): Promise<void>;
  /** A stream to an address as seen from the host. */
  forward(host: string, port: number): Promise<Duplex>;
  /** Cuts the connection without waiting for the peer. */
  dispose(): void;
};

export type ConnectOptions = {
  readonly credentials: readonly AuthMethod[];
  readonly algorithms: ConnectConfig['algorithms'];
  readonly verifyHostKey: (key: Buffer) => boolean;
  readonly readyTimeoutMs: number;
  /** Ends an attempt under way and forbids new ones. */
  readonly closing: AbortSignal;
  /** The stream to speak over instead of a TCP connection of its own. */
  readonly via?: Duplex;
};

/** Requests in flight during an upload; see ssh2's `fastPut`. */
const uploadConcurrency = 64;

/** A peer that answers nothing for about 30 s is lost, whatever deadline a command has. */
const keepalive = { intervalMs: 10_000, unanswered: 2 };

/**
 * Connects and authenticates once; rejects with whatever the library says (see `connect-errors.ts`).
 * The socket does not wait to fill packets (TCP_NODELAY): the login takes 25 ms with that and 148 ms without.
 */
export async function openConnection(target: SshTarget, options: ConnectOptions): Promise<Connection> {
  options.closing.throwIfAborted();
  const ssh = new NodeSSH();
  const ready = ssh.connect({
    host: target.host,
    port: target.port,
    username: target.user,
    sock: (options.via ?? connect({ host: target.host, port: target.port, noDelay: true })) as ConnectConfig['sock'],
    authHandler: [...options.credentials],
    algorithms: options.algorithms,
    hostVerifier: options.verifyHostKey,
    readyTimeout: options.readyTimeoutMs,
    keepaliveInterval: keepalive.intervalMs,
    keepaliveCountMax: keepalive.unanswered,
  });
  const client = ssh.connection as Client;
  const lost = watchLoss(client, target);
  const destroy = () => client.destroy();
  options.closing.addEventListener('abort', destroy, { once: true });
  try {
    await ready;
  } catch (cause) {
    destroy();
    throw cause;
  } finally {
    options.closing.removeEventListener('abort', destroy);
  }
  return bind({ ssh, client, lost, target });
}

/** The listeners stay for the client's whole life: an error without one would end the process. */
function watchLoss(client: Client, target: SshTarget): AbortController {
  const lost = new AbortController();
  const lose = (detail: string, cause?: unknown) => {
    if (!lost.signal.aborted) lost.abort(lostError(target, detail, cause));
  };
  client.on('error', (error) => lose(error.message, error));
  client.on('end', () => lose(`${endpoint(target)} closed it`));
  client.on('close', () => lose(`${endpoint(target)} closed it`));
  return lost;
}

type Bound = { readonly ssh: NodeSSH; readonly client: Client; readonly lost: AbortController; readonly target: SshTarget };

function bind({ ssh, client, lost, target }: Bound): Connection {
  const whileAlive = <T>(work: Promise<T>) => unlessAborted(lost.signal, work);
  return {
    lost: lost.signal,
    whileAlive,
    exec: (command) => whileAlive(execute(client, command)),
    put: (local, remote) => whileAlive(ssh.putFile(local, remote, null, { concurrency: uploadConcurrency, mode: 0o600 })),
    forward: (host, port) => whileAlive(ssh.forwardOut('127.0.0.1', 0, host, port)),
    dispose: () => {
      lost.abort(lostError(target, 'it was cut from here'));
      client.destroy();
    },
  };
}

function execute(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}
