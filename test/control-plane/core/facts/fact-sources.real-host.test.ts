import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificateKey, recordCertificate } from '../../../../control-plane/src/core/facts/certificate.ts';
import type { FactRequest, HostFacts } from '../../../../control-plane/src/core/facts/fact-source.ts';
import { buildFactsScript, parseFactsOutput } from '../../../../control-plane/src/core/facts/facts-script.ts';
import type { HostFact } from '../../../../control-plane/src/core/facts/host.ts';
import { argv, concat, raw } from '../../../../control-plane/src/core/remote-command.ts';
import { runShell } from '../../../support/shell.ts';

/** The sources against this machine's own programs: what their cases take for granted is what the programs print. */
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'netvis-facts-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('facts of files', () => {
  test('tell type, mode, owner, hash and target in one reading', () => {
    writeFileSync(join(directory, 'f'), 'abc', { mode: 0o640 });
    mkdirSync(join(directory, 'd'), { mode: 0o750 });
    symlinkSync('f', join(directory, 'l'));
    const paths = ['f', 'd', 'l', 'none', 'f/below'].map((name) => join(directory, name));
    const { file } = read(paths.map((key) => ({ source: 'file', key })));
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(file).toMatchObject({
      [paths[0] ?? '']: { type: 'file', mode: '0640', sha256: hash, target: null },
      [paths[1] ?? '']: { type: 'directory', mode: '0750', sha256: null },
      [paths[2] ?? '']: { type: 'link', sha256: null, target: 'f' },
      [paths[3] ?? '']: null,
      [paths[4] ?? '']: null,
    });
  });

  test('of nothing but absent ones are no failure', () => {
    const key = join(directory, 'none');
    expect(read([{ source: 'file', key }])).toEqual({ file: { [key]: null } });
  });
});

test('facts of blocks give the lines between the markers', () => {
  const path = join(directory, 'hosts');
  writeFileSync(path, 'a\n# BEGIN netvis m\n=1 "x"\n\n# END netvis m\n# BEGIN netvis broken\n');
  const keys = [`${path} m`, `${path} other`, `${path} broken`, `${directory}/none m`];
  expect(read(keys.map((key) => ({ source: 'block', key })))).toEqual({
    block: {
      [keys[0] ?? '']: { text: '=1 "x"\n\n', broken: false },
      [keys[1] ?? '']: { text: null, broken: false },
      [keys[2] ?? '']: { text: '', broken: true },
      [keys[3] ?? '']: { text: null, broken: false },
    },
  });
});

test('facts of users, packages and units know root, dpkg and nothing else by these names', () => {
  const {
    user,
    package: packages,
    unit,
  } = read([
    { source: 'user', key: 'root' },
    { source: 'user', key: 'no-such-user' },
    { source: 'package', key: 'dpkg' },
    { source: 'package', key: 'no-such-package' },
    { source: 'unit', key: 'no-such.service' },
  ]);
  expect(user).toEqual({ root: expect.objectContaining({ uid: 0, home: '/root' }), 'no-such-user': null });
  expect(packages).toEqual({ dpkg: expect.stringMatching(/^1\./), 'no-such-package': null });
  expect(unit).toEqual({ 'no-such.service': expect.objectContaining({ load: 'not-found', active: 'inactive', pending: null }) });
});

test('facts of a certificate come from its record only as long as certificate, key and CA are those it was made of', () => {
  const [path, keyPath, caPath] = ['leaf.crt', 'leaf.key', 'ca.crt'].map((name) => join(directory, name)) as [string, string, string];
  const key = certificateKey({ path, keyPath, caPath });
  const look = () => read([{ source: 'certificate', key }]).certificate?.[key];
  const make = (subject: string) =>
    runShell(
      concat(
        argv('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90', '-subj', subject),
        raw(' '),
        argv('-keyout', keyPath, '-out', path, '-addext', 'subjectAltName=DNS:a'),
        raw(' 2>/dev/null && '),
        argv('cp', path, caPath),
      ),
    );
  expect(make('/CN=a').exitCode).toBe(0);
  const expected = { commonName: 'a', dnsNames: ['a'], daysLeft: expect.any(Number), signedByCa: true, hasKey: true };
  expect(look()).toMatchObject(expected);
  expect(runShell(recordCertificate(key))).toMatchObject({ exitCode: 0 });
  writeFileSync(`${path}.checked`, readFileSync(`${path}.checked`, 'utf8').replace('= a', '= recorded'));
  expect(look()).toMatchObject({ ...expected, commonName: 'recorded' });
  for (const changed of [keyPath, caPath, path]) {
    const kept = readFileSync(changed, 'utf8');
    writeFileSync(changed, `${kept}#`);
    expect(look()).toMatchObject(expected);
    writeFileSync(changed, kept);
  }
  expect(make('/CN=b').exitCode).toBe(0);
  expect(look()).toMatchObject({ ...expected, commonName: 'b' });
  writeFileSync(keyPath, 'no key');
  expect(look()).toMatchObject({ hasKey: false, signedByCa: true });
});

test('facts of the host have an address, memory and a clock', () => {
  const { host } = read([{ source: 'host', key: 'self' }]);
  const self = host?.self as HostFact;
  expect(self).toMatchObject({ arch: expect.stringMatching(/^(x86_64|aarch64)$/), os: { id: expect.stringMatching(/^[a-z]+$/) } });
  expect(self.memoryMb).toBeGreaterThan(100);
  expect(self.clockMs).toBeGreaterThan(1_700_000_000_000);
});

test('reachability tells an open port from a closed one, and counts both as an answer', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const keys = [`127.0.0.1 ${port}`, '127.0.0.1 1', '127.0.0.1 -'];
  const { reach } = read(keys.map((key) => ({ source: 'reach', key })));
  server.close();
  expect(reach).toEqual({ [keys[0] ?? '']: 'open', [keys[1] ?? '']: 'refused', [keys[2] ?? '']: 'refused' });
});

test('services that are not installed or not there are absent, not failures', () => {
  const facts = read([
    { source: 'postgres', key: join(directory, 'pg') },
    { source: 'redis', key: '1' },
    { source: 'redis', key: '1 maxmemory' },
    { source: 'sentinel', key: '1 netvis-master' },
    { source: 'etcd', key: `${directory} 1` },
    { source: 'artifact', key: 'no-such-artifact' },
    { source: 'certificate', key: `${directory}/c ${directory}/k ${directory}/ca` },
  ]);
  expect(facts).toMatchObject({
    postgres: { [join(directory, 'pg')]: { data: 'absent', running: false } },
    redis: { 1: { running: false, silence: null }, '1 maxmemory': null },
    sentinel: { '1 netvis-master': { running: false, silence: null, known: false } },
    etcd: { [`${directory} 1`]: { member: false, healthy: false } },
    artifact: { 'no-such-artifact': null },
    certificate: { [`${directory}/c ${directory}/k ${directory}/ca`]: null },
  });
});

function read(requests: readonly FactRequest[]): HostFacts {
  return parseFactsOutput(runShell(buildFactsScript(requests)), requests);
}
