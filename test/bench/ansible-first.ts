import { blobDirectory, blobPath } from '../../control-plane/src/core/blob-path.ts';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import type { HostFacts } from '../../control-plane/src/core/facts/fact-source.ts';
import { type PlannedStep, planStage } from '../../control-plane/src/core/plan.ts';
import { batchesOf } from '../../control-plane/src/core/plan-order.ts';
import { toShell } from '../../control-plane/src/core/remote-command.ts';
import { revealSecrets, secretToken } from '../../control-plane/src/core/secret.ts';
import type { Change } from '../../control-plane/src/core/steps/step-kind.ts';
import type { RunSite } from '../../control-plane/src/execute/run-site.ts';
import { taskOf } from './ansible-tasks.ts';
import type { LiveSite } from './live-site.ts';

/**
 * The steps of a first apply on blank hosts, for Ansible: those that its modules have an equal for as they are, of the
 * others our own commands as scripts. A stage in which some hosts wait for others is split. Handlers are left out: every
 * service starts after its files, so Ansible has less to do than with them.
 */
export async function firstSteps(live: LiveSite): Promise<ReadonlyMap<string, readonly Step[]>> {
  const steps = new Map<string, Step[]>([...live.steps.keys()].map((host) => [host, []]));
  for (const stage of live.run.playbook.stages) {
    const hosts = [...live.steps].filter(([, own]) => own.some((step) => step.stage === stage.stage)).map(([host]) => host);
    const batches = batchesOf(stage, hosts, { live: live.state.live, mostHosts: Number.POSITIVE_INFINITY });
    for (const [n, batch] of batches.entries()) {
      for (const host of batch.hosts) steps.get(host)?.push(...(await stepsOfBatch(live, host, { stage: stage.stage, n })));
    }
  }
  return steps;
}

async function stepsOfBatch(live: LiveSite, host: string, { stage, n }: { stage: string; n: number }): Promise<readonly Step[]> {
  const own = (live.steps.get(host) ?? []).filter((step) => step.stage === stage);
  const planned = planStage(own, live.facts[host] as HostFacts, live.run.kinds);
  const named = planned.map((one) => ({ ...one, step: { ...one.step, stage: `${stage} ${n + 1}`, notify: [] } }));
  return (await Promise.all(named.map((one) => stepsFor(live.run, one)))).flat();
}

async function stepsFor(run: RunSite, { step, diff }: PlannedStep): Promise<readonly Step[]> {
  if (diff.kind !== 'change') return [];
  if (step.kind === 'service') return [{ ...step, settings: { ...(step.settings as object), isNew: true } }];
  if (taskOf(step)) return [step];
  return (await Promise.all(diff.changes.map((change, i) => scriptSteps(run, { step, change, i })))).flat();
}

async function scriptSteps(run: RunSite, { step, change, i }: { step: Step; change: Change; i: number }): Promise<readonly Step[]> {
  const named = (kind: string, settings: object): Step => ({ ...step, id: `${step.id}:${kind}:${i}`, kind, settings });
  const blobs = (change.blobs ?? []).flatMap(({ sha256, localPath }) => [
    named('directory', { path: blobDirectory, owner: 'root', group: 'root', mode: '0700' }),
    named('blob', { localPath, path: blobPath(sha256) }),
  ]);
  return [...blobs, named('script', { text: `${prologue}${await shellOf(run, change)}\n` })];
}

/** As a command starts on a host; see the SSH adapter's launcher. */
const prologue = `#!/bin/sh
cd /; umask 022; export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
`;

async function shellOf({ secrets }: RunSite, { command, certificate }: Change): Promise<string> {
  const issued = certificate ? await secrets.issue(certificate) : { keyPem: '', certPem: '' };
  const reveal = (text: string) =>
    revealSecrets(
      text.replaceAll(secretToken('cert-key'), issued.keyPem).replaceAll(secretToken('cert-pem'), issued.certPem),
      secrets.lookup,
    );
  return toShell(command, reveal);
}
