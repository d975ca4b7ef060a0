import { describe, expect, it } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import type { SiteHost } from '../../../control-plane/src/core/site.ts';
import { checkSecrets } from '../../../control-plane/src/execute/check-secrets.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';

/** A run of a site where some hosts are reached by somebody with a sudo password; `given` are the secrets there are. */
function runWith(users: Readonly<Record<string, SiteHost['ssh']['become'] & { user?: string }>>, given: readonly string[] = []) {
  const base = buildRunSite(buildRunRecord({}));
  const hosts = base.site.hosts.map((host) => {
    const { user = 'deploy', ...become } = users[host.name] ?? { user: 'root', method: 'sudo' };
    return { ...host, ssh: { ...host.ssh, user, become } };
  });
  const lookup = (name: string) => {
    if (given.includes(name)) return 'given';
    throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `there is no secret ${name}`, hint: 'Set it.' });
  };
  return { ...base, site: { ...base.site, hosts }, targets: hosts, secrets: { ...base.secrets, lookup } };
}

describe('a sudo password that nobody has given', () => {
  it('is told for every host at once', () => {
    const run = runWith({ lb1: { method: 'sudo', passwordSecret: 'sudo-a' }, pg1: { method: 'sudo', passwordSecret: 'sudo-b' } });
    expect(() => checkSecrets(run)).toThrow(
      expect.objectContaining({
        code: 'NV_SECRET_UNKNOWN',
        problems: [
          { code: 'NV_SECRET_UNKNOWN', host: 'lb1', message: expect.stringContaining('no secret sudo-a'), hint: 'Set it.' },
          { code: 'NV_SECRET_UNKNOWN', host: 'pg1', message: expect.stringContaining('no secret sudo-b'), hint: 'Set it.' },
        ],
      }),
    );
  });

  it('does not matter where it is given, or never asked for', () => {
    checkSecrets(runWith({ lb1: { method: 'sudo', passwordSecret: 'sudo-a' } }, ['sudo-a']));
    checkSecrets(runWith({ lb1: { method: 'sudo' }, pg1: { method: 'sudo', passwordSecret: 'sudo-a', user: 'root' } }));
  });
});
