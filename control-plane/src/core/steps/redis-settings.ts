import * as z from 'zod';
import { type RedisSettingFact, redisKey, redisSettingKey, secretSettings } from '../facts/redis.ts';
import { change, noop } from './diff.ts';
import { redisCommands, redisSecret, redisWord } from './redis-command.ts';
import { port, sealedSecret } from './setting.ts';
import type { DiffContext, StepKind } from './step-kind.ts';

const settingName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a Redis setting');

const schema = z
  .strictObject({
    port,
    settings: z.record(settingName, z.union([z.string(), z.number()]).transform(String)).default({}),
    /** Setting → name of the secret that is its value. */
    secrets: z.record(settingName, sealedSecret).default({}),
  })
  .refine((given) => Object.keys(given.settings).every((name) => !secretSettings.has(name)), 'passwords belong to `secrets`');

type Settings = z.output<typeof schema>;
type Difference = { readonly name: string; readonly summary: string; readonly word: string };

/** Settings of a running Redis, by CONFIG SET; Redis itself writes them to its file (CONFIG REWRITE). Nothing restarts. */
export const redisSettingsKind: StepKind<Settings> = {
  kind: 'redis-settings',
  schema,
  sealed: ['secrets'],
  facts: ({ port: at, settings, secrets }) =>
    [redisKey(at), ...[...Object.keys(settings), ...Object.keys(secrets)].map((name) => redisSettingKey(at, name))].map((key) => ({
      source: 'redis',
      key,
    })),
  diff(settings, context) {
    const found = [...plainDifferences(settings, context), ...secretDifferences(settings, context)];
    if (found.length === 0) return noop('the settings are as wanted');
    const set = `CONFIG SET ${found.map(({ name, word }) => `${name} ${word}`).join(' ')}`;
    return change({
      summary: found.map(({ summary }) => summary).join(', '),
      command: redisCommands(settings.port, [set, 'CONFIG REWRITE']),
    });
  },
};

function plainDifferences({ port: at, settings }: Settings, { fact }: DiffContext): readonly Difference[] {
  return Object.entries(settings).flatMap(([name, wanted]) => {
    const found = fact<RedisSettingFact>('redis', redisSettingKey(at, name));
    const value = found && 'value' in found ? found.value : null;
    if (value !== null && plainSize(value) === plainSize(wanted)) return [];
    return [{ name, summary: value === null ? `${name} = ${wanted}` : `${name} ${value || '""'} → ${wanted}`, word: redisWord(wanted) }];
  });
}

function secretDifferences({ port: at, secrets }: Settings, { fact }: DiffContext): readonly Difference[] {
  return Object.entries(secrets).flatMap(([name, wanted]) => {
    const found = fact<RedisSettingFact>('redis', redisSettingKey(at, name));
    if (found && 'sha256' in found && found.sha256 === wanted.sha256) return [];
    return [{ name, summary: name, word: redisSecret(wanted.text) }];
  });
}

const units: Readonly<Record<string, number>> = { b: 1, k: 1000, kb: 1024, m: 1000 ** 2, mb: 1024 ** 2, g: 1000 ** 3, gb: 1024 ** 3 };

/** A size in bytes, as Redis reads it; other values as they are. */
function plainSize(value: string): string {
  const [, number, unit] = /^(\d+)([a-z]{1,2})$/i.exec(value) ?? [];
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()];
  return number && factor ? String(Number(number) * factor) : value;
}
