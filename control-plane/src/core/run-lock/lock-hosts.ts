import type { Site } from '../site.ts';

/**
 * The hosts that keep the cluster's run lock: those with the role etcd, whose number is chosen for a majority; without
 * any the database's, and without those all. Every control machine names the same ones from the same inventory.
 */
export function lockHosts({ byRole, hosts }: Pick<Site, 'byRole' | 'hosts'>): readonly string[] {
  const chosen = [byRole.etcd, byRole.postgres, hosts].find((candidates) => candidates.length > 0) ?? [];
  return chosen.map(({ name }) => name);
}

/** How many of `count` hosts no two groups can both have. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}
