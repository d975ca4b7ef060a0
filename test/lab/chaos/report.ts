import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../stack.ts';

/** A scenario's report under `.netvis/chaos`; each `save` replaces what was saved before. */
export type ReportFile = { readonly path: string; save(report: object): Promise<void> };

/** Names the report by the scenario and the time. */
export async function openReport(scenario: string): Promise<ReportFile> {
  const at = new Date().toISOString();
  const folder = join(repository, '.netvis/chaos');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${scenario}-${at.replaceAll(':', '-')}.json`);
  return { path, save: async (report) => await writeFile(path, `${JSON.stringify({ at, ...report }, null, 2)}\n`) };
}
