import { describe, expect, test } from 'vitest';
import { ask, calls, judgeOf, startRun } from '../../../support/api-calls.ts';
import { finishRun, middleEvents, openService, reportOf, tokenOf } from '../../../support/api-service.ts';
import { parseSse } from '../../../support/sse.ts';

describe('the events of a run', () => {
  test('all come in order, each as the document says, and the stream ends with the report', async () => {
    const service = await openService();
    await startRun(service);
    const streaming = ask(service, { ...calls.events, headers: tokenOf('viewer') });
    await finishRun(service.store, 'run-1');
    const sent = parseSse((await streaming).body);
    expect(sent.map(({ event }) => event)).toEqual(['run', ...middleEvents.map(({ event }) => event), 'report']);
    expect(sent.map(({ id }) => id)).toEqual(sent.map((_, index) => index + 1));
    expect(sent.at(-1)?.data).toMatchObject(reportOf('run-1'));
    const documentJudge = await judgeOf(service);
    for (const { data } of sent) expect(documentJudge.componentFaults('RunEvent', data)).toEqual([]);
  });

  test('a reader resumes after the last event it saw', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    const answer = await ask(service, { ...calls.events, headers: { ...tokenOf('viewer'), 'last-event-id': '12' } });
    expect(parseSse(answer.body).map(({ id }) => id)).toEqual([13, 14]);
  });

  test('a reader that has seen the report is told that nothing more comes', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    expect((await ask(service, { ...calls.events, headers: { ...tokenOf('viewer'), 'last-event-id': '14' } })).statusCode).toBe(204);
  });

  test('an id that is no number is refused', async () => {
    const service = await openService();
    await startRun(service);
    const answer = await ask(service, { ...calls.events, headers: { ...tokenOf('viewer'), 'last-event-id': 'x' } });
    expect(answer.json()).toMatchObject({ status: 400, code: 'NV_USAGE' });
  });

  test('closing the service ends the streams of runs that still go on', async () => {
    const service = await openService();
    await startRun(service);
    const url = await service.app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${url}${calls.events.url}`, { headers: tokenOf('viewer') });
    const [body] = await Promise.all([answer.text(), service.app.close()]);
    expect(parseSse(body).map(({ event }) => event)).toEqual(['run']);
  });
});
