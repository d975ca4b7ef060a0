import * as z from 'zod';
import { type SentinelFact, sentinelKey } from '../facts/sentinel.ts';
import { either, type RemoteCommand, raw } from '../remote-command.ts';
import { change, noop } from './diff.ts';
import { redisSecret, redisWord, sentinelCommands } from './redis-command.ts';
import { address, port, sealedSecret } from './setting.ts';
import type { Change, StepKind } from './step-kind.ts';

const schema = z.strictObject({
  port,
  masterName: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a plain name'),
  masterAddress: address,
  masterPort: port,
  quorum: z.coerce.number().int().min(1),
  /** Name of the secret that is the Redis password. */
  passwordSecret: sealedSecret.optional(),
  /** Such as `down-after-milliseconds`: whatever SENTINEL SET takes and SENTINEL MASTER shows. */
  settings: z.record(z.string().regex(/^[a-z-]+$/), z.union([z.string(), z.number()]).transform(String)).default({}),
});

type Settings = z.output<typeof schema>;

/** What a Sentinel watches and how, by SENTINEL MONITOR and SET alone. The address of a master it knows is its own affair. */
export const sentinelMonitorKind: StepKind<Settings> = {
  kind: 'sentinel-monitor',
  schema,
  sealed: ['passwordSecret'],
  facts: ({ port: at, masterName }) => [{ source: 'sentinel', key: sentinelKey(at, masterName) }],
  diff(settings, { fact }) {
    const found = fact<SentinelFact>('sentinel', sentinelKey(settings.port, settings.masterName));
    const changes = [...(found.known ? [] : [monitor(settings)]), ...setDifferences(settings, found)];
    return changes.length > 0 ? change(...changes) : noop(`${settings.masterName} is watched as wanted`);
  },
};

/** A Sentinel that did not run when it was asked, or ran with another file, may know the master from its file by now. */
function monitor({ port: at, masterName, masterAddress, masterPort, quorum }: Settings): Change {
  const command = sentinelCommands(at, [`SENTINEL MONITOR ${masterName} ${masterAddress} ${masterPort} ${quorum}`]);
  return { summary: `watch ${masterName} at ${masterAddress}`, command: either(isKnown(at, masterName), command) };
}

function isKnown(at: number, masterName: string): RemoteCommand {
  return raw(`redis-cli -h 127.0.0.1 -p ${at} SENTINEL GET-MASTER-ADDR-BY-NAME ${masterName} 2>&1 | grep -q '^[0-9a-f.:][0-9a-f.:]*$'`);
}

function setDifferences(settings: Settings, found: SentinelFact): readonly Change[] {
  const wanted = { quorum: String(settings.quorum), ...settings.settings };
  const differing = Object.entries(wanted).filter(([name, value]) => found.settings[name] !== value);
  const secret = settings.passwordSecret;
  const words = [
    ...differing.map(([name, value]) => `${name} ${redisWord(value)}`),
    ...(secret && found.authSha256 !== secret.sha256 ? [`auth-pass ${redisSecret(secret.text)}`] : []),
  ];
  if (words.length === 0) return [];
  const names = differing.map(([name, value]) =>
    found.settings[name] === undefined ? `${name} ${value}` : `${name} ${found.settings[name]} → ${value}`,
  );
  const summary = [...names, ...(words.length > differing.length ? ['auth-pass'] : [])].join(', ');
  return [{ summary, command: sentinelCommands(settings.port, [`SENTINEL SET ${settings.masterName} ${words.join(' ')}`]) }];
}
