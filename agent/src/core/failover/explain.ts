/** Why a node does what it does, and why each other node is not the one that leads: data, worded elsewhere (R15). */
import type { Reason, Why } from './decision.ts';
import { kinshipToPrimary, whyNotCandidate } from './others.ts';
import type { Situation } from './situation.ts';
import { isPaused } from './standing.ts';

export function explain(situation: Situation, rules: readonly string[]): Why {
  const { record, leads, postgres, ownFault, view, memory } = situation;
  const others = view.settings.hosts
    .filter((host) => host !== situation.host)
    .map((host): [string, Reason] => [host, whyNot(situation, host)]);
  return {
    rules,
    saw: {
      leads,
      epoch: record?.epoch ?? null,
      phase: record?.phase ?? null,
      holder: record?.holder?.host ?? null,
      primary: record?.primary.host ?? null,
      process: postgres.process,
      inRecovery: postgres.inRecovery,
      ownFault,
      kinship: kinshipToPrimary(situation),
      paused: isPaused(situation),
      unresolved: memory.unresolved !== null,
      cause: postgres.probe?.cause ?? null,
    },
    others: Object.fromEntries(others),
  };
}

function whyNot(situation: Situation, host: string): Reason {
  const { record } = situation;
  if (record?.phase === 'held' && record.holder?.host === host) return { code: 'holds-the-lease' };
  const fault = whyNotCandidate(situation, host);
  return { code: fault ?? 'could-take-over' };
}
