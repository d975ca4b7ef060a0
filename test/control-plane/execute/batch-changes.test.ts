import { describe, expect, it } from 'vitest';
import { argv, raw, toShell } from '../../../control-plane/src/core/remote-command.ts';
import { maskSecrets } from '../../../control-plane/src/core/secret.ts';
import { batchChanges } from '../../../control-plane/src/execute/batch-changes.ts';
import { buildStep } from '../../support/build-step.ts';

describe('batchChanges', () => {
  const diff = {
    kind: 'change',
    summary: 's',
    changes: [
      { summary: 'one', command: argv('one') },
      { summary: 'two', command: argv('two') },
    ],
  } as const;

  it('marks notified units pending before the first change of a step', () => {
    const step = buildStep({ notify: [{ unit: 'nginx.service', verb: 'restart' }] });
    const [first, second] = batchChanges([
      { step: buildStep(), diff: { kind: 'noop', reason: '' } },
      { step, diff },
    ]).map(({ stepIndex, change: { command } }) => [stepIndex, toShell(command, maskSecrets)]);
    expect(first).toEqual([
      1,
      [
        'mkdir -p /var/lib/netvis/pending &&',
        '{ [ -e /var/lib/netvis/pending/nginx.service ] || rm -rf /var/lib/netvis/kept/nginx.service; } &&',
        'printf %s restart | cat > /var/lib/netvis/pending/nginx.service &&',
        'one',
      ].join('\n'),
    ]);
    expect(second).toEqual([1, 'two']);
  });

  it('does not turn a pending restart into a reload', () => {
    const step = buildStep({ notify: [{ unit: 'nginx.service', verb: 'reload' }] });
    const script = toShell(batchChanges([{ step, diff }])[0]?.change.command ?? raw(''), maskSecrets);
    expect(script).toContain('= restart ] ||');
  });
});
