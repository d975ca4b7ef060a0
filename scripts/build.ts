/** Builds every bundle that leaves this tree: netvis-ctl itself, the agent for the hosts, and the sample application. */
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildAgent } from '../agent/build.ts';
import { buildSampleApp } from '../test/sample-app/build.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'control-plane/dist');
const controlPlane = { entry: join(root, 'control-plane/src/cli/main.ts'), main: 'main.mjs', launcher: 'netvis-ctl.mjs' };

/** Bundled CommonJS dependencies use `require` and `__dirname`, which an ES module does not have. */
const requireBanner = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __dirname = import.meta.dirname;',
].join('\n');

/**
 * What is started: it has the engine keep the compiled bundle, for each command what that command used, because only the
 * first process writes it. Where the folder cannot be written, every start compiles again.
 */
const launcher = [
  "import { enableCompileCache } from 'node:module';",
  "import { join } from 'node:path';",
  "const command = /^[a-z]+$/.test(process.argv[2] ?? '') ? process.argv[2] : 'other';",
  "enableCompileCache(join(import.meta.dirname, 'compiled', command));",
  "await import('./main.mjs');",
  '',
].join('\n');

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { stamp: { type: 'string' } } });
  // Making a folder dates its parent, which must not look like a change of the sources.
  for (const part of ['agent', 'test/sample-app', 'control-plane']) await mkdir(join(root, part, 'dist'), { recursive: true });
  const startedAt = new Date();
  await timed('agent', buildAgent);
  await timed('sample-app', buildSampleApp);
  await timed('netvis-ctl', buildControlPlane);
  if (values.stamp !== undefined) await writeStamp(values.stamp, startedAt);
}

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const startMs = performance.now();
  await work();
  console.error(`set-up: built ${name} in ${Math.round(performance.now() - startMs)} ms`);
}

/** Written beside and renamed, so that a netvis-ctl that starts meanwhile never reads half a file. */
async function buildControlPlane(): Promise<void> {
  const partial = join(dist, `${controlPlane.main}.partial`);
  await build({
    entryPoints: [controlPlane.entry],
    outfile: partial,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: requireBanner },
    external: ['pg-native', '*.node', 'cpu-features'],
    logLevel: 'error',
  });
  await rm(join(dist, 'compiled'), { recursive: true, force: true });
  await rename(partial, join(dist, controlPlane.main));
  await writeFile(`${partial}.launcher`, launcher);
  await rename(`${partial}.launcher`, join(dist, controlPlane.launcher));
}

/** The stamp carries the time this build began: a source that changed since is newer than the stamp. */
async function writeStamp(path: string, startedAt: Date): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, '');
  await utimes(path, startedAt, startedAt);
}
