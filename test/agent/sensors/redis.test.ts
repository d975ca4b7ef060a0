import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRedis, readSentinel } from '../../../agent/src/sensors/redis.ts';
import { closedPort, tcpServer } from '../../support/local-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const info = 'redis_version:7.0.15\r\nloading:0\r\nrole:master\r\nmaster_repl_offset:5\r\n';
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

/** Answers `reply` in two pieces once `words` have been sent. */
async function redisThatSays(words: string, reply: string): Promise<number> {
  return tcpServer((socket) => {
    let heard = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      heard += chunk;
      if (!heard.includes(words)) return;
      socket.write(reply.slice(0, 7));
      setImmediate(() => socket.write(reply.slice(7)));
    });
  });
}

const endpoint = (port: number) => ({ address: '127.0.0.1', port });

test('Redis is read without a password', async () => {
  const port = await redisThatSays('INFO', bulk(info));
  expect(await readRedis(endpoint(port))).toMatchObject({ role: 'master', offset: 5, reason: null });
});

test('the password in the file is sent first, without its line end', async () => {
  const passwordFile = join(await temporaryDirectory(), 'password');
  await writeFile(passwordFile, 's3 cret\n');
  const port = await redisThatSays('$4\r\nAUTH\r\n$7\r\ns3 cret\r\n', `+OK\r\n${bulk(info)}`);
  expect(await readRedis({ ...endpoint(port), passwordFile })).toMatchObject({ role: 'master' });
});

test('a refused password, a missing file, a closed port and another protocol are reasons', async () => {
  const directory = await temporaryDirectory();
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, 'x');
  const refusing = await redisThatSays('AUTH', '-WRONGPASS invalid username-password pair\r\n-NOAUTH Authentication required.\r\n');
  expect(await readRedis({ ...endpoint(refusing), passwordFile })).toMatchObject({
    role: 'down',
    reason: 'WRONGPASS invalid username-password pair',
  });
  expect(await readRedis({ ...endpoint(refusing), passwordFile: join(directory, 'no') })).toMatchObject({
    reason: expect.stringContaining('ENOENT'),
  });
  expect(await readRedis(endpoint(await closedPort()))).toMatchObject({ role: 'down', reason: 'connection refused' });
  expect(await readRedis(endpoint(await redisThatSays('INFO', 'HTTP/1.1 400 Bad\r\n\r\n')))).toMatchObject({
    reason: expect.stringContaining('not a reply'),
  });
});

test('a Redis that closes without an answer is a reason at once', async () => {
  const port = await tcpServer((socket) => socket.destroy());
  expect(await readRedis(endpoint(port))).toMatchObject({ role: 'down', reason: expect.any(String) });
});

test('a Sentinel is asked for its master and its quorum', async () => {
  const master = ['ip', '10.0.0.6', 'port', '6379', 'flags', 'master', 'num-other-sentinels', '2'];
  const port = await redisThatSays('CKQUORUM', `*${master.length}\r\n${master.map(bulk).join('')}+OK 3 usable\r\n`);
  expect(await readSentinel({ ...endpoint(port), masterName: 'm' })).toMatchObject({
    master: { address: '10.0.0.6' },
    numSentinels: 3,
    quorumOk: true,
  });
});
