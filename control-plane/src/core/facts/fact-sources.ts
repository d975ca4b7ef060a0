import { blockSource } from './block.ts';
import type { FactSource } from './fact-source.ts';
import { fileSource } from './file.ts';
import { packageSource } from './package.ts';
import { unitSource } from './unit.ts';
import { userSource } from './user.ts';

const all: readonly FactSource<unknown>[] = [blockSource, fileSource, packageSource, unitSource, userSource];

/** Every fact source by name. */
export const factSources: ReadonlyMap<string, FactSource<unknown>> = new Map(all.map((source) => [source.name, source]));
