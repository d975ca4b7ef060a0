import { NvError, type Problem } from '../core/errors.ts';
import { factRequests, hasChange, type PlannedStep, planStage, refusals } from '../core/plan.ts';
import type { CommandOutput, RemoteCommand } from '../core/remote-command.ts';
import type { RunEvent } from '../core/run-event.ts';
import { secretToken } from '../core/secret.ts';
import type { SiteHost } from '../core/site.ts';
import { type BatchChange, batchChanges } from './batch-changes.ts';
import { createBatchProgress } from './batch-progress.ts';
import { batchScript, parseBatchLine } from './batch-script.ts';
import { gatherFactsInTurn } from './gather-facts.ts';
import { busy, unfenced } from './held-up.ts';
import { type RenderState, type RunSite, stepsForFacts, stepsOf } from './run-site.ts';

/** The longest a stage's batch may take on one host: the copy of a large database. A host that is gone shows within half a minute. */
const batchHours = 6;
const uploadTimeoutMs = 5 * 60_000;
/** How often batches of others may come between before the host is left to them. */
const mostLooks = 5;

/** `stopped` = the batch came upon a higher epoch and left the rest undone. */
export type StageResult = { readonly host: string; readonly failed: boolean; readonly stopped?: boolean };
type Emit = (events: readonly RunEvent[]) => Promise<unknown>;
type StageOptions = RenderState & {
  readonly stage: string;
  readonly emit: Emit;
  /** Epoch of the cluster's lock. */
  readonly epoch: number;
  /** Called right before the host is changed; what it rejects with keeps the host as it is. */
  readonly beforeChange: () => Promise<void>;
};

/**
 * One stage on one host: facts → diff → changes as one batch → facts → diff must be empty. Steps are reported as
 * they end. Another batch that comes between is waited for, and the host looked at again. Rejects with NV_SSH_… when
 * the host is lost; calling it again goes on where the host stands.
 */
export async function runStage(run: RunSite, host: SiteHost, options: StageOptions): Promise<StageResult> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const result = await tryStage(run, host, options);
    if (result !== 'stale') return result;
  }
  throw busy(host.name);
}

async function tryStage(run: RunSite, host: SiteHost, options: StageOptions): Promise<StageResult | 'stale'> {
  const { stage, emit } = options;
  const { planned, turn } = await compareStage(run, host, options);
  const refused = refusals(planned);
  if (refused.length > 0) return await refuse({ host, stage, emit }, refused);
  if (!hasChange(planned)) return { host: host.name, failed: false };
  const changes = await issueCertificates(run, batchChanges(planned));
  const progress = createBatchProgress({ planned, changes, host: host.name, stage, emit });
  const output = await sendBatch(run, host, { ...options, changes, turn, onLine: progress.line });
  const [word] = output.stdout.trim().split('\n').map(parseBatchLine);
  if (word?.kind === 'locked') throw busy(host.name);
  if (word?.kind === 'unfenced') throw unfenced(host.name);
  if (word?.kind === 'stale') return 'stale';
  const { stopped } = await progress.settle(output.exitCode, (text) => run.secrets.mask(text));
  if (output.exitCode !== 0) return { host: host.name, failed: true, stopped };
  return await confirm(run, host, options);
}

type Sending = Pick<StageOptions, 'beforeChange' | 'epoch' | 'stage'> & {
  readonly changes: readonly BatchChange[];
  readonly turn: string;
  readonly onLine: (line: string) => void;
};

async function sendBatch(run: RunSite, host: SiteHost, sending: Sending): Promise<CommandOutput> {
  const { changes, turn, epoch, stage, onLine, beforeChange } = sending;
  const remote = run.remotes.get(host.name);
  for (const blob of changes.flatMap(({ change }) => change.blobs ?? [])) await remote.upload(blob, { timeoutMs: uploadTimeoutMs });
  await beforeChange();
  try {
    const onBehalfOf = `run ${run.record.id}, stage ${stage}`;
    return await remote.run(batchScript(changes, { turn, epoch, onBehalfOf }), { timeoutMs: batchHours * 3_600_000, onLine });
  } catch (error) {
    throw error instanceof NvError && error.code === 'NV_SSH_TIMEOUT' ? endless(host, error) : error;
  }
}

/** Not an error of the connection: trying again would take as long again. */
function endless(host: SiteHost, cause: NvError): NvError {
  return new NvError(
    {
      code: 'NV_STEP_FAILED',
      host: host.name,
      message: `${host.name}: the batch did not end within ${batchHours} hours`,
      hint: 'Look on the host for what it waits for, and apply again: what is done already is not repeated.',
    },
    { cause },
  );
}

type ComparedStage = { readonly planned: readonly PlannedStep[]; readonly turn: string };

/** Reads the stage's facts and compares; the same for the look before and the look after. Rejects with NV_LOCKED while another batch goes on. */
async function compareStage(run: RunSite, host: SiteHost, state: RenderState & { stage: string }): Promise<ComparedStage> {
  const requests = factRequests(stepsForFacts(run, host, state.stage), run.kinds);
  const read = await gatherFactsInTurn(run.remotes.get(host.name), requests);
  if (!read) throw busy(host.name);
  return { planned: planStage(stepsOf(run, host, state), read.facts, run.kinds), turn: read.turn };
}

async function confirm(run: RunSite, host: SiteHost, options: StageOptions): Promise<StageResult> {
  const { planned } = await compareStage(run, host, options);
  const left = planned.filter(({ diff }) => diff.kind !== 'noop');
  await options.emit(left.map((planned) => notConverged(host, planned)));
  return { host: host.name, failed: left.length > 0 };
}

function notConverged(host: SiteHost, { step, diff }: PlannedStep): RunEvent {
  const summary = diff.kind === 'change' ? diff.summary : diff.kind;
  const problem: Problem = {
    code: 'NV_NOT_CONVERGED',
    host: host.name,
    message: `${step.name}: still differs after the change: ${summary}`,
    hint: 'Something else on the host writes the same thing, or the service rejected the value: look at its log.',
  };
  return { event: 'step', host: host.name, stage: step.stage, step: step.name, outcome: 'failed', summary, problem };
}

async function refuse(at: { host: SiteHost; stage: string; emit: Emit }, problems: readonly Problem[]): Promise<StageResult> {
  await at.emit(problems.map((problem) => ({ event: 'problem', host: at.host.name, problem })));
  return { host: at.host.name, failed: true };
}

async function issueCertificates(run: RunSite, changes: readonly BatchChange[]): Promise<readonly BatchChange[]> {
  return await Promise.all(
    changes.map(async (entry) => {
      if (!entry.change.certificate) return entry;
      const { keyPem, certPem } = await run.secrets.issue(entry.change.certificate);
      const command = substitute(entry.change.command, { [secretToken('cert-key')]: keyPem, [secretToken('cert-pem')]: certPem });
      return { ...entry, change: { ...entry.change, command } };
    }),
  );
}

function substitute(command: RemoteCommand, values: Readonly<Record<string, string>>): RemoteCommand {
  const replace = (text: string) => Object.entries(values).reduce((result, [token, value]) => result.replaceAll(token, value), text);
  return { parts: command.parts.map((part) => ('quoted' in part ? { quoted: replace(part.quoted) } : part)) };
}
