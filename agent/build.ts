import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles the agent into one file, `agent/dist/agent.cjs`, and gives its path. The same sources give the same bytes, and
 * the file is replaced as a whole, so builds may run side by side. pg's optional native part is left out.
 */
export async function buildAgent(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here('src/main.ts')],
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
  await mkdir(here('dist'), { recursive: true });
  const temporary = here(`dist/.agent.${process.pid}.cjs`);
  await writeFile(temporary, outputFiles[0]?.contents ?? new Uint8Array());
  await rename(temporary, here('dist/agent.cjs'));
  return here('dist/agent.cjs');
}

if (import.meta.main) process.stdout.write(`${await buildAgent()}\n`);
