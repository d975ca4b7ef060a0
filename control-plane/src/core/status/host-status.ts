import type { CheckResult, HealthReport } from '@netvis/agent/contract/health-report';
import type { Site, SiteHost } from '../site.ts';
import { critical, type Finding, type FindingCode, warning } from './finding.ts';
import { freshReport, type HostReading, type HostReadings, staleMs } from './host-reading.ts';
import type { HostStatus } from './status.ts';

type Hosts = Readonly<Record<string, HostStatus>>;

/** Clocks further from the median than this are named; reading them over SSH is about 0.3 s exact. */
const clockLimitMs = 2000;

/** Every host by itself: whether it answers, its checks, its clock against the others'. */
export function hostStatus(site: Site, readings: HostReadings): { readonly status: Hosts; readonly findings: readonly Finding[] } {
  const status = Object.fromEntries(site.hosts.map((host) => [host.name, statusOf(host, readings)]));
  const findings = site.hosts.flatMap((host) => [
    ...answerFindings(host.name, readings[host.name]),
    ...checkFindings(host.name, freshReport(readings, host.name)),
  ]);
  return { status, findings: [...findings, ...clockFindings(readings)] };
}

function statusOf(host: SiteHost, readings: HostReadings): HostStatus {
  const reading = readings[host.name];
  const report = freshReport(readings, host.name);
  const failing = report?.checks.filter((check) => check.state !== 'ok') ?? [];
  return {
    address: host.address,
    roles: host.roles,
    state: reading && 'unreachable' in reading ? 'unreachable' : (report?.state ?? 'unknown'),
    reportAgeMs: reading && 'report' in reading ? reading.ageMs : null,
    agentVersion: reading && 'report' in reading ? reading.report.agent.version : null,
    failing: failing.map(({ name, state, message }) => ({ check: name, state, message })),
  };
}

function answerFindings(host: string, reading: HostReading | undefined): readonly Finding[] {
  if (!reading) return [critical('NV_AGENT_SILENT', `the agent of ${host} has not reported`, host)];
  if ('unreachable' in reading) return [critical('NV_HOST_UNREACHABLE', `${host} cannot be reached: ${reading.unreachable}`, host)];
  if ('silent' in reading) return [critical('NV_AGENT_SILENT', `the agent of ${host} does not report: ${reading.silent}`, host)];
  if (reading.ageMs <= staleMs) return [];
  return [critical('NV_AGENT_SILENT', `the agent of ${host} reported last ${Math.round(reading.ageMs / 1000)} s ago`, host)];
}

/** Checks of these kinds are judged here; what the data services say is judged across hosts. */
const codes: Readonly<Partial<Record<CheckResult['kind'], FindingCode>>> = {
  process: 'NV_SERVICE_DOWN',
  unit: 'NV_SERVICE_DOWN',
  http: 'NV_SERVICE_DOWN',
  tcp: 'NV_SERVICE_DOWN',
  disk: 'NV_DISK_LOW',
  memory: 'NV_MEMORY_LOW',
  certificate: 'NV_CERTIFICATE_ENDS',
  clock: 'NV_CLOCK_OFFSET',
};

/** One finding per host and code, so that one dead service with three checks is one line. */
function checkFindings(host: string, report: HealthReport | null): readonly Finding[] {
  const byCode = new Map<FindingCode, CheckResult[]>();
  for (const check of report?.checks ?? []) {
    const code = codes[check.kind];
    if (!code || check.state === 'ok') continue;
    const key = check.state === 'unknown' ? 'NV_CHECK_UNKNOWN' : code;
    byCode.set(key, [...(byCode.get(key) ?? []), check]);
  }
  return [...byCode].map(([code, checks]) => {
    const message = `${host}: ${checks.map((check) => `${check.name}: ${check.message}`).join('; ')}`;
    return checks.some((check) => check.state === 'critical') ? critical(code, message, host) : warning(code, message, host);
  });
}

function clockFindings(readings: HostReadings): readonly Finding[] {
  const offsets = Object.entries(readings).flatMap(([host, reading]) =>
    'report' in reading && reading.clockOffsetMs !== null ? [{ host, ms: reading.clockOffsetMs }] : [],
  );
  const middle = offsets.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor((offsets.length - 1) / 2)] ?? 0;
  const far = offsets.filter(({ ms }) => Math.abs(ms - middle) > clockLimitMs);
  return far.map(({ host, ms }) =>
    warning('NV_CLOCK_OFFSET', `the clock of ${host} differs by ${((ms - middle) / 1000).toFixed(1)} s`, host),
  );
}
