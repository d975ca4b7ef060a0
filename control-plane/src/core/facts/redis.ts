import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';
import { redisLogin, redisShell, silenceOf } from './redis-cli.ts';

/** The file a Redis of ours is started with and rewrites itself. */
export const redisConf = '/etc/netvis/redis/redis.conf';
export const redisData = '/var/lib/redis';

export type RedisFact = {
  /** It answers. A server that runs but does not answer is `running: false` with a `silence`. */
  readonly running: boolean;
  readonly silence: string | null;
  readonly role: 'master' | 'slave' | null;
  /** The master a replica follows. */
  readonly master: { readonly host: string; readonly port: number } | null;
  readonly link: 'up' | 'down' | null;
  readonly replicas: number;
  readonly loading: boolean;
  /** How many keys a running server holds in all its databases; of those it has loaded so far. */
  readonly keys: number;
  /** Something was stored on this host before. */
  readonly hasData: boolean;
  /** The address its own file makes it follow, read also when it is stopped. */
  readonly fileMaster: string | null;
};

/** Whether a server takes writes that would be lost if it followed another: a master with keys, replicas or a file it still reads. */
export function isMasterWithData({ role, keys, replicas, loading }: RedisFact): boolean {
  return role === 'master' && (keys > 0 || replicas > 0 || loading);
}

/** Value of one setting; secret ones only as SHA-256. Null = the server is not there or has no such setting. */
export type RedisSettingFact = { readonly value: string } | { readonly sha256: string } | null;

export const redisKey = (port: number): string => `${port}`;
export const redisSettingKey = (port: number, setting: string): string => `${port} ${setting}`;
export const secretSettings: ReadonlySet<string> = new Set(['requirepass', 'masterauth', 'tls-key-file-pass', 'tls-client-key-file-pass']);

/** Keys are `port` (the server itself) and `port setting`. One redis-cli per port for all of them. */
export const redisSource: FactSource<RedisFact | RedisSettingFact> = {
  name: 'redis',
  command(keys) {
    const ports = [...new Set(keys.map((key) => key.split(' ')[0] ?? ''))];
    return concat(raw(redisLogin + redisShell), ...ports.map((port) => readPort(port, settingsOf(port, keys))), raw('exit 0'));
  },
  parse({ stdout }, keys) {
    const blocks = new Map(
      stdout
        .split(/^@server /m)
        .slice(1)
        .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)]),
    );
    return new Map(keys.map((key) => [key, factOf(key, blocks.get(key.split(' ')[0] ?? '') ?? '')]));
  },
};

function settingsOf(port: string, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => (key.startsWith(`${port} `) ? [key.slice(port.length + 1)] : []));
}

/** Settings follow each other as name and value lines after `@settings`; secret values are replaced by `sha256:…`. */
function readPort(port: string, settings: readonly string[]): RemoteCommand {
  const secret = [...secretSettings].join('|');
  const questions = settings.length > 0 ? `ECHO @settings\nCONFIG GET ${settings.join(' ')}\n` : '';
  return concat(
    raw(`echo '@server ${port}'
if [ -e ${redisData}/appendonlydir ] || [ -e ${redisData}/dump.rdb ]; then echo '@data'; fi
if [ -r ${redisConf} ]; then sed -n 's/^replicaof  *\\([^ ]*\\).*/@file \\1/p' ${redisConf}; fi
command -v redis-cli >/dev/null || echo 'Could not connect to Redis: no redis-cli'
printf %s `),
    argv(`INFO replication\nINFO persistence\nINFO keyspace\n${questions}`),
    raw(` | ask ${port} | { while IFS= read -r line; do printf '%s\\n' "$line"
  case $line in ${secret}) IFS= read -r value; printf 'sha256:'; printf %s "$value" | hashed ;; esac; done; }
`),
  );
}

function factOf(key: string, block: string): RedisFact | RedisSettingFact {
  const setting = key.split(' ')[1];
  if (setting === undefined) return serverFact(block);
  const lines = block.slice(block.indexOf('@settings\n')).split('\n');
  const at = lines.indexOf(setting);
  const value = block.includes('@settings\n') && at > 0 ? lines[at + 1] : undefined;
  if (value === undefined) return null;
  return value.startsWith('sha256:') && secretSettings.has(setting) ? { sha256: value.slice('sha256:'.length) } : { value };
}

function serverFact(block: string): RedisFact {
  const info = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const role = info.get('role');
  const running = role === 'master' || role === 'slave';
  const host = info.get('master_host');
  return {
    running,
    silence: running ? null : silenceOf(block.replace(/^@.*\n/gm, '')),
    role: running ? role : null,
    master: host ? { host, port: Number(info.get('master_port')) } : null,
    link: host ? (info.get('master_link_status') === 'up' ? 'up' : 'down') : null,
    replicas: Number(info.get('connected_slaves') ?? 0),
    loading: info.get('loading') === '1',
    keys: [...block.matchAll(/^db\d+:keys=(\d+),/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0),
    hasData: /^@data$/m.test(block),
    fileMaster: /^@file (.+)$/m.exec(block)?.[1] ?? null,
  };
}
