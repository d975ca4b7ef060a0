import type { HealthReport, PostgresReading } from '../contract/health-report.ts';
import type { PeerSays } from '../ports/ask-peer.ts';
import { metricsText } from './metrics.ts';

/** The last report and how old it is; null before the first tick. */
export type Latest = { readonly report: HealthReport; readonly ageMs: number } | null;
export type Answer = { readonly status: number; readonly type: string; readonly body: string };
export type Question = { readonly method: string; readonly url: string };

/** A report older than this says nothing about now: every question about a role is then answered with 503. */
const staleMs = 5000;

/**
 * The answer to one request. Codes are Patroni's, so that load balancers configured for it work: 200 = yes, 503 = no.
 * GET, HEAD and OPTIONS get the same code; the body is the report (or its metrics).
 */
export function answer(question: Question, latest: Latest): Answer {
  if (!['GET', 'HEAD', 'OPTIONS'].includes(question.method)) return json(405, { error: 'method not allowed' });
  const { pathname, searchParams } = new URL(question.url, 'http://agent');
  const route = routes.get(pathname);
  if (!route) return json(404, { error: 'not found' });
  return route(latest && latest.ageMs <= staleMs ? latest.report : null, searchParams);
}

/** Where the other database hosts' agents ask. */
export const peerPath = '/failover/peer';

/** What another host's agent is told; 503 where nothing is known yet, or no PostgreSQL fails over. */
export function answerPeer(says: PeerSays | null): Answer {
  return says === null ? json(503, { error: 'nothing is known yet' }) : json(200, says);
}

type Route = (report: HealthReport | null, query: URLSearchParams) => Answer;

/** Yes or no about PostgreSQL on this host. */
function role(test: (postgres: PostgresReading, query: URLSearchParams) => boolean): Route {
  return (report, query) => yesOrNo(report?.postgres !== undefined && test(report.postgres, query), report?.postgres ?? null);
}

const isPrimary = (postgres: PostgresReading) => postgres.role === 'primary';
const isReplica = (postgres: PostgresReading, query: URLSearchParams) =>
  postgres.role === 'replica' && lagWithin(postgres, query.get('lag'));
const isUp = (postgres: PostgresReading) => postgres.role !== 'down';

/** `/health`: PostgreSQL is up; on a host without it, nothing is critical. */
const health: Route = (report) => {
  if (!report) return yesOrNo(false, null);
  return yesOrNo(report.postgres ? isUp(report.postgres) : report.state !== 'critical', { state: report.state, checks: report.checks });
};

/** `/readiness`: this host can serve: a primary, a streaming replica, or a host without PostgreSQL that is healthy. */
const readiness: Route = (report, query) => {
  const postgres = report?.postgres;
  if (postgres?.role === 'replica') return yesOrNo(postgres.receiver?.state === 'streaming', postgres);
  return health(report, query);
};

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...['/', '/primary', '/leader', '/read-write'].map((path) => [path, role(isPrimary)] as const),
  ['/replica', role(isReplica)],
  ['/read-only', role((postgres, query) => isPrimary(postgres) || isReplica(postgres, query))],
  ['/health', health],
  ['/liveness', (report) => yesOrNo(report !== null, { alive: report !== null })],
  ['/readiness', readiness],
  ['/status', (report) => (report ? json(200, report) : json(503, { error: 'no fresh report' }))],
  ['/metrics', (report) => ({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: metricsText(report) })],
]);

function yesOrNo(yes: boolean, body: unknown): Answer {
  return json(yes ? 200 : 503, body);
}

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}

/** Patroni's `?lag=1048576` or `?lag=10MB`. A limit that cannot be read refuses: it was meant as a restriction. */
function lagWithin(postgres: PostgresReading, limit: string | null): boolean {
  if (limit === null) return true;
  const match = /^(\d+)\s*(kB|MB|GB)?$/i.exec(limit);
  if (!match) return false;
  const unit = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return (postgres.lagBytes ?? Number.POSITIVE_INFINITY) <= Number(match[1]) * unit;
}
