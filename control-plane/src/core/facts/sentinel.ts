import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';
import { redisShell, silenceOf } from './redis-cli.ts';

export type SentinelFact = {
  readonly running: boolean;
  readonly silence: string | null;
  /** It monitors a master of this name. */
  readonly known: boolean;
  readonly master: { readonly host: string; readonly port: number } | null;
  readonly replicas: number;
  readonly otherSentinels: number;
  readonly flags: string;
  /** `quorum`, `down-after-milliseconds`, `failover-timeout`, `parallel-syncs` and the scripts, as Sentinel tells them. */
  readonly settings: Readonly<Record<string, string>>;
  /** SHA-256 of the password it logs in with, as kept in its own file. */
  readonly authSha256: string | null;
  /** Its answer to SENTINEL CKQUORUM begins with OK. */
  readonly quorumReached: boolean;
};

/** The fact key of a Sentinel's view of one master. */
export const sentinelKey = (port: number, masterName: string): string => `${port} ${masterName}`;

/** Files a Sentinel that does not answer may keep its memory in. */
const files = '/etc/netvis/sentinel/sentinel.conf';

/** Keys are `port masterName`. One redis-cli per key. */
export const sentinelSource: FactSource<SentinelFact> = {
  name: 'sentinel',
  command: (keys) => concat(raw(redisShell), ...keys.map(readSentinel), raw('exit 0')),
  parse({ stdout }, keys) {
    const blocks = stdout.split(/^@sentinel$\n?/m).slice(1);
    return new Map(keys.map((key, i) => [key, sentinelFact(blocks[i] ?? '')]));
  },
};

function readSentinel(key: string): RemoteCommand {
  const [port = '', name = ''] = key.split(' ');
  return concat(
    raw("echo @sentinel; command -v redis-cli >/dev/null || echo 'Could not connect to Redis: no redis-cli'\nname="),
    argv(name),
    raw('; answer=$(printf %s '),
    argv(`INFO server\nPING @quorum\nSENTINEL CKQUORUM ${name}\nPING @master\nSENTINEL MASTER ${name}\n`),
    raw(` | ask ${port}); printf '%s\\n' "$answer"
file=$(printf '%s\\n' "$answer" | sed -n 's/\\r$//; s/^config_file://p')
for f in "$file" ${files}; do if [ -n "$f" ] && [ -r "$f" ] && grep -q "^sentinel monitor $name " "$f"; then
  sed -n "s/^sentinel monitor $name /@file /p" "$f"
  password=$(sed -n "s/^sentinel auth-pass $name //p" "$f" | sed 's/^"\\(.*\\)"$/\\1/; s/\\\\\\(["\\\\]\\)/\\1/g')
  if [ -n "$password" ]; then printf '@auth '; printf %s "$password" | hashed; fi
  break; fi; done
`),
  );
}

function sentinelFact(block: string): SentinelFact {
  const running = /^redis_mode:sentinel/m.test(block);
  const fields = masterFields(block);
  const file = /^@file (\S+) (\d+)/m.exec(block);
  const ip = fields.get('ip') ?? file?.[1];
  return {
    running,
    silence: running ? null : silenceOf(block.replace(/^@.*\n?/gm, '')),
    known: fields.has('ip'),
    master: ip ? { host: ip, port: Number(fields.get('port') ?? file?.[2]) } : null,
    replicas: Number(fields.get('num-slaves') ?? 0),
    otherSentinels: Number(fields.get('num-other-sentinels') ?? 0),
    flags: fields.get('flags') ?? '',
    settings: Object.fromEntries(settingNames.flatMap((name) => (fields.has(name) ? [[name, fields.get(name) ?? '']] : []))),
    authSha256: /^@auth ([0-9a-f]{64})$/m.exec(block)?.[1] ?? null,
    quorumReached: /^@quorum\nOK /m.test(block),
  };
}

const settingNames = [
  'quorum',
  'down-after-milliseconds',
  'failover-timeout',
  'parallel-syncs',
  'notification-script',
  'client-reconfig-script',
];

/** The reply to SENTINEL MASTER: name and value lines in turn; empty when it was an error. */
function masterFields(block: string): ReadonlyMap<string, string> {
  const lines = (block.split(/^@master\n/m)[1] ?? '').split('\n');
  if (lines[0] !== 'name') return new Map();
  return new Map(lines.flatMap((line, i) => (i % 2 === 0 && !line.startsWith('@') ? [[line, lines[i + 1] ?? '']] : [])));
}
