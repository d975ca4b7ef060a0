import { viewRequests } from '../core/cluster-view.ts';
import { NvError } from '../core/errors.ts';
import type { FactRequest } from '../core/facts/fact-source.ts';
import { factRequests } from '../core/plan.ts';
import type { Clock } from '../ports/clock.ts';
import { gatherFacts } from './gather-facts.ts';
import { withAdvice } from './host-loss.ts';
import { maskedProblem } from './masked-problem.ts';
import type { FactsResult } from './next.ts';
import { hostOf, type RunSite, stepsForFacts } from './run-site.ts';

/**
 * The facts of one host for all its stages, in one round trip. A host outside the run's limit is read only for the
 * roles it plays in the cluster. An unreachable host is a result, not an error; a connection that breaks is tried once more.
 */
export async function readHost(run: RunSite, name: string, clock: Clock): Promise<FactsResult> {
  const startedMs = clock.monotonicMs();
  const fromMs = Date.parse(clock.nowIso());
  const host = hostOf(run, name);
  const elapsed = () => Math.round(clock.monotonicMs() - startedMs);
  const isTarget = run.targets.some((target) => target.name === name);
  const steps = isTarget ? factRequests(stepsForFacts(run, host), run.kinds) : [];
  try {
    const requests = unique([...viewRequests(run.site, host), ...steps]);
    const facts = await onceMore(() => gatherFacts(run.remotes.get(name), requests));
    return { host: name, ms: elapsed(), facts, readAt: { fromMs, toMs: Date.parse(clock.nowIso()) } };
  } catch (error) {
    if (!(error instanceof NvError) || !/^NV_(SSH|SUDO|SECRET|FACTS)/.test(error.code)) throw error;
    const problem = { ...maskedProblem(error, (text) => run.secrets.mask(text)), host: name };
    return { host: name, ms: elapsed(), problem: run.record.mode === 'apply' ? withAdvice(problem) : problem };
  }
}

/** A connection that broke says nothing of the host: it is made anew, once. */
async function onceMore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NvError && error.code === 'NV_SSH_LOST') return await read();
    throw error;
  }
}

function unique(requests: readonly FactRequest[]): readonly FactRequest[] {
  return [...new Map(requests.map((request) => [`${request.source}\n${request.key}`, request])).values()];
}
