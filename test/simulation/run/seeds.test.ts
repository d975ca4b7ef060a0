import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repositoryPath } from '../../support/repository-path.ts';

/** In a process of its own, where nothing measures coverage: `npm run check` runs many more. */
it('breaks no rule in 100 seeds, each with faults of its own', { timeout: 300_000 }, async () => {
  const args = [repositoryPath('test/simulation/main.ts'), '--seeds', '100'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH } });
  const [, promotions] = /: (\d+) promotions, \d+ rows acknowledged, 0 failures$/m.exec(stdout) ?? [];
  expect(Number(promotions)).toBeGreaterThan(130);
});
