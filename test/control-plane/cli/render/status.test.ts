import { describe, expect, test } from 'vitest';
import { renderHealth } from '../../../../control-plane/src/cli/render/health.ts';
import { renderStatus } from '../../../../control-plane/src/cli/render/status.ts';
import { buildStatus } from '../../../../control-plane/src/core/status/build-status.ts';
import { healthyReadings, statusSite } from '../../../support/build-readings.ts';

const healthy = buildStatus(statusSite(), healthyReadings());
const broken = buildStatus(statusSite(), { ...healthyReadings(), pg1: { unreachable: 'timed | out\nafter 3 s' } });

describe('status for a terminal', () => {
  test('shows every host in its tier with role and state', async () => {
    await expect(renderStatus(healthy, { color: false })).toMatchFileSnapshot('../../../golden/status/healthy.txt');
  });

  test('shows what is wrong below, with what to do', async () => {
    await expect(renderStatus(broken, { color: false })).toMatchFileSnapshot('../../../golden/status/primary-off.txt');
  });

  test('is plain without colour and the same text with it', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    const colored = renderStatus(broken, { color: true });
    expect(colored).toMatch(escapes);
    expect(colored.replaceAll(escapes, '').replaceAll(/ +$/gm, '')).toBe(renderStatus(broken, { color: false }));
  });
});

describe('health for monitoring', () => {
  test('a healthy cluster is one line with performance data', () => {
    expect(renderHealth(healthy)).toBe(
      'NETVIS OK - demo: postgres pg1 + 1, redis redis1, web VIP on lb1 | lag_pg2=0B sentinels=3 problems=0',
    );
  });

  test('problems follow, one line each, and only the first line has a bar', () => {
    expect(renderHealth(broken).split('\n')).toEqual([
      'NETVIS CRITICAL - demo: pg1 cannot be reached: timed / out after 3 s (and 1 more) | lag_pg2=0B sentinels=3 problems=2',
      'CRITICAL NV_HOST_UNREACHABLE pg1 cannot be reached: timed / out after 3 s',
      'CRITICAL NV_PG_NO_PRIMARY no PostgreSQL host that answers is primary',
    ]);
  });
});
