import { stepKinds } from '../../control-plane/src/core/steps/step-kinds.ts';
import type { RunSite } from '../../control-plane/src/execute/run-site.ts';
import type { RunRecord } from '../../control-plane/src/ports/run-store.ts';
import { statusSite } from './build-readings.ts';
import { fakeRemoteHosts } from './fake-remote-hosts.ts';

/** What a run works with, for a site of many hosts and a playbook without a stage. */
export function buildRunSite(record: RunRecord): RunSite {
  const site = statusSite();
  const remotes = fakeRemoteHosts({ answer: () => ({ exitCode: 0, stdout: '', stderr: '' }) });
  return {
    record,
    site,
    targets: site.hosts,
    playbook: { stages: [] },
    parts: new Map(),
    kinds: stepKinds,
    renderer: { renderTemplate: () => '', renderText: (text) => text, test: () => true },
    artifacts: new Map(),
    remotes,
    lockRemotes: remotes,
    secrets: {
      unlock: async () => undefined,
      usePlaceholders: () => undefined,
      seal: (text) => ({ text, sha256: '' }),
      lookup: () => '',
      mask: (text) => text,
      issue: async () => ({ keyPem: '', certPem: '' }),
    },
  };
}
