import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import SshConfig from 'ssh-config';
import { NvError } from '../../core/errors.ts';

/** What a user's ssh_config says of a host, as far as it is heeded here; texts as they stand there. */
export type SshConfigValues = {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  readonly identityFiles: readonly string[];
  readonly proxyJump?: string;
  readonly knownHosts?: readonly string[];
};

/** Looks a name up as `ssh NAME` does: the first value found for a setting counts. */
export type SshConfigLookup = (name: string) => SshConfigValues;

/** Includes in includes are followed no deeper, as in OpenSSH. */
const deepestInclude = 16;

/**
 * Reads an ssh_config file with its includes; a missing file says nothing. `Match exec` never matches: reading a
 * configuration runs no program. An unreadable file is NV_USAGE.
 */
export async function readSshConfig(path: string): Promise<SshConfigLookup> {
  const config = SshConfig.parse(await expandIncludes(path, deepestInclude));
  return (name) => pick(config.compute(name, { ignoreCase: true, matchExec: false }));
}

function pick(values: Record<string, string | string[]>): SshConfigValues {
  const first = (key: string) => [values[key]].flat()[0];
  const all = (key: string) => [values[key] ?? []].flat();
  const [hostName, user, port, proxyJump] = ['hostname', 'user', 'port', 'proxyjump'].map(first);
  const knownHosts = all('userknownhostsfile');
  return {
    ...(hostName && { hostName }),
    ...(user && { user }),
    ...(port && { port: Number(port) }),
    ...(proxyJump && { proxyJump }),
    ...(knownHosts.length > 0 && { knownHosts }),
    identityFiles: all('identityfile'),
  };
}

/** The library keeps `Include` as it is, so the included text is put in its place before parsing. */
async function expandIncludes(path: string, depth: number): Promise<string> {
  const text = await readIfPresent(path);
  const lines = text.split('\n').map((line) => {
    const patterns = /^\s*include[\s=]+(.+?)\s*$/i.exec(line)?.[1];
    return patterns === undefined || depth === 0 ? line : included(patterns, path, depth);
  });
  return (await Promise.all(lines)).join('\n');
}

async function included(patterns: string, from: string, depth: number): Promise<string> {
  const home = dirname(dirname(from));
  const absolute = patterns.split(/\s+/).map((pattern) => pattern.replaceAll('"', '').replace(/^~\//, `${home}/`));
  const texts = await Promise.all(
    absolute.flatMap((pattern) => globSync(resolve(join(home, '.ssh'), pattern)).sort()).map((path) => expandIncludes(path, depth - 1)),
  );
  return texts.join('\n');
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new NvError({ code: 'NV_USAGE', message: `cannot read ${path}: ${(cause as Error).message}` }, { cause });
  }
}
