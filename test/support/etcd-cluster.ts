import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayAsker } from '../../agent/src/adapters/etcd/ask.ts';
import { type Exchange, httpsExchange } from '../../agent/src/adapters/etcd/exchange.ts';
import type { TlsFiles } from '../../agent/src/contract/agent-config.ts';
import { writeCertificates } from './etcd-certificates.ts';
import { type FaultyLink, faultyLink } from './faulty-link.ts';
import { freePorts } from './free-ports.ts';

/** One member; clients reach it through `link`. */
export type EtcdMember = {
  readonly endpoint: string;
  readonly link: FaultyLink;
  signal(signal: NodeJS.Signals): void;
  /** Ends it at once, as a power cut does; its data stays. */
  kill(): Promise<void>;
  /** Starts it again and waits until it answers. */
  start(): Promise<void>;
};

/** A real etcd of three members with TLS on loopback. */
export type EtcdCluster = {
  readonly members: readonly EtcdMember[];
  readonly tls: TlsFiles;
  readonly exchange: Exchange;
  /** The member that leads, as the members that answer say. */
  leader(): Promise<EtcdMember>;
  stop(): Promise<void>;
};

type Site = { readonly folder: string; readonly tls: TlsFiles; readonly settings: readonly string[] };

/** `settings` are further arguments of every member. The data lies in memory where the machine lets it: no disk is measured here. */
export async function startEtcd(settings: readonly string[] = []): Promise<EtcdCluster> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'netvis-etcd-'));
  const tls = await writeCertificates(folder);
  const ports = await freePorts(6);
  const exchange = httpsExchange(tls);
  const plans = [0, 1, 2].map((index) => ({ name: `m${index}`, client: ports[index] ?? 0, peer: ports[index + 3] ?? 0 }));
  const members = await Promise.all(plans.map((plan) => member({ folder, tls, settings }, plan, plans)));
  const cluster = { members, tls, exchange, leader: () => leaderOf(members, exchange) };
  const stop = async () => {
    exchange.close();
    await Promise.all(members.map((each) => each.kill()));
    for (const { link } of members) link.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(members.map((each) => each.start()));
    return { ...cluster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Plan = { readonly name: string; readonly client: number; readonly peer: number };

async function member(site: Site, plan: Plan, plans: readonly Plan[]): Promise<EtcdMember> {
  const link = await faultyLink(plan.client);
  const endpoint = `https://127.0.0.1:${link.port}`;
  let child: ChildProcess | null = null;
  const alive = () => child !== null && child.exitCode === null && child.signalCode === null;
  return {
    endpoint,
    link,
    signal: (signal) => void child?.kill(signal),
    async kill() {
      if (!alive()) return;
      const ended = once(child as ChildProcess, 'exit');
      child?.kill('SIGKILL');
      await ended;
    },
    async start() {
      if (!alive()) child = launch(site, plan, plans);
      await answers(`https://127.0.0.1:${plan.client}`, site.tls);
    },
  };
}

function launch({ folder, tls, settings }: Site, plan: Plan, plans: readonly Plan[]): ChildProcess {
  const url = (port: number) => `https://127.0.0.1:${port}`;
  const cluster = plans.map(({ name, peer }) => `${name}=${url(peer)}`).join(',');
  const addresses = ['--listen-client-urls', url(plan.client), '--advertise-client-urls', url(plan.client)];
  const peers = ['--listen-peer-urls', url(plan.peer), '--initial-advertise-peer-urls', url(plan.peer), '--initial-cluster', cluster];
  const side = (prefix: string) => [`--${prefix}cert-file`, tls.certPath, `--${prefix}key-file`, tls.keyPath];
  const trust = ['--client-cert-auth', '--trusted-ca-file', tls.caPath, '--peer-client-cert-auth', '--peer-trusted-ca-file', tls.caPath];
  const pace = ['--heartbeat-interval', '100', '--election-timeout', '1000', '--logger', 'zap', '--log-level', 'error'];
  const own = ['--name', plan.name, '--data-dir', join(folder, plan.name), ...addresses, ...peers];
  const args = [...own, ...side(''), ...side('peer-'), ...trust, ...pace, ...settings];
  // Whatever becomes of this process, no member outlives it.
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'etcd', ...args], { stdio: 'ignore' });
}

/** Throws after a minute without a linearizable answer. */
async function answers(endpoint: string, tls: TlsFiles): Promise<void> {
  const exchange = httpsExchange(tls);
  const asker = gatewayAsker({ endpoints: [endpoint], hedgeMs: 500, known: { clusterId: null, revisionFloor: '0' } }, exchange);
  const asked = await asker.ask({ path: '/v3/kv/range', body: { key: 'AA==' } }, 60_000, (answer) => ({ kind: 'proof', value: answer }));
  exchange.close();
  if (asked.kind === 'none') throw new Error(`etcd does not come up: ${asked.reason}`);
}

async function leaderOf(members: readonly EtcdMember[], exchange: Exchange): Promise<EtcdMember> {
  for (let tries = 0; tries < 100; tries += 1) {
    for (const each of members) if (await leads(each, exchange)) return each;
    await delay(100);
  }
  throw new Error('no member leads');
}

async function leads({ endpoint }: EtcdMember, exchange: Exchange): Promise<boolean> {
  const text = await exchange.ask(endpoint, { path: '/v3/maintenance/status', body: {} }, AbortSignal.timeout(1000)).catch(() => '{}');
  const { header, leader } = JSON.parse(text) as { header?: { member_id: string }; leader?: string };
  return header !== undefined && header.member_id === leader;
}
