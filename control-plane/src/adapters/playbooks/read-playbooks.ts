import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type * as z from 'zod';
import { NvError } from '../../core/errors.ts';
import { type Part, partSchema, type SitePlaybook, sitePlaybookSchema } from '../../core/playbook.ts';

/** The order of stages and the parts by name. */
export type Playbooks = { readonly playbook: SitePlaybook; readonly parts: ReadonlyMap<string, Part> };

/** Reads `site.yaml` and every other `.yaml` of the directory as a part. Rejects with NV_PLAYBOOK_INVALID, naming the file. */
export async function readPlaybooks(directory: string): Promise<Playbooks> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.yaml') && file !== 'site.yaml');
  const parts = await Promise.all(files.map((file) => readAs(join(directory, file), partSchema)));
  const playbook = await readAs(join(directory, 'site.yaml'), sitePlaybookSchema);
  return { playbook, parts: new Map(parts.map((part) => [part.part, part])) };
}

async function readAs<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NvError({ code: 'NV_PLAYBOOK_INVALID', message: `${path}: ${issue?.path.join('.')}: ${issue?.message}` });
}
