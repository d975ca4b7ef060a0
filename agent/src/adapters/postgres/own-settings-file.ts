import { mkdir } from 'node:fs/promises';
import { type OwnState, parseOwnSettings, printOwnSettings, startState, withoutOwnSettings } from '../../core/postgres/own-settings.ts';
import { readIncarnation } from './data-directory.ts';
import { readText, writeDurably } from './durable-file.ts';
import { upstreamOf } from './peer.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import type { ReadText } from './remembered-texts.ts';

/** What the agent's settings say now. Where there are none, nothing is proven of what the server was started with. */
export async function readOwnSettings(place: PostgresPlace, read: ReadText = readText): Promise<OwnState> {
  const found = parseOwnSettings(await read(pathsOf(place).ownSettings));
  return found ?? { ...startState(null), placeholderSinceStart: false };
}

/** Takes effect with the server's next start or reload. */
export async function writeOwnSettings(place: PostgresPlace, state: OwnState): Promise<void> {
  await mkdir(place.ownDirectory, { recursive: true });
  const upstream = upstreamOf(place, state.follow, (await readIncarnation(place)) ?? '');
  await writeDurably(pathsOf(place).ownSettings, printOwnSettings(state, upstream), place.systemUser);
}

/** Takes the agent's settings out of `postgresql.auto.conf` of a stopped server: it is read after every other file. */
export async function cleanAutoConf(place: PostgresPlace, path = pathsOf(place).autoConf): Promise<void> {
  const text = await readText(path);
  const clean = withoutOwnSettings(text ?? '');
  if (text !== null && clean !== text) await writeDurably(path, clean, place.systemUser);
}
