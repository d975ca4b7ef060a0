export type Severity = 'warning' | 'critical';

/** Every code `status` can show, with what to do about it. The severity is the finding's own. */
const hints = {
  NV_HOST_UNREACHABLE: 'check the host and its network; `ssh` to it as the inventory says',
  NV_AGENT_SILENT: 'systemctl status netvis-agent on the host; `netvis-ctl apply` installs and starts it',
  NV_SERVICE_DOWN: 'journalctl of the service on the host; `netvis-ctl apply` restores its configuration and starts it',
  NV_CHECK_UNKNOWN: 'the agent could not run the check: see journalctl -u netvis-agent on the host',
  NV_DISK_LOW: 'free space or enlarge the file system; `du -xh --max-depth=2` shows what takes it',
  NV_MEMORY_LOW: 'see what takes memory on the host (`ps --sort=-rss aux`)',
  NV_CERTIFICATE_ENDS: '`netvis-ctl apply` renews certificates of the cluster; replace your own ones yourself',
  NV_CLOCK_OFFSET: 'check time synchronisation (chrony) on the host',
  NV_PG_NO_PRIMARY: 'no server takes writes: see the postgres hosts below before starting anything by hand',
  NV_PG_TWO_PRIMARIES: 'stop the one with the lower timeline at once, keep its data directory, then rebuild it as a replica',
  NV_PG_DOWN: 'journalctl -u netvis-postgres on the host',
  NV_PG_NO_REPLICA: 'there is one copy of the data: bring a replica back (`netvis-ctl apply` rebuilds a lost one)',
  NV_PG_NOT_STREAMING: 'see the replica’s log: network, password, or a WAL segment the primary no longer has',
  NV_PG_LAG: 'the replica cannot follow: look at its disk, the network, long queries on it',
  NV_PG_NOT_SYNCHRONOUS: 'the agent of the primary lists a streaming standby by itself; `netvis-ctl explain` tells what it waits for',
  NV_PG_SYNC_MISSING: 'commits wait for a standby that is not there: bring it back, or run `netvis-ctl apply`',
  NV_PG_TIMELINE: 'the replica is on another timeline than the primary and must be rewound or rebuilt',
  NV_PG_PENDING_RESTART:
    'a changed setting waits for a restart: `systemctl restart netvis-postgres` on the replicas one by one, then on the primary',
  NV_PG_GUARD_SILENT: 'systemctl status netvis-guard on the host; `netvis-ctl apply` installs and starts it',
  NV_PG_STORE_SILENT: 'check etcd and the network between the host and the etcd hosts',
  NV_PG_OPERATION_FAILED:
    'the agent tries again by itself; where a kept copy is in the way, look at what lies beside the data directory, then move it away',
  NV_PG_PAUSED: '`netvis-ctl resume` ends the pause; it ends by itself as well',
  NV_REDIS_NO_MASTER: 'no Redis takes writes: see the Sentinels’ view below',
  NV_REDIS_TWO_MASTERS: 'Sentinel makes the old master a replica when it sees it; check that Sentinels reach both',
  NV_REDIS_DOWN: 'journalctl -u redis-server on the host',
  NV_REDIS_NO_REPLICA: 'a failover has nowhere to go: bring a replica back (`netvis-ctl apply`)',
  NV_REDIS_LINK_DOWN: 'the replica cannot reach its master: network, or masterauth',
  NV_SENTINEL_DOWN: 'journalctl -u redis-sentinel on the host',
  NV_SENTINEL_NO_QUORUM: 'no failover can happen: bring Sentinels back until a majority answers',
  NV_SENTINEL_NO_MASTER: 'Sentinel does not know the master: `netvis-ctl apply` lets it monitor again',
  NV_SENTINEL_DISAGREES: 'Sentinels name different masters: wait for a failover in progress, else check their network',
  NV_SENTINEL_WRONG_MASTER: 'Sentinel names a host that is not the master: applications are sent to the wrong server',
  NV_SENTINEL_REPLICAS_UNKNOWN: 'Sentinel has not discovered every replica; it looks again every ten seconds',
  NV_ETCD_MEMBER_DOWN: 'journalctl -u netvis-etcd on the host; one more loss may cost the quorum',
  NV_ETCD_NO_QUORUM: 'no decision can be made: bring members back until a majority is healthy',
  NV_ETCD_NO_LEADER: 'members do not agree on a leader: check the network between them and their disks',
  NV_VIP_NOT_HELD: 'clients cannot reach the address: check keepalived and its check script on the hosts of the role',
  NV_VIP_HELD_TWICE: 'two hosts answer for one address: check that VRRP passes between them (unicast, protocol 112)',
} as const satisfies Record<`NV_${string}`, string>;

export type FindingCode = keyof typeof hints;

/** Something that is wrong; `host` where it is one host's. */
export type Finding = {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly host?: string;
  readonly message: string;
  readonly hint: string;
};

export const critical = (code: FindingCode, message: string, host?: string) => finding('critical', { code, message, host });
export const warning = (code: FindingCode, message: string, host?: string) => finding('warning', { code, message, host });

/** Worst first; within a severity in the order found. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings.filter((each) => each.severity === 'critical'), ...findings.filter((each) => each.severity === 'warning')];
}

function finding(severity: Severity, what: { code: FindingCode; message: string; host: string | undefined }): Finding {
  const { code, message, host } = what;
  return { code, severity, ...(host === undefined ? {} : { host }), message, hint: hints[code] };
}
