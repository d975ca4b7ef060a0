import { mkdir } from 'node:fs/promises';
import type { Outcome } from '../../ports/postgres-control.ts';
import { readState } from './data-directory.ts';
import { deadlineIn } from './deadline.ts';
import { exists, makeEmptyDirectory, renameDurably } from './durable-file.ts';
import { writeIncarnation } from './identity.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import { act, check, refused, runSteps } from './steps.ts';
import { runTool } from './tool.ts';
import { budgetsMs, type VerbParts } from './verb.ts';

/** Made beside its place and renamed, so that there is never half a data directory. */
export function initdb(parts: VerbParts): Promise<Outcome> {
  const { place } = parts;
  const { copying } = pathsOf(place);
  const { superuser } = place;
  const options = ['--data-checksums', '--auth-local=peer', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'];
  const words = ['initdb', '-D', copying, '-U', superuser, ...options] as const;
  const steps = [
    check('there are no data', () => requireNoData(place)),
    act('clear what an earlier attempt left', () => makeEmptyDirectory(copying, place.systemUser)),
    act('initialise', () => runTool(place, words, deadlineIn(budgetsMs.initdb))),
    act('have it know the configured limits', () => runOnce(place)),
    act('give it an identity', () => writeIncarnation(copying, parts)),
    act('put it in place', () => putInPlace(place, copying)),
  ];
  return runSteps('initdb', steps, parts.interrupt);
}

/** A server that is no standby writes its limits into the data; those of initdb itself would be the least it may ever have. */
async function runOnce(place: PostgresPlace): Promise<void> {
  const directory = pathsOf(place).copying;
  const settings = [`config_file=${place.configFile}`, `data_directory=${directory}`].flatMap((each) => ['-c', each]);
  await runTool(place, ['postgres', '--single', '-D', directory, ...settings, 'template1'], deadlineIn(budgetsMs.initdb));
}

/** Data that are kept aside count too: a cluster that had data is never made anew here. */
async function requireNoData(place: PostgresPlace): Promise<Outcome | undefined> {
  const state = await readState(place);
  if (state !== 'empty') return refused(state === 'whole' ? 'has-data' : 'half-made');
  return (await exists(pathsOf(place).kept)) ? refused('has-data') : undefined;
}

/** An empty directory in the way is replaced by the rename. */
async function putInPlace(place: PostgresPlace, from: string): Promise<void> {
  await mkdir(pathsOf(place).parent, { recursive: true });
  await renameDurably(from, place.dataDirectory);
}
