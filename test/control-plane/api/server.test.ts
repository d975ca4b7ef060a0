import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseListen } from '../../../control-plane/src/api/server.ts';

describe('the address to listen on', () => {
  test.each([
    ['127.0.0.1:21320', { host: '127.0.0.1', port: 21_320 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('%s is understood', (listen, expected) => {
    expect(parseListen(listen)).toEqual(expected);
  });

  test.each(['21320', ':21320', '127.0.0.1', '127.0.0.1:99999', '::1:80', 'a:b'])('%s is refused', (listen) => {
    expect(() => parseListen(listen)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
  });
});

describe('the serving process', () => {
  const program = join(import.meta.dirname, '../../support/serve-program.ts');

  /** Starts the process and waits for its first words: its URL, or what kept it from listening. */
  async function start(listen: string) {
    const child = spawn(process.execPath, [program, listen], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, ended, said: said.toString().trim() };
  }

  test('a signal ends the streams, then what is behind them, then the process, with 0', async () => {
    const { child, ended, said: url } = await start('127.0.0.1:0');
    const answer = await fetch(`${url}/api/v1/runs/r/events`, { headers: { authorization: 'Bearer t' } });
    const rest = text(child.stdout);
    child.kill('SIGTERM');
    expect(await answer.text()).toContain('event: phase');
    expect(await ended).toEqual([0, null]);
    expect(await rest).toBe('closed\n');
  });

  test('an address that is taken is an error of the user', async () => {
    const { said: url } = await start('127.0.0.1:0');
    const { ended, said } = await start(new URL(url).host);
    expect(said).toBe('NV_USAGE');
    expect(await ended).toEqual([3, null]);
  });
});
