import { expect, test } from 'vitest';
import { readInventory } from '../../../../control-plane/src/adapters/yaml/read-inventory.ts';
import type { Problem } from '../../../../control-plane/src/core/errors.ts';
import { parseInventory } from '../../../../control-plane/src/core/inventory/parse-inventory.ts';
import { lintTopology } from '../../../../control-plane/src/core/inventory/topology-lint.ts';
import { buildInventory, compactDocument, documentOf } from '../../../support/build-inventory.ts';

test('a mistyped setting is an error that names the nearest one', () => {
  expect(onlyProblem({ postgress: {} }).hint).toBe('Did you mean "postgres"?');
  expect(onlyProblem({ redis: { maxmemory: '1GB' } }).hint).toBe('Did you mean "maxMemory"?');
  expect(onlyProblem({ app: { api: { archive: 'a.tar.gz', strat: [] } } }).hint).toBe('Did you mean "start"?');
});

test('a setting nothing comes near to is told what is known there', () => {
  expect(onlyProblem({ etcd: { wombat: 1 } }).hint).toBe('Known here: clientPort, peerPort.');
});

test('a mistyped role or preset names the nearest one', () => {
  expect(onlyProblem({ preset: 'ballanced' }).hint).toBe('Did you mean "balanced"?');
  const { hosts } = compactDocument();
  expect(onlyProblem({ hosts: { ...hosts, n4: { address: '10.0.0.14', roles: ['sentinal'] } } }).hint).toBe('Did you mean "sentinel"?');
});

test.each([
  [{ cluster: 7 }, 'Put it in quotes.'],
  [{ redis: { port: '6379' } }, 'Write it without quotes.'],
  [{ postgres: { version: '15' } }, 'Write it without quotes.'],
  [{ postgres: { clientNetworks: '10.0.0.0/8' } }, 'Put it in brackets: [a, b].'],
  [{ redis: null }, 'Remove the key, or write something after it.'],
  [{ vips: { web: { address: '10.0.0.100/24' } } }, 'VRRP virtual router id, unique in the network.'],
])('what is wrong with %j comes with what to do', (changes, hint) => {
  expect(onlyProblem(changes).hint).toBe(hint);
});

test('a value that may be a secret is never repeated', () => {
  const changes = {
    ssh: { become: { passwordSecret: 'Hunter2!' }, key: 'Hunter2!\u0007' },
    app: { api: { archive: 'a.tar.gz', environment: { A: 'Hunter2!\n' }, start: ['x', 'Hunter2!\n'] } },
  };
  expect(problemsOf(changes)).toHaveLength(4);
  expect(JSON.stringify(problemsOf(changes))).not.toContain('Hunter2');
});

test('a long value is cut short', () => {
  expect(onlyProblem({ cluster: 'X'.repeat(5000) }).message.length).toBeLessThan(250);
});

test('an inventory that came as JSON has problems without a place', () => {
  expect(onlyProblem({ cluster: 7 })).not.toHaveProperty('at');
});

test('at most 200 problems are told', () => {
  const unknown = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`k${n}`, n]));
  expect(problemsOf(unknown)).toHaveLength(200);
});

test.each([[null], [7], ['text'], [[]]])('%j is no inventory', (value) => {
  expect(parseInventory(documentOf(value)).problems).toMatchObject([{ code: 'NV_INVENTORY_INVALID' }]);
});

test("what is left out has the design document's value", () => {
  const inventory = buildInventory();
  expect(inventory.preset).toBe('balanced');
  expect(inventory.postgres).toMatchObject({ version: 15, port: 5432, database: 'netvis', walKeepSize: '1GB', lagWarningBytes: 1_048_576 });
  expect(inventory.redis).toMatchObject({ port: 6379, masterName: 'netvis-master', sentinelPort: 26_379, parallelSyncs: 1 });
  expect(inventory.nginx).toMatchObject({
    serverName: 'netvis.example.com',
    weight: 5,
    maxFails: 3,
    failTimeoutSeconds: 30,
    keepalive: 32,
  });
  expect(inventory.app.api).toMatchObject({ port: 21_301 });
});

test('hosts of a range follow each other where the range stands, each with its address', () => {
  const { hosts } = compactDocument();
  const range = { 'web[08:10]': { address: '10.0.1.[8:10]', roles: ['lb' as const] } };
  const expanded = buildInventory({ hosts: { ...range, ...hosts } }).hosts;
  expect(Object.entries(expanded).map(([name, { address }]) => `${name} ${address}`)).toEqual([
    'web08 10.0.1.8',
    'web09 10.0.1.9',
    'web10 10.0.1.10',
    'n1 10.0.0.11',
    'n2 10.0.0.12',
    'n3 10.0.0.13',
  ]);
});

test('a slip in a range speaks of the range', () => {
  const { hosts } = compactDocument();
  const problem = onlyProblem({ hosts: { ...hosts, 'x[1:9]': { address: '10.0.0.[21:29]', roles: ['lbb'] } } });
  expect(problem.message).toContain('hosts.x[1:9].roles[0]');
});

test('ranges that fill the inventory beyond its limit are left out', () => {
  const { hosts } = compactDocument();
  const range = (net: number) => ({ [`h${net}x[1:250]`]: { address: `10.1.${net}.[1:250]`, roles: ['control'] } });
  const problem = onlyProblem({ hosts: { ...hosts, ...range(1), ...range(2), ...range(3), ...range(4) } });
  expect(problem.message).toContain('hosts.h4x[1:250]');
});

test('the lint finds the place of a host that comes from a range', () => {
  const text = 'hosts:\n  a: {address: 10.0.0.2, roles: [lb]}\n  b[1:2]: {address: "10.0.0.[1:2]", roles: [lb]}\n';
  const document = readInventory(`cluster: x\nvips: {web: {address: 10.0.0.9/24, routerId: 1}}\n${text}`, 'i.yaml');
  const parsed = parseInventory(document);
  const shared = parsed.ok ? lintTopology(parsed.ok, parsed.locate).filter(({ rule }) => rule === 'address-twice') : [];
  expect(shared).toMatchObject([{ message: 'b2 and a have the same address 10.0.0.2', at: { file: 'i.yaml', line: 5, column: 12 } }]);
});

function problemsOf(changes: object): readonly Problem[] {
  return parseInventory(documentOf({ ...compactDocument(), ...changes })).problems ?? [];
}

function onlyProblem(changes: object): Problem {
  const [problem, ...others] = problemsOf(changes);
  expect(others).toEqual([]);
  if (!problem) throw new Error('no problem was found');
  return problem;
}
