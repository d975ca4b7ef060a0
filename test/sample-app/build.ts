import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { tarGzip } from './tar.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export type SampleApp = { /** Paths of the archives. */ readonly api: string; readonly frontend: string };

/**
 * Builds `dist/server.cjs`, `dist/api.tar.gz` (server.cjs) and `dist/frontend.tar.gz` (index.html …). The same sources
 * give the same bytes; each file is replaced as a whole, so builds may run side by side; no network.
 */
export async function buildSampleApp(): Promise<SampleApp> {
  const server = await bundleServer();
  await mkdir(here('dist'), { recursive: true });
  await replace('dist/server.cjs', server);
  const api = await replace('dist/api.tar.gz', tarGzip([{ name: 'server.cjs', content: server }]));
  const frontend = await replace('dist/frontend.tar.gz', tarGzip(await filesOf(here('frontend'))));
  return { api, frontend };
}

async function bundleServer(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [here('src/server.ts')],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    external: ['pg-native'],
    absWorkingDir: here('.'),
    legalComments: 'none',
    logLevel: 'error',
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

async function replace(path: string, content: Buffer): Promise<string> {
  const temporary = here(`${path}.${process.pid}`);
  await writeFile(temporary, content);
  await rename(temporary, here(path));
  return here(path);
}

async function filesOf(directory: string) {
  const names = await readdir(directory);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(directory, name)) })));
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await buildSampleApp())}\n`);
