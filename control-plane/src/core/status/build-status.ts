import type { Site } from '../site.ts';
import { etcdStatus } from './etcd-status.ts';
import { sortFindings } from './finding.ts';
import type { HostReadings } from './host-reading.ts';
import { hostStatus } from './host-status.ts';
import { postgresStatus } from './postgres-status.ts';
import { redisStatus } from './redis-status.ts';
import type { Status } from './status.ts';
import { vipStatus } from './vip-status.ts';

/** The state of the whole cluster from what each host's agent says: the object of `status --json`. */
export function buildStatus(site: Site, readings: HostReadings): Status {
  const hosts = hostStatus(site, readings);
  const postgres = postgresStatus(site, readings);
  const redis = redisStatus(site, readings);
  const vips = vipStatus(site, readings);
  const etcd = etcdStatus(site, readings);
  const problems = sortFindings([hosts, postgres, redis, vips, etcd].flatMap((part) => part.findings));
  return {
    cluster: site.cluster,
    ok: problems.every((problem) => problem.severity !== 'critical'),
    postgres: postgres.status,
    redis: redis.status,
    vips: vips.status,
    etcd: etcd.status,
    hosts: hosts.status,
    problems,
  };
}

/** Exit code of `health`, as monitoring systems read it: 0 ok, 1 warning, 2 critical. */
export function healthExitCode(status: Status): 0 | 1 | 2 {
  if (!status.ok) return 2;
  return status.problems.length > 0 ? 1 : 0;
}
