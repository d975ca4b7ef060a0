import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openQueueRedis, type QueueRedis } from '../../../../control-plane/src/adapters/redis/embedded-redis.ts';
import { pingSocket } from '../../../../control-plane/src/adapters/redis/ping-socket.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const clientProgram = join(import.meta.dirname, '../../../support/queue-client.ts');
const environment = { PATH: process.env.PATH };

const socketOf = (state: string) => join(state, 'redis', 'redis.sock');
const isUp = async (state: string) => (await pingSocket(socketOf(state))) === 'ready';
const goesDown = (state: string) => vi.waitFor(async () => expect(await isUp(state)).toBe(false), { timeout: 5000, interval: 20 });
const comesUp = (state: string) => vi.waitFor(async () => expect(await isUp(state)).toBe(true), { timeout: 5000, interval: 20 });

async function open(state: string): Promise<QueueRedis> {
  const queue = await openQueueRedis(state, environment);
  onTestFinished(() => queue.close());
  return queue;
}

/** Starts a client process and waits for its first words. */
async function client(state: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [clientProgram, state], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

/** A connection of the test's own to whatever the queue gives. */
function connect(queue: QueueRedis): Redis {
  const redis = new Redis({ ...queue.connectionOptions, maxRetriesPerRequest: null });
  redis.on('error', () => redis.status);
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function serverPid(redis: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
}

test('the server is durable, listens on a socket for its owner alone, and is ready at once', async () => {
  const state = await temporaryDirectory();
  const start = performance.now();
  const redis = connect(await open(state));
  await redis.ping();
  expect(performance.now() - start).toBeLessThan(2000);
  expect(await redis.config('GET', 'append*', 'maxmemory-policy', 'save', 'port', 'aof-load-truncated')).toEqual(
    expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'always', 'noeviction', 'port', '0', 'save', '']),
  );
  expect(await redis.config('GET', 'auto-aof-rewrite-min-size')).toEqual(['auto-aof-rewrite-min-size', '2097152']);
  expect((await stat(socketOf(state))).mode & 0o777).toBe(0o600);
  expect((await stat(join(state, 'redis'))).mode & 0o777).toBe(0o700);
});

test('what outlives us has nothing of our environment', async () => {
  vi.stubEnv('NETVIS_SECRET_REDIS', 'in-the-environment');
  onTestFinished(() => void vi.unstubAllEnvs());
  const state = await temporaryDirectory();
  await open(state);
  const pids = await processesIn(join(state, 'redis'));
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(await readFile(`/proc/${pid}/environ`, 'latin1')).not.toContain('in-the-environment');
});

/** Processes that work in a directory: the server and what waits for its end. */
async function processesIn(directory: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(pids.map(async (pid) => readlink(`/proc/${pid}/cwd`).catch(() => 'gone')));
  return pids.filter((_, i) => places[i] === directory);
}

test('two processes at once share one server, which ends after the second', async () => {
  const state = await temporaryDirectory();
  const [one, two] = await Promise.all([client(state), client(state)]);
  expect([one.said, two.said]).toEqual(['ready', 'ready']);
  one.child.stdin?.end();
  await once(one.child, 'exit');
  expect(await isUp(state)).toBe(true);
  two.child.stdin?.end();
  await goesDown(state);
});

test('the server survives its starter being killed, and ends when its last client is killed', async () => {
  const state = await temporaryDirectory();
  const starter = await client(state);
  const other = await client(state);
  starter.child.kill('SIGKILL');
  await once(starter.child, 'exit');
  expect(await isUp(state)).toBe(true);
  other.child.kill('SIGKILL');
  await goesDown(state);
});

test('the server ends with its last client even when its directory is gone', async () => {
  const state = await temporaryDirectory();
  const queue = await openQueueRedis(state, environment);
  const pid = await serverPid(connect(queue));
  await rm(state, { recursive: true });
  await queue.close();
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 5000 });
});

test('data outlives the server', async () => {
  const state = await temporaryDirectory();
  const first = await openQueueRedis(state, environment);
  await connect(first).set('key', 'kept');
  await first.close();
  await goesDown(state);
  expect(await connect(await open(state)).get('key')).toBe('kept');
});

test('a killed server is started again for the clients it had', async () => {
  const state = await temporaryDirectory();
  const queue = await open(state);
  const redis = connect(queue);
  await redis.set('key', 'kept');
  process.kill(await serverPid(redis), 'SIGKILL');
  await vi.waitFor(async () => expect(await redis.get('key')).toBe('kept'), { timeout: 5000 });
  expect(queue.lost.aborted).toBe(false);
});

test('a socket file without a server is no obstacle', async () => {
  const state = await temporaryDirectory();
  const redis = connect(await open(state));
  process.kill(await serverPid(redis), 'SIGKILL');
  await comesUp(state);
  await mkdir(join(state, 'other', 'redis'), { recursive: true });
  await writeFile(socketOf(join(state, 'other')), '');
  expect(await connect(await open(join(state, 'other'))).ping()).toBe('PONG');
});

test('a tail cut off by a power failure costs the last write only', async () => {
  const state = await temporaryDirectory();
  const first = await openQueueRedis(state, environment);
  const redis = connect(first);
  await redis.set('one', '1');
  await redis.set('two', '2');
  await first.close();
  await goesDown(state);
  const directory = join(state, 'redis', 'appendonlydir');
  const name = (await readdir(directory)).find((file) => file.endsWith('.incr.aof')) ?? '';
  await truncate(join(directory, name), (await stat(join(directory, name))).size - 3);
  const again = connect(await open(state));
  expect(await again.mget('one', 'two')).toEqual(['1', null]);
});

test('a file that cannot be loaded is told with the server’s words and left alone', async () => {
  const state = await temporaryDirectory();
  await mkdir(join(state, 'redis', 'appendonlydir'), { recursive: true });
  const manifest = join(state, 'redis', 'appendonlydir', 'appendonly.aof.manifest');
  await writeFile(manifest, 'nonsense\n');
  await expect(openQueueRedis(state, environment)).rejects.toMatchObject({
    code: 'NV_QUEUE',
    message: expect.stringContaining('manifest'),
  });
  expect(await readFile(manifest, 'utf8')).toBe('nonsense\n');
});

test('when the server cannot be started again, its clients are told', async () => {
  const state = await temporaryDirectory();
  const queue = await open(state);
  const redis = connect(queue);
  const pid = await serverPid(redis);
  await writeFile(join(state, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(queue.lost.reason).toMatchObject({ code: 'NV_QUEUE' }), { timeout: 5000 });
});

test('a Redis named in the environment is used, and none is started', async () => {
  const outer = await temporaryDirectory();
  await open(outer);
  const state = await temporaryDirectory();
  const queue = await openQueueRedis(state, { NETVIS_REDIS_URL: `unix://${socketOf(outer)}` });
  expect(await connect(queue).ping()).toBe('PONG');
  expect(await readdir(state)).toEqual([]);
});
