import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ErrorCode, NvError } from '../../control-plane/src/core/errors.ts';
import { type CommandOutput, toShell } from '../../control-plane/src/core/remote-command.ts';
import { maskSecrets, revealSecrets, type SecretLookup } from '../../control-plane/src/core/secret.ts';
import type { Blob } from '../../control-plane/src/core/steps/step-kind.ts';
import type { RemoteHost, RemoteHosts } from '../../control-plane/src/ports/remote-host.ts';

/** Plays a host: gets the shell text with its secrets revealed. A signal that aborts means nobody waits any longer. */
export type Answer = (script: string, context: { host: string; signal: AbortSignal }) => CommandOutput | Promise<CommandOutput>;

export type FakeRemoteHosts = RemoteHosts & {
  /** What was run, in order, with its secrets masked. */
  readonly calls: readonly { readonly host: string; readonly script: string }[];
  /** Contents of the blobs of a host by their hash. */
  blobs(host: string): ReadonlyMap<string, Buffer>;
  /** Every call fails with this code, those under way as well, until `mend`. */
  fail(host: string, code: ErrorCode): void;
  /** Nothing of the host settles before its deadline, until `mend`. */
  freeze(host: string): void;
  mend(host: string): void;
};

export type FakeOptions = { readonly answer: Answer; readonly lookup?: SecretLookup };

/** Remote hosts without a network: commands go to `answer`, blobs into memory. */
export function fakeRemoteHosts({ answer, lookup = noSecrets }: FakeOptions): FakeRemoteHosts {
  const calls: { host: string; script: string }[] = [];
  const hosts = new Map<string, FakeHost>();
  const hostOf = (name: string): FakeHost => {
    const host = hosts.get(name) ?? fakeHost(name);
    hosts.set(name, host);
    return host;
  };
  const get = (name: string): RemoteHost => ({
    name,
    run: async (command, options) => {
      calls.push({ host: name, script: toShell(command, maskSecrets) });
      const script = toShell(command, (text) => revealSecrets(text, lookup));
      const output = await hostOf(name).attempt(options.timeoutMs, async (signal) => answer(script, { host: name, signal }));
      if (options.onLine) for (const line of output.stdout.split('\n').slice(0, lineCount(output.stdout))) options.onLine(line);
      return output;
    },
    upload: (blob, options) => hostOf(name).attempt(options.timeoutMs, () => store(hostOf(name).blobs, name, blob)),
    close: async () => undefined,
  });
  return {
    calls,
    get,
    closeAll: async () => undefined,
    blobs: (name) => hostOf(name).blobs,
    fail: (name, code) => hostOf(name).trouble(code),
    freeze: (name) => hostOf(name).trouble('frozen'),
    mend: (name) => hostOf(name).trouble(null),
  };
}

/** Answers by running the text with this machine's `/bin/sh`, in the root directory and with nothing to read. */
export const localShell: Answer = (script, { signal }) =>
  new Promise((resolve) => {
    const read = ['-c', 's=$(cat); eval "$s" </dev/null'];
    const child = execFile('/bin/sh', read, { maxBuffer: 1 << 28, signal, cwd: '/' }, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? 255, stdout, stderr });
    });
    child.stdin?.end(script);
  });

type Trouble = ErrorCode | 'frozen' | null;
type FakeHost = {
  readonly blobs: Map<string, Buffer>;
  trouble(trouble: Trouble): void;
  attempt<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

function fakeHost(name: string): FakeHost {
  const underWay = new Set<(trouble: Trouble) => void>();
  let current: Trouble = null;
  const trouble = (next: Trouble) => {
    current = next;
    for (const notify of underWay) notify(next);
  };
  const attempt = async <T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const over = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let frozen = false;
    const notify = (next: Trouble) => {
      frozen = next === 'frozen';
      if (next !== null && next !== 'frozen') reject(errorOf(name, next));
    };
    const deadline = setTimeout(() => reject(errorOf(name, 'NV_SSH_TIMEOUT')), timeoutMs);
    underWay.add(notify);
    notify(current);
    work(over.signal).then((value) => frozen || resolve(value), reject);
    return promise.finally(() => {
      clearTimeout(deadline);
      underWay.delete(notify);
      over.abort();
    });
  };
  return { blobs: new Map(), trouble, attempt };
}

async function store(blobs: Map<string, Buffer>, host: string, blob: Blob): Promise<void> {
  if (blobs.has(blob.sha256)) return;
  const content = await readFile(blob.localPath).catch(() => null);
  if (content === null || createHash('sha256').update(content).digest('hex') !== blob.sha256) throw errorOf(host, 'NV_UPLOAD');
  blobs.set(blob.sha256, content);
}

function lineCount(text: string): number {
  return text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
}

function errorOf(host: string, code: ErrorCode): NvError {
  return new NvError({ code, message: `${host}: ${code}`, host });
}

function noSecrets(name: string): never {
  throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `no secret ${name}` });
}
