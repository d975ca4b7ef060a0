/**
 * The settings that belong to the agent: one file, included last in postgresql.conf. It lies outside the data directory,
 * so that no copy of a data directory brings another server's list along, and it can be written while no server runs.
 */
import * as z from 'zod';
import { settingValue } from './conninfo.ts';
import { readJson } from './json-text.ts';

/** In `synchronous_standby_names` it matches no standby: every commit waits (R4). */
export const placeholderName = 'netvis_placeholder';

const ownState = z.strictObject({
  names: z.union([z.literal('placeholder'), z.array(z.string().min(1))]),
  /** The list has been the placeholder ever since the last start was prepared (R4). */
  placeholderSinceStart: z.boolean(),
  follow: z.string().min(1).nullable(),
  limits: z.record(z.string().regex(/^[a-z_]+$/), z.int()),
});

export type OwnState = {
  readonly names: 'placeholder' | readonly string[];
  readonly placeholderSinceStart: boolean;
  /** The host to stream from. */
  readonly follow: string | null;
  /** Settings that apply's file has lower than the data allow in recovery. */
  readonly limits: Readonly<Record<string, number>>;
};

/** What `primary_conninfo` and `primary_slot_name` have to be; empty texts where the server follows nobody. */
export type Upstream = { readonly conninfo: string; readonly slot: string };

/** What every start is prepared with: a list that lets nothing be acknowledged. */
export function startState(follow: string | null): OwnState {
  return { names: 'placeholder', placeholderSinceStart: true, follow, limits: {} };
}

/** The state once the list is `names`: the placeholder's unbroken time ends with the first other list. */
export function withNames(state: OwnState, names: OwnState['names']): OwnState {
  return { ...state, names, placeholderSinceStart: state.placeholderSinceStart && names === 'placeholder' };
}

/** PostgreSQL 15's own values of the limits. */
const defaultLimits: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_worker_processes: 8,
  max_wal_senders: 10,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};

/** The limits of the data which `configuration`, apply's postgresql.conf, falls short of. */
export function limitsBelow(limits: OwnState['limits'], configuration: string): Record<string, number> {
  const configured = (name: string) => {
    const lines = [...configuration.matchAll(new RegExp(`^\\s*${name}\\s*=?\\s*'?(\\d+)`, 'gm'))];
    return Number(lines.pop()?.[1] ?? defaultLimits[name] ?? 0);
  };
  return Object.fromEntries(Object.entries(limits).filter(([name, value]) => configured(name) < value));
}

/** The value of `synchronous_standby_names`: all of the names, none to spare (R7). */
export function syncSetting(names: OwnState['names']): string {
  if (names === 'placeholder') return placeholderName;
  return names.length === 0 ? '' : `FIRST ${names.length} (${names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ')})`;
}

/** What an effective `synchronous_standby_names` means; null where it is no list of the agent's. */
export function parseSyncSetting(value: string): OwnState['names'] | null {
  if (value === placeholderName) return 'placeholder';
  const names = [...value.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name]) => (name ?? '').replaceAll('""', '"'));
  return syncSetting(names) === value ? names : null;
}

export function printOwnSettings(state: OwnState, upstream: Upstream): string {
  return [
    '# Written by netvis-agent: changes made here are replaced. The next line is what it reads back.',
    `#= ${JSON.stringify(state)}`,
    `synchronous_standby_names = ${settingValue(syncSetting(state.names))}`,
    `primary_conninfo = ${settingValue(upstream.conninfo)}`,
    `primary_slot_name = ${settingValue(upstream.slot)}`,
    "recovery_target_timeline = 'latest'",
    'restart_after_crash = off',
    ...Object.entries(state.limits).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
}

/** The state a file was printed from; null where there is none to read. */
export function parseOwnSettings(text: string | null): OwnState | null {
  return readJson(ownState, /^#= (.*)$/m.exec(text ?? '')?.[1]);
}

/** Settings that nothing but the agent's file may hold. */
const ownNames = ['synchronous_standby_names', 'primary_conninfo', 'primary_slot_name', 'recovery_target_timeline', 'restart_after_crash'];

/** `postgresql.auto.conf` without the settings that would override the agent's: ALTER SYSTEM and copies bring them. */
export function withoutOwnSettings(autoConf: string): string {
  const own = new RegExp(`^\\s*(${ownNames.join('|')})\\s*[=\\s]`, 'i');
  return autoConf
    .split('\n')
    .filter((line) => !own.test(line))
    .join('\n');
}
