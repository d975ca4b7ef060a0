import { setTimeout as delay } from 'node:timers/promises';
import { postmasterPid } from '../../bench/failover/faults.ts';
import { inside } from '../../bench/failover/inside-host.ts';
import type { System } from '../../bench/failover/system.ts';
import { faultOf, type OnHost, type SoakFault } from './on-host.ts';

/** How long etcd cannot be written: longer than a lease lasts. */
const withoutStoreMs = 8000;
/** A standby takes over after its preset's term; this is amid the promotion that follows. */
const intoPromotionMs = 5000;

/** Drops packets on one side of the host, `out` or `in`, that match. */
const drop = (way: 'out' | 'in', match: string) =>
  `nft add table inet rare && nft 'add chain inet rare ${way} { type filter hook ${way}put priority 0; }' && nft add rule inet rare ${way} ${match} drop`;
const undrop = 'nft delete table inet rare || true';
const notLoopback = (way: 'out' | 'in') => `${way === 'out' ? 'oifname' : 'iifname'} != lo`;
const psql = ({ socketDirectory }: System, sql: string) =>
  `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -h ${socketDirectory} -d postgres -c "${sql}"`;

const onHosts: readonly OnHost[] = [
  {
    name: 'wal-unwritable',
    title: "the primary's pg_wal takes no new file",
    at: 'primary',
    // Each switch needs another segment, until those that lie ready are used up.
    strike: (system) =>
      `chown root ${system.dataDirectory}/pg_wal; for i in $(seq 40); do ${psql(system, "SELECT pg_logical_emit_message(false, 'x', 'x'), pg_switch_wal()")} || break; done >/dev/null 2>&1`,
    heal: ({ dataDirectory }) => `chown postgres ${dataDirectory}/pg_wal`,
    movesPrimary: true,
  },
  {
    name: 'replay-paused',
    title: 'replay paused on the standby',
    at: 'standby',
    strike: (system) => psql(system, 'SELECT pg_wal_replay_pause()'),
    heal: (system) => `${psql(system, 'SELECT pg_wal_replay_resume()')} || true`,
    keepsPrimary: true,
  },
  {
    name: 'standby-promoted',
    title: '`pg_ctl promote` by hand on the standby',
    at: 'standby',
    strike: (system) => psql(system, 'SELECT pg_promote(false)'),
    keepsPrimary: true,
  },
  {
    name: 'slot-lost',
    title: 'the slots of the primary dropped',
    at: 'primary',
    strike: (system) =>
      `for i in $(seq 50); do ${psql(system, 'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active; SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots')} && break; done >/dev/null 2>&1`,
    keepsPrimary: true,
  },
  {
    name: 'nothing-out',
    title: 'no packet leaves the primary',
    at: 'primary',
    strike: () => drop('out', notLoopback('out')),
    heal: () => undrop,
    movesPrimary: true,
  },
  {
    name: 'nothing-in',
    title: 'no packet reaches the primary',
    at: 'primary',
    strike: () => drop('in', notLoopback('in')),
    heal: () => undrop,
    movesPrimary: true,
  },
  {
    name: 'large-lost',
    title: 'large packets of the primary are lost',
    at: 'primary',
    strike: () => drop('out', `${notLoopback('out')} meta length gt 600`),
    heal: () => undrop,
    // Small rows are still taken until the lease, whose writes are large, has ended.
    movesPrimary: true,
  },
  {
    name: 'flapping',
    title: "the primary's network on and off each second",
    at: 'primary',
    strike: () => `for i in 1 2 3 4 5; do ${drop('out', notLoopback('out'))}; sleep 1; nft delete table inet rare; sleep 1; done`,
    heal: () => undrop,
  },
  {
    name: 'agent-restarted',
    title: 'agent on the primary restarted, as an upgrade does',
    at: 'primary',
    strike: () => 'systemctl restart netvis-agent',
    keepsPrimary: true,
  },
  {
    name: 'second-agent',
    title: 'a second agent on the primary',
    at: 'primary',
    strike: () =>
      'systemd-run --unit=chaos-agent /opt/netvis/runtime/current/node /opt/netvis/agent/current/agent.cjs --config /etc/netvis/agent.json',
    heal: () => 'systemctl stop chaos-agent 2>/dev/null; systemctl reset-failed chaos-agent 2>/dev/null || true',
    keepsPrimary: true,
  },
  {
    name: 'systemd-busy',
    title: "the primary's systemd held up by a slow generator",
    at: 'primary',
    strike: () =>
      "mkdir -p /run/systemd/system-generators && printf '#!/bin/sh\\nsleep 8\\n' > /run/systemd/system-generators/chaos-slow && chmod +x /run/systemd/system-generators/chaos-slow && { systemctl daemon-reload >/dev/null 2>&1 & }",
    heal: () => 'rm -f /run/systemd/system-generators/chaos-slow',
    keepsPrimary: true,
  },
];

const wholeHosts: readonly SoakFault[] = [
  {
    name: 'etcd-majority-frozen',
    title: 'two etcd members SIGSTOPped for a while',
    movesPrimary: false,
    strike: (system, { primary }) => withoutMajority(system, primary),
  },
  {
    name: 'candidate-killed',
    title: 'power off of the primary, and the standby killed as it is promoted',
    movesPrimary: true,
    endsHost: true,
    async strike(system, { primary, standby }) {
      await system.lab.kill(primary);
      await delay(intoPromotionMs);
      await inside(system.lab, standby, `kill -9 ${postmasterPid(system)}`);
    },
    heal: async (system, { primary }) => void (await system.lab.boot(primary)),
  },
  {
    name: 'old-primary-alone',
    title: 'power cut of both database hosts, and only the primary is back',
    movesPrimary: false,
    endsHost: true,
    async strike(system, { primary, standby }) {
      await system.lab.kill(primary, standby);
      await system.lab.boot(primary);
    },
    heal: async (system, { standby }) => void (await system.lab.boot(standby)),
  },
];

/** What seldom happens to a database host, its disk, its network and its store. */
export const rareFaults: readonly SoakFault[] = [...onHosts.map(faultOf), ...wholeHosts];

/** Only the primary's own member goes on: the loss of the majority stops the server, its return starts it again. */
async function withoutMajority({ lab }: System, primary: string): Promise<void> {
  const others = (await lab.hosts()).filter(({ name }) => name !== primary);
  const signal = (word: string) => Promise.all(others.map(({ name }) => inside(lab, name, `systemctl kill -s ${word} netvis-etcd`)));
  await signal('STOP');
  await delay(withoutStoreMs);
  await signal('CONT');
}
