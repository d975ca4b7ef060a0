import { expect, test } from 'vitest';
import { gateBody, gateFile, probeDatabase } from '../../../../agent/src/core/postgres/gate.ts';

const rules = {
  superuser: 'postgres',
  database: 'postgres',
  replicationUser: 'repl"x',
  connection: 'hostssl',
  peerAddresses: ['10.0.0.2', 'fd00::2'],
} as const;
const always = [
  'local all "postgres" peer map=netvis',
  'hostssl "postgres",replication "repl""x" 10.0.0.2/32 scram-sha-256',
  'hostssl "postgres",replication "repl""x" fd00::2/128 scram-sha-256',
];

test('shut lets in the agent and the other hosts, open the clients after them', () => {
  const clients = 'host all all 10.0.0.0/8 scram-sha-256';
  expect(gateBody('shut', rules, clients).split('\n')).toEqual([...always, '# shut: nobody else', '']);
  expect(gateBody('open', rules, clients).split('\n')).toEqual([...always, clients, '']);
});

test('the file refuses the database of its own version before anything else', () => {
  const [, first] = gateFile('v1', 'body').split('\n');
  expect(first).toBe(`local "${probeDatabase('v1')}" all reject`);
});
