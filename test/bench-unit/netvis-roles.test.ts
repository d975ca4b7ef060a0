import { expect, it } from 'vitest';
import type { HealthReport } from '../../agent/src/contract/health-report.ts';
import { rolesIn } from '../bench/failover/netvis-roles.ts';

const report = (host: string, role: 'primary' | 'replica', { epoch, primary }: { epoch: number; primary: string }) =>
  ({ host, postgres: { role }, failover: { record: { epoch, primary: { host: primary }, members: [{ host: 'n2' }] } } }) as HealthReport;

it('takes the word of the host that the newest record names, and nobody else', () => {
  expect(rolesIn([report('n1', 'primary', { epoch: 3, primary: 'n1' }), report('n2', 'replica', { epoch: 3, primary: 'n1' })])).toEqual({
    primary: 'n1',
    protectedBy: ['n2'],
  });
  const nobody = { primary: null, protectedBy: [] };
  expect(rolesIn([report('n1', 'primary', { epoch: 3, primary: 'n1' }), report('n2', 'replica', { epoch: 4, primary: 'n2' })])).toEqual(
    nobody,
  );
  expect(rolesIn([report('n2', 'replica', { epoch: 4, primary: 'n1' })])).toEqual(nobody);
  expect(rolesIn([])).toEqual(nobody);
});
