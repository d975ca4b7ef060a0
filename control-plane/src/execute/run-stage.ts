import { NvError, type Problem } from '../core/errors.ts';
import { factRequests, hasChange, type PlannedStep, planStage, refusals } from '../core/plan.ts';
import type { RemoteCommand } from '../core/remote-command.ts';
import type { RunEvent } from '../core/run-event.ts';
import { secretToken } from '../core/secret.ts';
import type { SiteHost } from '../core/site.ts';
import { createBatchProgress } from './batch-progress.ts';
import { type BatchChange, batchChanges, batchLock, batchScript, parseBatchLine } from './batch-script.ts';
import { gatherFacts } from './gather-facts.ts';
import { type RenderState, type RunSite, stepsForFacts, stepsOf } from './run-site.ts';

/** The longest a stage's batch may take on one host: the copy of a large database. A host that is gone shows within half a minute. */
const batchHours = 6;
const uploadTimeoutMs = 5 * 60_000;

export type StageResult = { readonly host: string; readonly failed: boolean };
type Emit = (events: readonly RunEvent[]) => Promise<void>;
type StageOptions = RenderState & {
  readonly stage: string;
  readonly emit: Emit;
  /** Called right before the host is changed; what it rejects with keeps the host as it is. */
  readonly beforeChange: () => Promise<void>;
};

/**
 * One stage on one host: facts → diff → changes as one batch → facts → diff must be empty. Steps are reported as
 * they end. Rejects with NV_SSH_… when the host is lost; calling it again goes on where the host stands.
 */
export async function runStage(run: RunSite, host: SiteHost, options: StageOptions): Promise<StageResult> {
  const { stage, emit } = options;
  const planned = await compareStage(run, host, options);
  const refused = refusals(planned);
  if (refused.length > 0) return await refuse({ host, stage, emit }, refused);
  if (!hasChange(planned)) return { host: host.name, failed: false };
  const changes = await issueCertificates(run, batchChanges(planned));
  const remote = run.remotes.get(host.name);
  for (const blob of changes.flatMap(({ change }) => change.blobs ?? [])) await remote.upload(blob, { timeoutMs: uploadTimeoutMs });
  const progress = createBatchProgress({ planned, changes, host: host.name, stage, emit });
  await options.beforeChange();
  const output = await remote
    .run(batchScript(changes), { timeoutMs: batchHours * 3_600_000, onLine: progress.line })
    .catch((error: unknown) => {
      throw error instanceof NvError && error.code === 'NV_SSH_TIMEOUT' ? endless(host, error) : error;
    });
  if (parseBatchLine(output.stdout.trim())?.kind === 'locked') throw busy(host.name);
  await progress.settle(output.exitCode, (text) => run.secrets.mask(text));
  if (output.exitCode !== 0) return { host: host.name, failed: true };
  return await confirm(run, host, options);
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

/** Reads the stage's facts and compares; the same for the look before and the look after. */
async function compareStage(run: RunSite, host: SiteHost, state: RenderState & { stage: string }): Promise<readonly PlannedStep[]> {
  const requests = factRequests(stepsForFacts(run, host, state.stage), run.kinds);
  const facts = await gatherFacts(run.remotes.get(host.name), requests);
  return planStage(stepsOf(run, host, state), facts, run.kinds);
}

async function confirm(run: RunSite, host: SiteHost, options: StageOptions): Promise<StageResult> {
  const after = await compareStage(run, host, options);
  const left = after.filter(({ diff }) => diff.kind !== 'noop');
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

function busy(host: string): NvError {
  return new NvError({
    code: 'NV_LOCKED',
    host,
    message: `${host}: another run's batch is still working on this host`,
    hint: `It may be one whose netvis-ctl was killed. Apply again when it has ended; \`fuser -v ${batchLock}\` on the host shows it.`,
  });
}
