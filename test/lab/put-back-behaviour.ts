import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { netvisCtl } from './netvis-ctl.ts';
import { repository, type Stack } from './stack.ts';
import { healthyStatus } from './stack-behaviour.ts';

const environment = '/etc/netvis/api.env';
/** What may be left of a batch. */
const left = '/var/lib/netvis/pending $(ls -d /var/lib/netvis/kept 2>/dev/null)';
const refusedByNode = 'NODE_OPTIONS: --no-such-option';

/** An API that does not start on what the inventory asks for, on the compact stack, where the API is changed in two halves. */
export function describePutBack(stack: () => Stack): void {
  it('puts back what the API does not start on, leaves the other half alone, and still names the difference', async () => {
    const { lab, inventory, environment: settings } = stack();
    const broken = await brokenCopy(inventory);
    const look = `stat -c '%a %U:%G' ${environment}; sha256sum ${environment}; systemctl is-active netvis-api; find ${left} -type f -o -type l`;
    const lookAtAll = () => Promise.all(['n1', 'n2', 'n3'].map(async (host) => (await lab.sudo(host, look)).stdout));
    const before = await lookAtAll();

    const { exitCode, report } = await netvisCtl(broken, settings).apply();
    expect(exitCode).toBe(4);
    expect(report.problems.map(({ code, host }) => [code, host]).sort()).toEqual([
      ['NV_PUT_BACK', 'n1'],
      ['NV_PUT_BACK', 'n2'],
    ]);
    expect(report.problems[0]?.message).toContain(`put back ${environment}; it runs on that again`);
    expect(report.hosts.n3).toMatchObject({ changed: 0, failed: 0 });
    expect(await lookAtAll()).toEqual(before);

    expect((await stack().ctl('drift', broken)).exitCode).toBe(2);
    expect((await stack().ctl.apply()).report).toMatchObject({ outcome: 'done', changed: 0, problems: [] });
    await healthyStatus(stack());
  });
}

async function brokenCopy(inventory: string): Promise<string> {
  const text = await readFile(resolve(repository, inventory), 'utf8');
  const broken = text.replace(/api: \{ archive: ([^ ]+) \}/, `api: { archive: $1, environment: { ${refusedByNode} } }`);
  expect(broken).not.toBe(text);
  const path = join(repository, 'inventory', '.put-back.yaml');
  onTestFinished(() => rm(path, { force: true }));
  await writeFile(path, broken);
  return path;
}
