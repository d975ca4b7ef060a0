import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { argv, feed, raw } from '../../control-plane/src/core/remote-command.ts';
import { secretToken } from '../../control-plane/src/core/secret.ts';
import type { RemoteHost } from '../../control-plane/src/ports/remote-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A host to try the port on; its secret `word` is `o'ne two`. */
export type RemoteHostUnderTest = {
  readonly host: RemoteHost;
  /** Cuts the connection at once; the host can be reached again afterwards. */
  cut(): Promise<void>;
  /** The host answers nothing any more until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** The blob's content on the host, `null` when it is not there. */
  stored(sha256: string): Promise<Buffer | null>;
};

const timeoutMs = 10_000;

/** What every remote host must do. */
export function remoteHostContract(setUp: () => Promise<RemoteHostUnderTest>): void {
  test('any exit code is an answer, with both streams apart', async () => {
    const { host } = await setUp();
    const output = await host.run(raw('echo out; echo err >&2; exit 3'), { timeoutMs });
    expect(output).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(await host.run(raw(':'), { timeoutMs })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('text of many bytes a character arrives unharmed', async () => {
    const { host } = await setUp();
    const text = 'ä€𐍈'.repeat(20_000);
    expect((await host.run(feed(text, argv('cat')), { timeoutMs })).stdout).toBe(text);
  });

  test('secrets are revealed on the host', async () => {
    const { host } = await setUp();
    const { stdout } = await host.run(feed(`${secretToken('word')}|${secretToken('word', 'sql')}`, argv('cat')), { timeoutMs });
    expect(stdout).toBe("o'ne two|'o''ne two'");
  });

  test('a command that reads its standard input finds it empty and the rest still runs', async () => {
    const { host } = await setUp();
    expect((await host.run(raw('cat\necho after'), { timeoutMs })).stdout).toBe('after\n');
  });

  test('commands start in the root directory', async () => {
    const { host } = await setUp();
    expect((await host.run(argv('pwd'), { timeoutMs })).stdout).toBe('/\n');
  });

  test('lines are told one by one, the last without its end too', async () => {
    const { host } = await setUp();
    const lines: string[] = [];
    const { stdout } = await host.run(raw('echo one; echo; printf "thr€e"'), { timeoutMs, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', '', 'thr€e']);
    expect(stdout).toBe('one\n\nthr€e');
  });

  test('thirty commands at once each get their own answer', async () => {
    const { host } = await setUp();
    const numbers = Array.from({ length: 30 }, (_, i) => i);
    const outputs = await Promise.all(numbers.map((i) => host.run(argv('echo', `${i}`), { timeoutMs })));
    expect(outputs.map(({ stdout }) => Number(stdout))).toEqual(numbers);
  });

  test('a connection that goes in mid-command is an error, and the next command gets a new one', async () => {
    const { host, cut } = await setUp();
    await host.run(raw(':'), { timeoutMs });
    const lost = host.run(raw('sleep 5'), { timeoutMs });
    await Promise.all([cut(), expect(lost).rejects.toMatchObject({ code: 'NV_SSH_LOST' })]);
    expect((await host.run(argv('echo', 'again'), { timeoutMs })).stdout).toBe('again\n');
  });

  test('a host that hangs is given up at the deadline', async () => {
    const { host, freeze, thaw } = await setUp();
    await host.run(raw(':'), { timeoutMs });
    await freeze();
    const startedMs = performance.now();
    await expect(host.run(raw('echo never'), { timeoutMs: 300 })).rejects.toMatchObject({ code: 'NV_SSH_TIMEOUT' });
    expect(performance.now() - startedMs).toBeLessThan(1500);
    await thaw();
    expect((await host.run(argv('echo', 'again'), { timeoutMs })).stdout).toBe('again\n');
  });

  test('a command longer than its deadline is given up', async () => {
    const { host } = await setUp();
    await expect(host.run(raw('sleep 5'), { timeoutMs: 300 })).rejects.toMatchObject({ code: 'NV_SSH_TIMEOUT' });
  });

  test('a blob arrives whole, and the second time it is there already', async () => {
    const { host, stored } = await setUp();
    const content = Buffer.alloc(20_000_000, `blob ${process.pid}`);
    const blob = await blobOf(content);
    await host.upload(blob, { timeoutMs });
    expect((await stored(blob.sha256))?.equals(content)).toBe(true);
    await writeFile(blob.localPath, 'something else');
    await host.upload(blob, { timeoutMs });
    expect((await stored(blob.sha256))?.equals(content)).toBe(true);
  });

  test('a blob that is not what its hash says gets no name', async () => {
    const { host, stored } = await setUp();
    const blob = await blobOf(Buffer.from(`before ${process.pid}`));
    await writeFile(blob.localPath, 'after');
    await expect(host.upload(blob, { timeoutMs })).rejects.toMatchObject({ code: 'NV_UPLOAD' });
    expect(await stored(blob.sha256)).toBeNull();
  });

  test('a blob whose local file is gone is an error', async () => {
    const { host } = await setUp();
    const blob = { sha256: 'ab'.repeat(32), sizeBytes: 1, localPath: join(await temporaryDirectory(), 'absent') };
    await expect(host.upload(blob, { timeoutMs })).rejects.toMatchObject({ code: 'NV_UPLOAD' });
  });

  test('closing twice is fine', async () => {
    const { host } = await setUp();
    await host.run(raw(':'), { timeoutMs });
    await host.close();
    await host.close();
  });
}

async function blobOf(content: Buffer) {
  const localPath = join(await temporaryDirectory(), 'blob');
  await writeFile(localPath, content);
  return { sha256: createHash('sha256').update(content).digest('hex'), sizeBytes: content.length, localPath };
}
