import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildAgent } from '../../agent/build.ts';
import { healthReportSchema } from '../../agent/src/contract/health-report.ts';
import { closedPort } from '../support/local-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('the bundle is the same for the same sources, runs alone, reports and stops when told', async () => {
  const bundle = await buildAgent();
  const first = await readFile(bundle);
  expect(await readFile(await buildAgent())).toEqual(first);

  const directory = await temporaryDirectory();
  const reportPath = join(directory, 'report.json');
  const alone = join(directory, 'agent.cjs');
  await writeFile(alone, first);
  const config = { cluster: 'demo', host: 'h1', roles: [], intervalMs: 200, listen: { port: await closedPort() }, reportPath };
  await writeFile(join(directory, 'agent.json'), JSON.stringify(config));
  const agent = spawn(process.execPath, [alone, '--config', join(directory, 'agent.json')], { stdio: 'ignore', cwd: '/' });
  onTestFinished(() => void agent.kill('SIGKILL'));
  await vi.waitFor(async () => healthReportSchema.parse(JSON.parse(await readFile(reportPath, 'utf8'))), { timeout: 8000, interval: 50 });
  const ended = new Promise((resolve) => agent.on('exit', resolve));
  agent.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 20_000);

test('a configuration that is wrong ends the agent with code 3 and a line that says where', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'agent.json'), '{"cluster":"demo","host":"h1","rolls":[]}');
  const agent = spawn(process.execPath, [await buildAgent(), '--check', '--config', join(directory, 'agent.json')]);
  let output = '';
  agent.stdout.on('data', (chunk) => {
    output += chunk;
  });
  expect(await new Promise((resolve) => agent.on('close', resolve))).toBe(3);
  expect(JSON.parse(output)).toMatchObject({ level: 'error', reason: expect.stringContaining('rolls') });
}, 20_000);
