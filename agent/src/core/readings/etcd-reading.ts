import * as z from 'zod';
import type { EtcdReading } from '../../contract/health-report.ts';

const health = z.object({ health: z.string(), reason: z.string().optional() });
/** The gateway writes 64-bit ids as strings and leaves out a leader that is zero. */
const status = z.object({ header: z.object({ member_id: z.string() }), leader: z.string().optional() });

/** The reading from a member's `GET /health` and `POST /v3/maintenance/status` bodies. */
export function etcdReading(healthBody: string, statusBody: string): EtcdReading {
  const state = health.safeParse(parseJson(healthBody));
  const member = status.safeParse(parseJson(statusBody));
  const healthy = state.success && state.data.health === 'true';
  const ids = member.success
    ? { memberId: member.data.header.member_id, leader: leaderOf(member.data.leader) }
    : { memberId: null, leader: null };
  return { healthy, reason: healthy ? null : unhealthyReason(state), ...ids };
}

/** The reading of a member that does not answer. */
export function etcdDown(reason: string): EtcdReading {
  return { healthy: false, reason, memberId: null, leader: null };
}

function leaderOf(id: string | undefined): string | null {
  return id === undefined || id === '0' ? null : id;
}

function unhealthyReason(state: z.ZodSafeParseResult<z.output<typeof health>>): string {
  if (!state.success) return 'its health answer cannot be read';
  return state.data.reason || 'says it is not healthy (no leader, or an alarm)';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
