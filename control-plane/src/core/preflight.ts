import type { Problem } from './errors.ts';
import { type HostFact, hostKey } from './facts/host.ts';
import { answerKey, type ReachFact, reachKey } from './facts/reach.ts';
import { type FactsByHost, holdersOf, seen } from './facts-by-host.ts';
import { strangersOnPorts } from './preflight-ports.ts';
import { reachableFrom, vipsOf } from './reach-table.ts';
import type { Site, SiteHost } from './site.ts';

export type PreflightInput = {
  readonly site: Site;
  readonly facts: FactsByHost;
  /** The control machine's wall clock now, milliseconds since 1970. */
  readonly nowMs: number;
  /** When each host's facts were read, by the same clock; without it a host is taken to be read within the last minute. */
  readonly readAt?: Readonly<Record<string, ReadSpan>>;
};

/** Before the facts were asked for and after they came in, milliseconds since 1970: the host's clock was read between. */
export type ReadSpan = { readonly fromMs: number; readonly toMs: number };

/** Least free space and memory, MiB, and the largest clock offset. */
const limits = { memoryMb: 256, rootMb: 512, varMb: 512, clockMs: 2000, unknownSpanMs: 60_000 };

type Checked = PreflightInput & { readonly host: SiteHost; readonly fact: HostFact };
type Finding = Pick<Problem, 'message' | 'hint'> & { readonly code?: Problem['code'] };

/** Everything that forbids an apply, of all hosts at once; a host without facts has its own problem already. */
export function preflight(input: PreflightInput): readonly Problem[] {
  return seen<HostFact>(input.site, input.facts, { source: 'host', key: hostKey }).flatMap(({ host, fact }) => {
    const checked = { ...input, host, fact };
    const isMember = fact.cluster === input.site.cluster;
    return [...checks, ...(isMember ? [] : newcomerChecks)]
      .flatMap((check) => check(checked))
      .map((finding) => ({ code: 'NV_PREFLIGHT' as const, host: host.name, ...finding }));
  });
}

const checks: readonly ((checked: Checked) => readonly Finding[])[] = [
  unsupportedSystem,
  unsupportedMachine,
  tooSmall,
  clockOff,
  addressMissing,
  otherCluster,
];

/**
 * Asked of a host that is not part of the cluster yet. On a member the ports and VIPs are the cluster's own, its agent
 * watches them, and a look at sockets while processes come and go must not stop an apply.
 */
const newcomerChecks: typeof checks = [
  ({ site, host, fact }) => strangersOnPorts(site, host, fact.listeners ?? []),
  unreachable,
  strangerOnVip,
];

function unsupportedSystem({ site, fact }: Checked): readonly Finding[] {
  const { id, version } = fact.os;
  const known = id === 'debian' && version === '12';
  const accepted = known || (site.packages.source === 'pgdg' && ['debian', 'ubuntu'].includes(id));
  const hint = 'Debian 12 is supported; others with apt.postgresql.org configured and packages.source: pgdg.';
  if (!accepted) return [{ code: 'NV_OS_UNSUPPORTED', message: `the system is ${id || 'unknown'} ${version}`.trim(), hint }];
  return fact.systemd ? [] : [{ code: 'NV_OS_UNSUPPORTED', message: 'systemd does not run on the host', hint }];
}

function unsupportedMachine({ fact }: Checked): readonly Finding[] {
  if (['x86_64', 'aarch64'].includes(fact.arch)) return [];
  return [{ code: 'NV_OS_UNSUPPORTED', message: `the architecture is ${fact.arch}`, hint: 'x86_64 and aarch64 are supported.' }];
}

function tooSmall({ fact }: Checked): readonly Finding[] {
  const short = (what: string, has: number, needs: number): Finding[] =>
    has >= needs ? [] : [{ message: `${what}: ${has} MiB, at least ${needs} MiB are needed` }];
  return [
    ...short('memory', fact.memoryMb, limits.memoryMb),
    ...short('free disk of /', fact.freeMb.root, limits.rootMb),
    ...short('free disk of /var', fact.freeMb.var, limits.varMb),
  ];
}

function clockOff({ host, fact, nowMs, readAt }: Checked): readonly Finding[] {
  const { fromMs, toMs } = readAt?.[host.name] ?? { fromMs: nowMs - limits.unknownSpanMs, toMs: nowMs };
  const aheadMs = fact.clockMs - toMs;
  const behindMs = fromMs - fact.clockMs;
  if (Math.max(aheadMs, behindMs) <= limits.clockMs) return [];
  const offset = aheadMs > 0 ? `${(aheadMs / 1000).toFixed(1)} s ahead` : `${(behindMs / 1000).toFixed(1)} s behind`;
  return [{ message: `the clock is ${offset}`, hint: 'Run chrony or systemd-timesyncd on all machines.' }];
}

function addressMissing({ host, fact }: Checked): readonly Finding[] {
  if (fact.addresses.some(({ address }) => address === host.address)) return [];
  const has = fact.addresses.map(({ address }) => address).join(', ');
  return [
    { message: `no interface has the address ${host.address}`, hint: `The host has ${has}: give the inventory one of its own addresses.` },
  ];
}

function otherCluster({ site, fact }: Checked): readonly Finding[] {
  if (fact.cluster === null || fact.cluster === site.cluster) return [];
  const whose = fact.cluster === '' ? 'a NetVis marker that cannot be read' : `the marker of the NetVis cluster ${fact.cluster}`;
  return [{ message: `the host carries ${whose}`, hint: 'Remove /etc/netvis/cluster.json if the host has left that cluster.' }];
}

/** Only hosts that are known to be up count: one that is down has a problem of its own. */
function unreachable({ site, facts, host }: Checked): readonly Finding[] {
  return reachableFrom(site, host).flatMap(({ target, port }) => {
    const answer = facts[host.name]?.reach?.[reachKey(target.address, port)] as ReachFact | undefined;
    if (answer !== 'silent' || !facts[target.name]) return [];
    return [
      {
        message: `${target.name} (${target.address}, port ${port}) cannot be reached from here`,
        hint: 'Check firewalls and routes between the hosts.',
      },
    ];
  });
}

/** A VIP that answers while every host was asked and none holds it belongs to somebody else. */
function strangerOnVip({ site, facts, host }: Checked): readonly Finding[] {
  if (site.hosts.some(({ name }) => !facts[name])) return [];
  return vipsOf(site, host).flatMap((vip) => {
    const answer = facts[host.name]?.reach?.[answerKey(vip)] as ReachFact | undefined;
    if ((answer !== 'open' && answer !== 'refused') || holdersOf(vip, site, facts).length > 0) return [];
    return [{ message: `the VIP ${vip} is held by a host that is not in the inventory`, hint: 'Choose a free address.' }];
  });
}
