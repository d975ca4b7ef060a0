import { expect } from 'vitest';
import { type ServiceUnderTest, tokenOf } from './api-service.ts';
import { buildReport } from './build-readings.ts';
import { type DocumentJudge, judgeBy, type OpenApiDocument } from './openapi-document.ts';

/** A request; `path` is the route's path in the document. */
export type Call = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
};

/** The body of a run that changes nothing. */
export const planBody = { inventory: 'demo', mode: 'plan' };
export const agentReport = buildReport({ host: 'pg1', roles: ['postgres'] });

/** One call of every route that takes a token, without one. */
export const calls = {
  start: { method: 'POST', url: '/api/v1/runs', path: '/api/v1/runs', body: planBody },
  list: { method: 'GET', url: '/api/v1/runs', path: '/api/v1/runs' },
  run: { method: 'GET', url: '/api/v1/runs/run-1', path: '/api/v1/runs/{id}' },
  resume: { method: 'POST', url: '/api/v1/runs/run-1/resume', path: '/api/v1/runs/{id}/resume' },
  cancel: { method: 'POST', url: '/api/v1/runs/run-1/cancel', path: '/api/v1/runs/{id}/cancel' },
  events: { method: 'GET', url: '/api/v1/runs/run-1/events', path: '/api/v1/runs/{id}/events' },
  cluster: { method: 'GET', url: '/api/v1/clusters/demo', path: '/api/v1/clusters/{name}' },
  report: {
    method: 'POST',
    url: '/api/v1/clusters/demo/hosts/pg1/report',
    path: '/api/v1/clusters/{name}/hosts/{host}/report',
    body: agentReport,
  },
} as const satisfies Record<string, Call>;

/** Sends a request and checks the answer against the published document before anything else is asked of it. */
export async function ask(service: ServiceUnderTest, call: Call) {
  const { method, url, headers = {}, body } = call;
  const answer = await service.app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body as object }) });
  expect((await judgeOf(service)).faults(method, call.path, answer)).toEqual([]);
  return answer;
}

/** The judge by a service's own document; compiling one takes longer than most tests. */
export function judgeOf(service: ServiceUnderTest): Promise<DocumentJudge> {
  const judge = judges.get(service) ?? publishedDocument(service).then(judgeBy);
  judges.set(service, judge);
  return judge;
}

const judges = new WeakMap<ServiceUnderTest, Promise<DocumentJudge>>();

async function publishedDocument({ app }: ServiceUnderTest): Promise<OpenApiDocument> {
  return (await app.inject('/openapi.json')).json();
}

/** Starts an apply as the operator; its id is `run-1` in a fresh service. */
export async function startRun(service: ServiceUnderTest): Promise<void> {
  await ask(service, { ...calls.start, headers: tokenOf('operator'), body: { ...planBody, mode: 'apply' } });
}
