import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { tarGzip } from './tar.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export type SampleApp = { /** Paths of the archives. */ readonly api: string; readonly frontend: string };

/** Builds `dist/api.tar.gz` (server.cjs) and `dist/frontend.tar.gz` (index.html …). The same sources give the same bytes; no network. */
export async function buildSampleApp(): Promise<SampleApp> {
  const server = here('dist/server.cjs');
  await bundleServer(server);
  await mkdir(here('dist'), { recursive: true });
  const app = { api: here('dist/api.tar.gz'), frontend: here('dist/frontend.tar.gz') };
  await writeFile(app.api, tarGzip([{ name: 'server.cjs', content: await readFile(server) }]));
  await writeFile(app.frontend, tarGzip(await filesOf(here('frontend'))));
  return app;
}

async function bundleServer(outfile: string): Promise<void> {
  await build({
    entryPoints: [here('src/server.ts')],
    outfile,
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
}

async function filesOf(directory: string) {
  const names = await readdir(directory);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(directory, name)) })));
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await buildSampleApp())}\n`);
