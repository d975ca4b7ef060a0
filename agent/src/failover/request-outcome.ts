import type { StateRecord } from '../core/failover/record.ts';
import type { Request } from '../core/failover/request.ts';

/** What became of a request, as far as the record tells. `void` = it can no longer be carried out. */
export type RequestOutcome = { readonly kind: 'done' | 'pending' } | { readonly kind: 'void'; readonly reason: string };

const done: RequestOutcome = { kind: 'done' };
const pending: RequestOutcome = { kind: 'pending' };

/** A request is carried out when the record says so: a switchover once its target was published. */
export function outcomeOf(request: Request, record: StateRecord): RequestOutcome {
  switch (request.kind) {
    case 'switchover':
    case 'failover':
      return changeOutcome(request, record);
    case 'pause':
      return record.pause?.id === request.id ? done : pending;
    case 'resume':
      return record.pause === null ? done : pending;
    case 'maintenance':
      return isInvolved(record, request.host) ? pending : done;
    case 'reinit':
      return pending;
    default:
      return request satisfies never;
  }
}

function changeOutcome(request: Extract<Request, { epoch: number }>, record: StateRecord): RequestOutcome {
  if (record.requestId === request.id) return record.phase === 'held' && record.publishedEpoch === record.epoch ? done : pending;
  if (record.epoch > request.epoch) return { kind: 'void', reason: `the primary changed meanwhile: it is ${record.primary.host} now` };
  return pending;
}

function isInvolved({ primary, members }: StateRecord, host: string): boolean {
  return primary.host === host || members.some((member) => member.host === host);
}
