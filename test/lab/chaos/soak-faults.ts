import { setTimeout as delay } from 'node:timers/promises';
import { faults, postmasterPid } from '../../bench/failover/faults.ts';
import { inside } from '../../bench/failover/inside-host.ts';
import { reportsOf } from '../../bench/failover/netvis-roles.ts';
import type { System } from '../../bench/failover/system.ts';
import { faultOf, type OnHost, type SoakFault } from './on-host.ts';
import { rareFaults } from './rare-faults.ts';

/** How long nothing is done, for a soak that looks for failovers without a reason. */
const quietMs = 20_000;

const signalServer = (signal: string) => `systemctl kill -s ${signal} --kill-whom=all netvis-postgres`;
/** Outgoing packets to a port are dropped, the host's own members included. */
const dropPort = (port: number) =>
  `nft add table inet chaos && nft 'add chain inet chaos out { type filter hook output priority 0; }' && nft add rule inet chaos out tcp dport ${port} drop`;
const undrop = 'nft delete table inet chaos';

const onHosts: readonly OnHost[] = [
  {
    name: 'backend-killed',
    title: 'kill -9 of one backend of the primary',
    at: 'primary',
    strike: (system) => `kill -9 $(pgrep -P ${postmasterPid(system)} -f 'netvis netvis' | head -n 1)`,
  },
  {
    name: 'server-frozen',
    title: 'every process of the primary SIGSTOPped',
    at: 'primary',
    strike: () => signalServer('STOP'),
    movesPrimary: true,
  },
  {
    name: 'wal-lost',
    title: "the primary's WAL deleted and its postmaster killed",
    at: 'primary',
    // Its history stays: data that cannot be compared are kept aside, and a second time that is for an operator.
    strike: (system) =>
      `find ${system.dataDirectory}/pg_wal -maxdepth 1 -type f ! -name '*.history' -delete && kill -9 ${postmasterPid(system)}`,
    movesPrimary: true,
  },
  { name: 'guard-killed', title: 'netvis-guard of the primary killed', at: 'primary', strike: () => 'systemctl kill -s KILL netvis-guard' },
  {
    name: 'guard-frozen',
    title: 'netvis-guard of the primary SIGSTOPped',
    at: 'primary',
    strike: () => 'systemctl kill -s STOP netvis-guard',
  },
  {
    name: 'etcd-cut',
    title: 'the primary cut from etcd only',
    at: 'primary',
    strike: () => dropPort(2379),
    heal: () => undrop,
    movesPrimary: true,
  },
  {
    name: 'replication-cut',
    title: 'the standby cut from PostgreSQL only',
    at: 'standby',
    strike: () => dropPort(5432),
    heal: () => undrop,
    keepsPrimary: true,
  },
  {
    name: 'standby-killed',
    title: "kill -9 of the standby's postmaster",
    at: 'standby',
    strike: (system) => `kill -9 ${postmasterPid(system)}`,
    keepsPrimary: true,
  },
  {
    name: 'standby-frozen',
    title: 'every process of the standby SIGSTOPped',
    at: 'standby',
    strike: () => signalServer('STOP'),
    heal: () => `${signalServer('CONT')} || true`,
    keepsPrimary: true,
  },
  {
    name: 'standby-agent-killed',
    title: 'agent on the standby killed',
    at: 'standby',
    strike: () => 'systemctl kill -s KILL netvis-agent',
    keepsPrimary: true,
  },
  {
    name: 'etcd-member-killed',
    title: "kill -9 of the etcd member on the primary's host",
    at: 'primary',
    strike: () => 'systemctl kill -s KILL netvis-etcd',
    keepsPrimary: true,
  },
  {
    name: 'etcd-peer-killed',
    title: "kill -9 of the etcd member on the standby's host",
    at: 'standby',
    strike: () => 'systemctl kill -s KILL netvis-etcd',
    keepsPrimary: true,
  },
];

const wholeHosts: readonly SoakFault[] = [
  {
    name: 'nothing',
    title: 'nothing at all',
    movesPrimary: false,
    keepsPrimary: true,
    strike: async () => await delay(quietMs),
  },
  {
    name: 'standby-off',
    title: "power off of the standby's host",
    movesPrimary: false,
    keepsPrimary: true,
    strike: async (system, { standby }) => void (await system.lab.kill(standby)),
    heal: async (system, { standby }) => void (await system.lab.boot(standby)),
  },
  {
    name: 'standby-cut-off',
    title: "the standby's host cut from the network",
    movesPrimary: false,
    keepsPrimary: true,
    strike: async (system, { standby }) => void (await system.lab.cut(standby)),
    heal: async (system, { standby }) => void (await system.lab.heal(standby)),
  },
  {
    name: 'host-paused',
    title: "the primary's host paused as a whole",
    movesPrimary: true,
    strike: async (system, { primary }) => void (await system.lab.pause(primary)),
    heal: async (system, { primary }) => void (await system.lab.resume(primary)),
  },
  {
    name: 'all-off',
    title: 'power cut of every host',
    movesPrimary: false,
    endsHost: true,
    async strike(system) {
      const names = (await system.lab.hosts()).map(({ name }) => name);
      await system.lab.kill(...names);
      await system.lab.boot(...names);
    },
  },
  {
    name: 'etcd-leader-killed',
    title: 'kill -9 of the etcd leader',
    movesPrimary: false,
    keepsPrimary: true,
    strike: async (system) => void (await inside(system.lab, await etcdLeader(system), 'systemctl kill -s KILL netvis-etcd')),
  },
];

/** Everything that a soak strikes with: what the benchmark has, and what it does not time. */
export const soakFaults: readonly SoakFault[] = [
  ...faults.filter(({ name }) => name !== 'postmaster-killed-wal'),
  ...onHosts.map(faultOf),
  ...wholeHosts,
  ...rareFaults,
];

/** Who leads etcd, as the agents of the members say. */
async function etcdLeader({ lab }: System): Promise<string> {
  const reports = await reportsOf(lab, await lab.hosts());
  const leader = reports.find(({ etcd }) => etcd?.memberId != null && etcd.memberId === etcd.leader);
  if (leader === undefined) throw new Error('no host says that its etcd member leads');
  return leader.host;
}
