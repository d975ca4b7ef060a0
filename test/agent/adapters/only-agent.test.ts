import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { becomeOnlyAgent } from '../../../agent/src/adapters/only-agent.ts';
import { repositoryPath } from '../../support/repository-path.ts';

test('the first agent for a purpose is the only one, and another purpose has its own', async () => {
  const purpose = randomUUID();
  expect(await becomeOnlyAgent(purpose)).toBe(true);
  expect(await becomeOnlyAgent(purpose)).toBe(false);
  expect(await becomeOnlyAgent(`${purpose} too`)).toBe(true);
});

test('the place of an agent that was killed is free at once', async () => {
  const purpose = randomUUID();
  const program = `import(${JSON.stringify(repositoryPath('agent/src/adapters/only-agent.ts'))}).then(async ({ becomeOnlyAgent }) => {
    console.log(await becomeOnlyAgent(${JSON.stringify(purpose)}));
    setInterval(() => {}, 1000);
  });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(String((await once(child.stdout, 'data'))[0]).trim()).toBe('true');
  expect(await becomeOnlyAgent(purpose)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await becomeOnlyAgent(purpose)).toBe(true);
});
