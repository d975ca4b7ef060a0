/** One fault by chance. */
import fc from 'fast-check';
import type { Fault, Target, When } from './fault.ts';

/** When faults may strike, and the unit they last in. */
export type Span = { readonly fromMs: number; readonly ttlMs: number };

const operations = [
  ...['swap:claim', 'swap:publish', 'swap:add-member', 'swap:remove-member', 'swap:offer', 'swap:renew', 'swap:free'],
  ...['promote', 'arm', 'canary', 'set-sync-names', 'start-standby', 'follow', 'rewind', 'rebuild', 'checkpoint', 'stop'],
  ...['open-gate', 'ask-peers', 'fence-now', 'initdb'],
];

export function faultArbitrary(span: Span): fc.Arbitrary<Fault> {
  const when = whenArbitrary(span);
  return fc.oneof(
    { weight: 10, arbitrary: hostFault(span, when) },
    { weight: 5, arbitrary: linkFault(span, when) },
    { weight: 4, arbitrary: processFault(span, when) },
    { weight: 3, arbitrary: storeFault(span, when) },
    { weight: 3, arbitrary: operatorAct(span, when) },
  );
}

/** Mostly while the cluster serves; some at the steps of whatever it is doing. */
function whenArbitrary({ fromMs, ttlMs }: Span): fc.Arbitrary<When> {
  const atMs = fc.integer({ min: 0, max: fromMs + 3 * ttlMs }).map((ms): When => ({ atMs: ms }));
  const atStep = fc.record({
    operation: fc.constantFrom(...operations),
    point: fc.constantFrom('before' as const, 'during' as const, 'after' as const),
    nth: fc.integer({ min: 1, max: 3 }),
    afterMs: fc.constantFrom(0, fromMs, fromMs + ttlMs),
    plusMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  });
  return fc.oneof({ weight: 3, arbitrary: atMs }, { weight: 2, arbitrary: atStep });
}

function targetArbitrary(): fc.Arbitrary<Target> {
  const one = fc.constantFrom<Target>('member', 'standby', 'actor', 'd1', 'd2');
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant<Target>('primary') },
    { weight: 8, arbitrary: one },
    { weight: 1, arbitrary: fc.constant<Target>('all') },
  );
}

function forArbitrary({ ttlMs }: Span): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 10, max: 1_000 }), fc.integer({ min: 10, max: 2 * ttlMs }));
}

type Whens = fc.Arbitrary<When>;

function hostFault(span: Span, when: Whens): fc.Arbitrary<Fault> {
  const host = { when, target: targetArbitrary(), forMs: forArbitrary(span) };
  const clocks = fc.constantFrom('freeze' as const, 'suspend' as const, 'blind' as const);
  const disk = fc.constantFrom(
    'disk full' as const,
    'disk read-only' as const,
    'disk hangs' as const,
    'never flushes' as const,
    'replay pauses' as const,
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('power off' as const), ...host }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pause' as const), clocks, ...host }) },
    { weight: 2, arbitrary: fc.record({ do: disk, ...host }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('slow cpu' as const), factor: fc.integer({ min: 2, max: 60 }), ...host }) },
  );
}

function processFault(span: Span, when: Whens): fc.Arbitrary<Fault> {
  const moment = { when, target: targetArbitrary() };
  const lasting = fc.constantFrom(
    'freeze postgres' as const,
    'freeze agent' as const,
    'freeze guard' as const,
    'busy systemd' as const,
    'checkpoint' as const,
  );
  const postgres = fc.constantFrom('cancel waits' as const, 'lose slots' as const, 'manual promote' as const, 'wipe data' as const);
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('kill postmaster' as const), ...moment }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('kill agent' as const, 'kill guard' as const), ...moment }) },
    { weight: 3, arbitrary: fc.record({ do: lasting, ...moment, forMs: forArbitrary(span) }) as fc.Arbitrary<Fault> },
    { weight: 2, arbitrary: fc.record({ do: postgres, ...moment }) },
  );
}

function linkFault(span: Span, when: Whens): fc.Arbitrary<Fault> {
  return fc.record({
    do: fc.constantFrom('cut' as const, 'cut' as const, 'flap' as const, 'loss' as const, 'slow link' as const),
    way: fc.constantFrom('to' as const, 'from' as const, 'both' as const),
    peer: fc.constantFrom('store' as const, 'hosts' as const, 'clients' as const, 'everything' as const),
    when,
    target: targetArbitrary(),
    forMs: forArbitrary(span),
  });
}

function storeFault(span: Span, when: Whens): fc.Arbitrary<Fault> {
  const forMs = forArbitrary(span);
  const trouble = fc.record({
    do: fc.constant('store trouble' as const),
    lateRate: fc.constantFrom(0.1, 0.4),
    twiceRate: fc.constantFrom(0, 0.2),
    lateMs: fc.integer({ min: 100, max: 10 * span.ttlMs }),
    when,
    forMs: fc.integer({ min: 500, max: 3 * span.ttlMs }),
  });
  return fc.oneof(trouble, fc.record({ do: fc.constantFrom('no store leader' as const, 'store read-only' as const), when, forMs }));
}

function operatorAct(span: Span, when: Whens): fc.Arbitrary<Fault> {
  const target = fc.constantFrom<Target>('member', 'standby', 'primary', 'd1', 'd2');
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('ask switchover' as const), target: fc.option(target), when }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('ask pause' as const), durationMs: fc.integer({ min: 100, max: span.ttlMs }), when }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ask maintenance' as const), target, when, forMs: forArbitrary(span) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ask reinit' as const), target, when }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('change preset' as const),
        preset: fc.constantFrom('fast' as const, 'balanced' as const, 'wide' as const),
        target: fc.constant<Target>('all'),
        when,
      }),
    },
  );
}
