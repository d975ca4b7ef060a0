import { healthReportSchema } from '@netvis/agent/contract/health-report';
import type { CommandOutput, RemoteCommand } from '../remote-command.ts';
import { argv, concat, raw } from '../remote-command.ts';
import type { HostReading } from './host-reading.ts';

const defaultReportPath = '/run/netvis/report.json';

/**
 * Reads the agent's last report from its file, with the host's clock and the file's time before it: three small
 * programs, no connection to the agent. Without a file it says what systemd thinks of the agent.
 */
export function readStatusCommand(path = defaultReportPath): RemoteCommand {
  const file = argv(path);
  return concat(
    raw('if [ -r '),
    file,
    raw(' ]; then date +%s.%3N && stat -c %.3Y -- '),
    file,
    raw(' && cat -- '),
    file,
    raw('; else echo none; systemctl is-active netvis-agent.service; fi'),
  );
}

/**
 * The reading in the command's output. `receivedAtMs` is the control machine's wall clock when the output came, to
 * compare clocks; null = do not compare.
 */
export function parseStatusOutput(output: CommandOutput, receivedAtMs: number | null): HostReading {
  const [now = '', written = '', ...rest] = output.stdout.split('\n');
  if (now === 'none') return { silent: written === '' ? 'no report' : `no report; its unit is ${written}` };
  const hostMs = Number(now) * 1000;
  const writtenMs = Number(written) * 1000;
  if (!Number.isFinite(hostMs) || !Number.isFinite(writtenMs)) return { silent: 'its report cannot be read' };
  const report = healthReportSchema.safeParse(parseJson(rest.join('\n')));
  if (!report.success) return { silent: 'its report has another format than this version of netvis-ctl reads' };
  const clockOffsetMs = receivedAtMs === null ? null : Math.round(hostMs - receivedAtMs);
  return { report: report.data, ageMs: Math.max(0, Math.round(hostMs - writtenMs)), clockOffsetMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
