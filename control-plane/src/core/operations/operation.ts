import type { ClusterRecord } from '@netvis/agent/contract/operator';
import type { Problem } from '../errors.ts';
import { didYouMean } from '../inventory/did-you-mean.ts';
import type { Site } from '../site.ts';

/** What an operator orders of the cluster's PostgreSQL. */
export type Operation =
  | { readonly kind: 'switchover'; readonly to: string | null }
  | { readonly kind: 'failover'; readonly to: string; readonly allowDataLoss: boolean; readonly oldPrimaryIsOff: boolean }
  | { readonly kind: 'pause'; readonly minutes: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'maintenance'; readonly host: string; readonly lastMemberConfirmed: boolean }
  | { readonly kind: 'maintenance-end'; readonly host: string }
  | { readonly kind: 'reinit'; readonly host: string };

/** The agents' form of an order: what is put beside the record, or which order is taken back. */
export type Order =
  | { readonly kind: 'request'; readonly request: Readonly<Record<string, unknown>>; readonly waitMs: number }
  | { readonly kind: 'withdraw'; readonly key: string };

const waits = { changeMs: 60_000, pauseMs: 10_000, maintenanceMs: 60_000, reinitMs: 0 };

/** The order for an operation, or why it is refused as the record stands. `id` is random. */
export function orderOf(operation: Operation, at: { site: Site; record: ClusterRecord; id: string }): Order | Problem {
  const problem = refusal(operation, at);
  if (problem) return problem;
  if (operation.kind === 'maintenance-end') return { kind: 'withdraw', key: `request/maintenance-${operation.host}` };
  const { waitMs, ...request } = requestOf(operation, at.record.epoch);
  return { kind: 'request', request: { id: at.id, ...request }, waitMs };
}

type Asked = Exclude<Operation, { kind: 'maintenance-end' }>;

/** The request beside its id, and how long it is waited for. */
function requestOf(operation: Asked, epoch: number): { readonly waitMs: number } & Readonly<Record<string, unknown>> {
  const { kind } = operation;
  switch (kind) {
    case 'switchover':
      return { kind, epoch, target: operation.to, validMs: waits.changeMs, waitMs: waits.changeMs };
    case 'failover':
      return { kind, epoch, target: operation.to, oldPrimaryIsOff: operation.oldPrimaryIsOff, waitMs: waits.changeMs };
    case 'pause':
      return { kind, durationMs: operation.minutes * 60_000, waitMs: waits.pauseMs };
    case 'resume':
      return { kind, waitMs: waits.pauseMs };
    case 'maintenance':
      return { kind, host: operation.host, lastMemberConfirmed: operation.lastMemberConfirmed, waitMs: waits.maintenanceMs };
    case 'reinit':
      return { kind, host: operation.host, waitMs: waits.reinitMs };
    default:
      return operation satisfies never;
  }
}

type At = { readonly site: Site; readonly record: ClusterRecord };

function refusal(operation: Operation, at: At): Problem | null {
  const host = 'host' in operation ? operation.host : 'to' in operation ? operation.to : null;
  if (host !== null && !at.site.byRole.postgres.some(({ name }) => name === host)) return unknownHost(host, at.site);
  switch (operation.kind) {
    case 'switchover':
      return switchoverRefusal(operation.to, at.record);
    case 'failover':
      return failoverRefusal(operation, at.record);
    case 'maintenance':
      return maintenanceRefusal(operation, at.record);
    case 'reinit':
      return at.record.primary.host === operation.host ? isPrimary(operation.host) : null;
    default:
      return null;
  }
}

function switchoverRefusal(to: string | null, { primary, members }: ClusterRecord): Problem | null {
  if (members.length === 0)
    return refused(
      `no standby holds every commit of ${primary.host}`,
      'Wait until `netvis-ctl status` shows a synchronous standby; `failover --allow-data-loss` gives up what no other server has.',
    );
  if (to === null || members.some(({ host }) => host === to)) return null;
  if (to === primary.host) return isPrimary(to);
  return refused(
    `${to} may lack commits: of the standbys only ${namesOf(members)} hold all of them`,
    `Switch over to ${namesOf(members)}.`,
  );
}

function failoverRefusal(operation: Extract<Operation, { kind: 'failover' }>, { primary, members }: ClusterRecord): Problem | null {
  const { to, allowDataLoss } = operation;
  if (to === primary.host) return isPrimary(to);
  if (allowDataLoss || members.some(({ host }) => host === to)) return null;
  return refused(`${to} may lack commits of ${primary.host}`, 'Add --allow-data-loss to give them up for good.');
}

function maintenanceRefusal(operation: Extract<Operation, { kind: 'maintenance' }>, { primary, members }: ClusterRecord): Problem | null {
  if (primary.host === operation.host)
    return refused(
      `${operation.host} is the primary`,
      `First: netvis-ctl switchover postgres${members[0] ? ` --to ${members[0].host}` : ''}`,
    );
  const isLast = members.length === 1 && members[0]?.host === operation.host;
  if (!isLast || operation.lastMemberConfirmed) return null;
  return refused(
    `${operation.host} is the only standby that holds every commit: without it nothing can take over`,
    'Add --last-standby to do it nevertheless.',
  );
}

function namesOf(members: ClusterRecord['members']): string {
  return members.map(({ host }) => host).join(', ');
}

function isPrimary(host: string): Problem {
  return refused(`${host} is the primary already`, '`netvis-ctl status` shows who is who.');
}

function refused(message: string, hint: string): Problem {
  return { code: 'NV_REFUSED', message, hint };
}

function unknownHost(host: string, site: Site): Problem {
  const names = site.byRole.postgres.map(({ name }) => name);
  const hint = didYouMean(host, names);
  return { code: 'NV_SELECTOR', message: `no host of the role postgres is called ${host}`, ...(hint ? { hint } : {}) };
}
