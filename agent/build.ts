import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles the agent into one file, `agent/dist/agent.cjs`, and gives its path. The same sources give the same bytes.
 * pg's optional native part is left out.
 */
export async function buildAgent(): Promise<string> {
  const outfile = here('dist/agent.cjs');
  await build({
    entryPoints: [here('src/main.ts')],
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
  return outfile;
}

if (import.meta.main) process.stdout.write(`${await buildAgent()}\n`);
