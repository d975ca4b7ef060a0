/** All seeded bugs by name. */
import { healthMutants } from './health-mutants.ts';
import { leaseMutants } from './lease-mutants.ts';
import type { Mutant } from './mutant.ts';
import { promotionMutants } from './promotion-mutants.ts';
import { syncMutants } from './sync-mutants.ts';

export const mutants: Readonly<Record<string, Mutant>> = { ...leaseMutants, ...promotionMutants, ...syncMutants, ...healthMutants };
