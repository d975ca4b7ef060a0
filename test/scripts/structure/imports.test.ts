import { describe, expect, test } from 'vitest';
import { checkImports, importsOf } from '../../../scripts/structure/imports.ts';

const messagesFor = (path: string, text: string) => checkImports([{ path, text }]).map((finding) => `${finding.line}: ${finding.message}`);

describe('imports of a file', () => {
  test('static, type-only, re-exporting, bare and dynamic imports are all found with their line', () => {
    const text = [
      "import {\n  a,\n  b,\n} from './a.ts';",
      "import type { T } from '../t.ts';",
      "export { c } from 'zod';",
      "import './side.ts';",
      "const d = await import('../d.ts');",
    ].join('\n');
    const found = importsOf({ path: 'control-plane/src/api/app.ts', text }).map(({ target, line }) => `${line} ${target}`);
    expect(found.sort()).toEqual([
      '1 control-plane/src/api/a.ts',
      '5 control-plane/src/t.ts',
      '6 zod',
      '7 control-plane/src/api/side.ts',
      '8 control-plane/src/d.ts',
    ]);
  });
});

describe('layers', () => {
  test.each([
    ['control-plane/src/core/plan.ts', "import { z } from 'zod';"],
    ['control-plane/src/core/status.ts', "import type { HealthReport } from '@netvis/agent/contract/health-report';"],
    ['control-plane/src/ports/clock.ts', "import type { Plan } from '../core/plan.ts';"],
    ['control-plane/src/compose.ts', "import { openSsh } from './adapters/ssh/connection.ts';"],
    ['control-plane/src/cli/main.ts', "import { openSsh } from '../adapters/ssh/connection.ts';"],
    ['control-plane/src/adapters/ssh/connection.ts', "import { NodeSSH } from 'node-ssh';"],
    ['agent/src/main.ts', "import { etcd } from './adapters/etcd.ts';"],
  ])('%s may hold: %s', (path, text) => {
    expect(messagesFor(path, text)).toEqual([]);
  });

  test.each([
    ['control-plane/src/core/plan.ts', "import { readFile } from 'node:fs/promises';", /core imports only core, zod/],
    ['control-plane/src/core/plan.ts', "import type { Clock } from '../ports/clock.ts';", /core imports only core, zod/],
    ['control-plane/src/ports/clock.ts', "import { run } from '../execute/run-stage.ts';", /ports import only core/],
    ['control-plane/src/api/app.ts', "import { store } from '../adapters/redis/run-store.ts';", /know the adapters/],
    ['control-plane/src/cli/status.ts', "import { decide } from '@netvis/agent/core/decide';", /only its contract/],
    ['control-plane/src/cli/status.ts', "import { decide } from '../../../agent/src/core/decide.ts';", /only its contract/],
    ['agent/src/tick.ts', "import { plan } from '../../control-plane/src/core/plan.ts';", /nothing of the control plane/],
    ['control-plane/src/execute/host.ts', "import { NodeSSH } from 'node-ssh';", /behind one adapter/],
    ['control-plane/src/api/app.ts', "import { fake } from '../../../test/support/fake.ts';", /do not import tests/],
  ])('%s may not hold: %s', (path, text, message) => {
    expect(messagesFor(path, text)).toEqual([expect.stringMatching(message)]);
  });
});
