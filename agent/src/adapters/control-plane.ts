import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AgentConfig } from '../contract/agent-config.ts';
import type { HealthReport } from '../contract/health-report.ts';
import type { Journal, Outlet } from '../ports/outlets.ts';
import { reasonOf } from '../sensors/deadline.ts';
import { readSecretFile } from '../sensors/secret-file.ts';

type Control = NonNullable<AgentConfig['control']>;
const timeoutMs = 3000;
/** The most reports that are left out between two tries while the control plane is away, as it may be for good. */
const mostLeftOut = 9;

/**
 * Posts each report to the control plane. One request at a time: while one is under way, reports are dropped, for only
 * the newest counts. `failures` counts requests since the last success; the more there were, the more reports are left out
 * before the next try.
 */
export function controlPlane(control: Control, journal: Journal): Outlet & { failures(): number } {
  let failures = 0;
  let busy = false;
  let leaveOut = 0;
  const post = poster(control);
  const send = async (report: HealthReport) => {
    busy = true;
    try {
      await post(report);
      if (failures > 0) journal('info', 'the control plane takes reports again', { failures });
      failures = 0;
    } catch (error) {
      leaveOut = Math.min(failures, mostLeftOut);
      failures += 1;
      if (failures === 1) journal('warning', 'the control plane does not take reports', { reason: reasonOf(error) });
    } finally {
      busy = false;
    }
  };
  return {
    failures: () => failures,
    async publish(report) {
      if (busy) return;
      if (leaveOut > 0) leaveOut -= 1;
      else void send(report);
    },
  };
}

function poster(control: Control): (report: HealthReport) => Promise<void> {
  const secure = control.url.startsWith('https:');
  const ca = secure && control.caPath !== undefined ? { ca: readFileSync(control.caPath) } : {};
  const agent = secure ? new HttpsAgent({ keepAlive: true, maxSockets: 1, ...ca }) : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const start = secure ? httpsRequest : httpRequest;
  return (report) =>
    new Promise((resolve, reject) => {
      const url = new URL(`/api/v1/clusters/${report.cluster}/hosts/${report.host}/report`, control.url);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${readSecretFile(control.tokenFile)}` };
      const options = { method: 'POST', agent, headers, signal: AbortSignal.timeout(timeoutMs) };
      const call = start(url, options, (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        if (status < 300) response.on('end', resolve);
        else reject(new Error(`it answers ${status}`));
      });
      call.on('error', reject);
      call.end(JSON.stringify(report));
    });
}
