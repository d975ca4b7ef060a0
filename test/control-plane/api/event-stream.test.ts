import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { eventStream } from '../../../control-plane/src/api/event-stream.ts';
import type { StoredEvent } from '../../../control-plane/src/core/run-event.ts';

const phase: StoredEvent = { event: 'phase', phase: 'facts', seq: 1, at: '2026-01-01T00:00:00.000Z' };

test('each event is a frame with its number, its name and itself as data', async () => {
  const stream = eventStream(
    (async function* () {
      yield phase;
    })(),
  );
  expect(await text(stream)).toBe(`retry: 1000\n\nid: 1\nevent: phase\ndata: ${JSON.stringify(phase)}\n\n`);
});

test('a stream on which nothing happens says that it is still there', async () => {
  const gate = Promise.withResolvers<void>();
  const stream = eventStream(
    (async function* () {
      await gate.promise;
      yield phase;
    })(),
    1,
  );
  let seen = '';
  for await (const chunk of stream) {
    seen += chunk;
    if (seen.includes(': still here')) gate.resolve();
  }
  expect(seen).toMatch(/^retry: 1000\n\n(: still here\n\n)+id: 1\n/);
});
