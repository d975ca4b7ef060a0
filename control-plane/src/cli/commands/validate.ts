import { loadSite } from '../../compose-files.ts';
import { catalogue, NvError, type Problem } from '../../core/errors.ts';

/** What is to be said of an inventory: `ok` = fit to be applied, possibly with warnings. Cluster and hosts only then. */
export type Validation = {
  readonly file: string;
  readonly ok: boolean;
  readonly cluster: string | null;
  readonly hosts: readonly string[];
  readonly problems: readonly Problem[];
  readonly exitCode: number;
};

/** Checks an inventory file as apply would, without touching a host. Every finding of the catalogue is a problem, none is thrown. */
export async function validateInventory(file: string): Promise<Validation> {
  try {
    const { site, warnings } = await loadSite(file);
    return { file, ok: true, cluster: site.cluster, hosts: site.hosts.map(({ name }) => name), problems: warnings, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof NvError)) throw error;
    return { file, ok: false, cluster: null, hosts: [], problems: error.problems, exitCode: catalogue[error.code].exit };
  }
}
