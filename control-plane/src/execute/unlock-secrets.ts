import { isManaged } from '../core/cluster-view.ts';
import { NvError, type Problem } from '../core/errors.ts';
import type { FactsByHost } from '../core/facts-by-host.ts';
import { problemOf } from './advance-run.ts';
import type { HostPlan } from './plan-events.ts';
import type { RunSite } from './run-site.ts';

const authorityPath = '/etc/netvis/ca.crt';

/**
 * Opens the cluster's secrets, or says why they cannot be had. They are generated only for a cluster that certainly is
 * new: every host of the inventory answered and none carries a marker. A preview of one gets placeholders.
 */
export async function unlockSecrets(run: RunSite, facts: FactsByHost): Promise<Problem | null> {
  const exists = isManaged(run.site, facts);
  if (!exists && run.record.mode !== 'apply') {
    run.secrets.usePlaceholders();
    return null;
  }
  const unread = run.site.hosts.filter(({ name }) => !facts[name]).map(({ name }) => name);
  try {
    await run.secrets.unlock(exists || unread.length > 0);
    return null;
  } catch (error) {
    if (!(error instanceof NvError)) throw error;
    return !exists && error.code === 'NV_SECRETS_MISSING' ? perhapsExists(unread) : problemOf(error);
  }
}

/**
 * Secrets that are not the cluster's own: a member trusts another authority than ours. Going on would give every
 * server new passwords.
 */
export function foreignSecrets(run: RunSite, facts: FactsByHost, plans: readonly HostPlan[]): readonly Problem[] {
  if (!isManaged(run.site, facts)) return [];
  return plans
    .filter((plan) => trustsAnother(plan, facts))
    .map(({ host }) => ({
      code: 'NV_SECRETS_MISSING',
      host: host.name,
      message: `${authorityPath} is of another authority than the one in the secrets file`,
      hint: 'This is not the secrets file the cluster was made with: find that one.',
    }));
}

function trustsAnother({ host, steps }: HostPlan, facts: FactsByHost): boolean {
  const found = facts[host.name]?.file?.[authorityPath] as { sha256: string | null } | null | undefined;
  const step = steps.find(({ step: { kind, settings } }) => kind === 'file' && (settings as { path?: string }).path === authorityPath);
  const wanted = (step?.step.settings as { content?: { sha256: string } } | undefined)?.content?.sha256;
  return Boolean(found?.sha256 && wanted && found.sha256 !== wanted);
}

function perhapsExists(unread: readonly string[]): Problem {
  return {
    code: 'NV_SECRETS_MISSING',
    message: `there is no secrets file, and ${unread.join(', ')} could not be read: nobody knows whether the cluster exists`,
    hint: 'Secrets are generated only when every host answers and none is part of the cluster. Restore the file, or make the hosts reachable.',
  };
}
