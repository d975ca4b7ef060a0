import { join } from 'node:path';
import { printLineage } from '../../core/postgres/lineage.ts';
import type { Source } from '../../core/postgres/source.ts';
import { writeDurably } from './durable-file.ts';
import { cleanAutoConf } from './own-settings-file.ts';
import type { VerbParts } from './verb.ts';

/** A new incarnation in `directory`, which is or will be the data directory. */
export async function writeIncarnation(directory: string, { place, newIncarnation }: VerbParts): Promise<void> {
  await writeDurably(join(directory, 'netvis-incarnation'), `${newIncarnation()}\n`, place.systemUser);
}

/** What a copy took over from `source` is not its own: the incarnation, an order to promote, settings by ALTER SYSTEM. */
export async function identifyCopy(parts: VerbParts, directory: string, { promotions }: Source): Promise<void> {
  const lineage = printLineage({ promotions, pending: null });
  await writeDurably(join(directory, 'netvis-lineage'), lineage, parts.place.systemUser);
  await cleanAutoConf(parts.place, join(directory, 'postgresql.auto.conf'));
  await writeIncarnation(directory, parts);
}
