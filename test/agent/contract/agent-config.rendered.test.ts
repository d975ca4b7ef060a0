import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentConfigSchema } from '../../../agent/src/contract/agent-config.ts';

const golden = new URL('../../golden/', import.meta.url).pathname;
const rendered = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('/agent.json'));

test('every agent.json that templates render is one the agent takes', () => {
  expect(rendered.length).toBeGreaterThan(10);
  for (const path of rendered)
    expect([path, agentConfigSchema.safeParse(JSON.parse(readFileSync(join(golden, path), 'utf8'))).error]).toEqual([path, undefined]);
});
