import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Answer, type DocumentJudge, judgeBy, type OpenApiDocument } from '../support/openapi-document.ts';
import { parseSse, type SentEvent } from '../support/sse.ts';
import { spawnNetvisCtl } from './netvis-ctl.ts';
import { eventually, type Stack } from './stack.ts';

/** A request to the service; `path` is the route's path in the document when it differs from `url`. */
export type Call = {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly path?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** `netvis-ctl serve` as a process of its own, on the state of the lab and on the lab's network. */
export type Service = {
  readonly judge: DocumentJudge;
  /** Sends a request with the admin's token unless told otherwise, and checks the answer against the published document. */
  ask(call: Call): Promise<Answer>;
  /** The events of a run up to its report, each checked against the document. */
  events(run: string): Promise<readonly SentEvent[]>;
  /** Ends it as service managers do; gives its exit code. */
  stop(): Promise<number | null>;
};

/** Starts the service with a new first token and waits until it listens. */
export async function startService(stack: Stack): Promise<Service> {
  await rm(join(stack.environment.NETVIS_STATE_DIR ?? '', 'tokens'), { force: true });
  const { child, texts } = spawnNetvisCtl(['serve', '--listen', `${stack.at.control}:21320`], stack.environment);
  const found = (pattern: RegExp) => () => {
    const [, value] = pattern.exec(texts.stdout) ?? [];
    if (value === undefined) throw new Error(`the service says:\n${texts.stdout}${texts.stderr}`);
    return Promise.resolve(value);
  };
  const base = await eventually(found(/^listening on (\S+)$/m), { forMs: 30_000 });
  const token = await found(/^token of .*: (\S+)$/m)();
  const judge = judgeBy((await (await fetch(`${base}/openapi.json`)).json()) as OpenApiDocument);
  const ask = (call: Call) => askAt(base, { token, ...call }, judge);
  return {
    judge,
    ask,
    async events(run) {
      const { body } = await ask({ url: `/api/v1/runs/${run}/events`, path: '/api/v1/runs/{id}/events' });
      const sent = parseSse(body);
      for (const { data } of sent) expect(judge.componentFaults('RunEvent', data)).toEqual([]);
      return sent;
    },
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      const [exitCode] = await closed;
      return exitCode;
    },
  };
}

async function askAt(base: string, call: Call, judge: DocumentJudge): Promise<Answer> {
  const { method = 'GET', url, path = url, token, headers, body } = call;
  const response = await fetch(`${base}${url}`, {
    method,
    headers: {
      ...headers,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  expect({ url, faults: judge.faults(method, path, answer) }).toEqual({ url, faults: [] });
  return answer;
}
