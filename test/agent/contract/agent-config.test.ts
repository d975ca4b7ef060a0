import { describe, expect, test } from 'vitest';
import { agentConfigSchema } from '../../../agent/src/contract/agent-config.ts';

const least = { cluster: 'demo', host: 'h1', roles: ['lb'] };

describe('agent.json', () => {
  test('needs only cluster, host and roles', () => {
    expect(agentConfigSchema.parse(least)).toMatchObject({ listen: { port: 8008 }, intervalMs: 1000, checks: [], disks: ['/'] });
  });

  test.each([
    ['an unknown key', { ...least, chekcs: [] }],
    ['an address without certificates', { ...least, listen: { address: '10.0.0.1' } }],
    ['a check of an unknown kind', { ...least, checks: [{ kind: 'ping', name: 'x' }] }],
    ['a check of another scheme', { ...least, checks: [{ kind: 'http', name: 'x', url: 'file:///etc/passwd' }] }],
    ['a relative path', { ...least, spoolDirectory: 'spool' }],
  ])('refuses %s', (_name, config) => {
    expect(agentConfigSchema.safeParse(config).success).toBe(false);
  });
});
