import { healthExitCode } from '../../core/status/build-status.ts';
import type { Status } from '../../core/status/status.ts';

const words = ['OK', 'WARNING', 'CRITICAL'] as const;

/**
 * What a monitoring system reads: one line with the state, the worst problem and performance data after `|`, then a
 * line per problem. Plain text, always.
 */
export function renderHealth(status: Status): string {
  const word = words[healthExitCode(status)];
  const first = `NETVIS ${word} - ${status.cluster}: ${summary(status)} | ${performanceData(status)}`;
  return [first, ...status.problems.map(({ severity, code, message }) => `${severity.toUpperCase()} ${code} ${message}`)]
    .map(oneLine)
    .join('\n');
}

function summary(status: Status): string {
  const [worst, ...others] = status.problems;
  if (worst) return others.length > 0 ? `${worst.message} (and ${others.length} more)` : worst.message;
  const { postgres, redis, vips } = status;
  const replicas = postgres.members.filter(({ role }) => role === 'replica').length;
  return `postgres ${postgres.primary ?? 'none'} + ${replicas}, redis ${redis.master ?? 'none'}, web VIP on ${vips.web?.holders[0] ?? 'nobody'}`;
}

/** `label=value;unit` pairs as Nagios plugins write them. */
function performanceData({ postgres, redis, problems }: Status): string {
  const lags = postgres.members.flatMap(({ host, role, lagBytes }) =>
    role === 'replica' && lagBytes !== null ? [`lag_${host}=${lagBytes}B`] : [],
  );
  return [...lags, `sentinels=${redis.sentinels.known}`, `problems=${problems.length}`].join(' ');
}

/** The first `|` of a line starts performance data, so none may stand in a message; a line ends where it ends. */
function oneLine(text: string, index: number): string {
  const flat = text.replaceAll(/\s*\n\s*/g, ' ');
  if (index > 0) return flat.replaceAll('|', '/');
  const bar = flat.lastIndexOf(' | ');
  return `${flat.slice(0, bar).replaceAll('|', '/')}${flat.slice(bar)}`;
}
