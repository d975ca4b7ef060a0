import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import manifest from '../package.json' with { type: 'json' };
import { controlPlane } from './adapters/control-plane.ts';
import { pause } from './adapters/pause.ts';
import { reportFile } from './adapters/report-file.ts';
import { systemdSupervisor } from './adapters/systemd/notifier.ts';
import { openFailover } from './compose-failover.ts';
import { type AgentConfig, agentConfigSchema } from './contract/agent-config.ts';
import type { HealthReport } from './contract/health-report.ts';
import type { Moment } from './core/report.ts';
import type { Latest } from './http/answer.ts';
import { serve } from './http/server.ts';
import { runLoop } from './loop.ts';
import type { Journal } from './ports/outlets.ts';
import { composeSensors } from './sensors/sense.ts';
import { tick } from './tick.ts';

export const version = manifest.version;
const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** Reads and checks the configuration file. Throws with the path and what is wrong in it. */
export function readConfig(path: string): AgentConfig {
  return agentConfigSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Runs the agent until `signal` fires. */
export async function runAgent(config: AgentConfig, journal: Journal, signal: AbortSignal): Promise<void> {
  const sensors = composeSensors(config, clock);
  const failover = openFailover(config, journal);
  const supervisor = systemdSupervisor(process.env, journal);
  const sense = async () => ({ ...(await sensors.sense()), ...(failover ? { failover: failover.reading() } : {}) });
  const control = config.control && controlPlane(config.control, journal);
  const outlets = [reportFile(config.reportPath, journal), ...(control ? [control] : [])];
  let latest: { readonly report: HealthReport; readonly at: number } | null = null;
  const lastReport = (): Latest => latest && { report: latest.report, ageMs: clock.monotonicMs() - latest.at };
  const stop = serve(config.listen, { latest: lastReport, peer: () => failover?.answer() ?? null }, journal);
  const round = async (last: HealthReport | null) => {
    const began = clock.monotonicMs();
    const moment = () => momentOf(clock.monotonicMs() - began, control?.failures() ?? 0);
    const report = await tick({ config, sense, moment, outlets, journal }, last);
    latest = { report, at: clock.monotonicMs() };
    if (last === null) supervisor.ready();
    supervisor.alive();
    return report;
  };
  const watching = runLoop(round, { intervalMs: config.intervalMs, monotonicMs: clock.monotonicMs, sleep: pause }, signal);
  await Promise.all([watching, failover?.run(signal)]);
  stop();
  supervisor.close();
  await sensors.close();
}

function momentOf(tickMs: number, publishFailures: number): Moment {
  const rssBytes = process.memoryUsage.rss();
  const agent = { version, rssBytes, uptimeSeconds: Math.floor(process.uptime()), tickMs: Math.round(tickMs), publishFailures };
  return { time: new Date(clock.wallMs()).toISOString(), uptimeSeconds: Math.floor(uptime()), agent };
}
