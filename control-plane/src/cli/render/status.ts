import Table from 'cli-table3';
import pc from 'picocolors';
import { roles as allRoles, type Role } from '../../core/inventory/schema.ts';
import type { Finding } from '../../core/status/finding.ts';
import type { HostStatus, Status } from '../../core/status/status.ts';

type Colors = ReturnType<typeof pc.createColors>;
type Row = readonly [tier: string, host: string, address: string, role: string, state: string, lag: string];

/** The cluster as a picture for a terminal: overall state, hosts by tier, VIPs, then what is wrong. Plain text without `color`. */
export function renderStatus(status: Status, options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color);
  const parts = [
    header(status, colors),
    topology(status, colors),
    vips(status, colors),
    ...status.problems.map((problem) => problemText(problem, colors)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A finding as two lines: what is wrong, and what to do. */
export function problemText(problem: Finding, colors: Colors): string {
  const paint = problem.severity === 'critical' ? colors.red : colors.yellow;
  return `${paint(`${problem.severity.toUpperCase()} ${problem.code}`)}  ${problem.message.replaceAll(/\s*\n\s*/g, ' ')}\n  ${colors.dim(`→ ${problem.hint}`)}`;
}

function header(status: Status, colors: Colors): string {
  const count = (severity: Finding['severity']) => status.problems.filter((problem) => problem.severity === severity).length;
  const [criticals, warnings] = [count('critical'), count('warning')];
  const word =
    criticals > 0
      ? colors.red(colors.bold('CRITICAL'))
      : warnings > 0
        ? colors.yellow(colors.bold('WARNING'))
        : colors.green(colors.bold('OK'));
  const hosts = Object.values(status.hosts);
  const heard = hosts.filter((host) => host.state !== 'unreachable' && host.state !== 'unknown').length;
  const sums = criticals + warnings > 0 ? `, ${criticals} critical, ${warnings} warning` : '';
  return `${colors.bold(status.cluster)}  ${word}  ${heard} of ${hosts.length} hosts report${sums}`;
}

function topology(status: Status, colors: Colors): string {
  const table = new Table({
    head: ['tier', 'host', 'address', 'role', 'state', 'lag'],
    style: { head: [], border: [], compact: true },
    chars: noLines,
  });
  for (const role of allRoles) {
    const rows = Object.entries(status.hosts).filter(([, host]) => host.roles.includes(role));
    rows.forEach(([name, host], index) => {
      table.push(paintRow(rowOf({ status, name, host, role, first: index === 0 }), colors));
    });
  }
  return table.toString().replaceAll(/ +$/gm, '');
}

type Cell = { readonly status: Status; readonly name: string; readonly host: HostStatus; readonly role: Role; readonly first: boolean };

function rowOf(cell: Cell): Row {
  const { name, host, role, first } = cell;
  const [part, state, lag] = partOf(cell);
  return [first ? role : '', name, host.address, part, host.state === 'unreachable' ? 'unreachable' : state, lag];
}

/** How the names of a role's checks begin in agent.json. */
const checkNames = {
  lb: ['nginx', 'keepalived'],
  api: ['API'],
  frontend: ['site', 'nginx'],
  sentinel: ['sentinel', 'Sentinel'],
  control: ['control'],
};

type Part = readonly [role: string, state: string, lag: string];

/** What this host is in one of its roles. */
function partOf({ status, name, host, role }: Cell): Part {
  switch (role) {
    case 'postgres':
      return postgresPart(status, name);
    case 'redis':
      return redisPart(status, name);
    case 'sentinel':
      return [status.redis.sentinels.master ? `names ${status.redis.sentinels.master}` : '', stateOf(host, checkNames.sentinel), ''];
    case 'etcd':
      return [status.etcd.leader === name ? 'leader' : '', status.etcd.members.find((each) => each.host === name)?.state ?? 'unknown', ''];
    case 'lb':
      return [status.vips.web?.holders.includes(name) ? 'holds the VIP' : 'standby', stateOf(host, checkNames.lb), ''];
    case 'api':
    case 'frontend':
    case 'control':
      return ['', stateOf(host, checkNames[role]), ''];
    default:
      return role satisfies never;
  }
}

function postgresPart(status: Status, name: string): Part {
  const member = status.postgres.members.find((each) => each.host === name);
  if (!member) return ['', 'unknown', ''];
  const sync = status.postgres.sync.includes(name) ? ', synchronous' : '';
  return [`${member.role}${sync}`, member.state, member.role === 'replica' ? bytes(member.lagBytes) : ''];
}

function redisPart(status: Status, name: string): Part {
  const member = status.redis.members.find((each) => each.host === name);
  return member ? [member.role, member.state, member.role === 'replica' ? bytes(member.lagBytes) : ''] : ['', 'unknown', ''];
}

/** The worst of a host's checks whose names begin with one of these words. */
function stateOf(host: HostStatus, words: readonly string[]): string {
  if (host.state === 'unreachable' || host.state === 'unknown') return host.state;
  const own = host.failing.filter(({ check }) => words.some((word) => check.startsWith(word))).map(({ state }) => state);
  return own.includes('critical') ? 'critical' : own.includes('warning') ? 'warning' : own.includes('unknown') ? 'unknown' : 'ok';
}

function paintRow([tier, host, address, role, state, lag]: Row, colors: Colors): string[] {
  const good = ['ok', 'running', 'streaming', 'online', 'healthy'].includes(state);
  const paint = good ? colors.green : ['warning', 'unknown', 'catchup'].includes(state) ? colors.yellow : colors.red;
  return [colors.bold(tier), host, colors.dim(address), role, paint(state), lag];
}

function vips(status: Status, colors: Colors): string {
  const lines = Object.entries(status.vips).map(([name, vip]) => {
    const holders = vip.holders.length > 0 ? vip.holders.join(' AND ') : vip.watched ? 'nobody' : 'not watched';
    const paint = vip.holders.length === 1 ? colors.green : vip.watched ? colors.red : colors.dim;
    return `VIP ${name}  ${vip.address} → ${paint(holders)}`;
  });
  return lines.join('\n');
}

function bytes(value: number | null): string {
  if (value === null) return '?';
  if (value < 1024) return `${value} B`;
  return value < 1_048_576 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 1_048_576).toFixed(1)} MiB`;
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
