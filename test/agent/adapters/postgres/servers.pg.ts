import { afterAll, beforeAll } from 'vitest';
import { promotionContract } from '../../../contracts/postgres/promotion.contract.ts';
import { standbyContract } from '../../../contracts/postgres/standby.contract.ts';
import { syncContract } from '../../../contracts/postgres/sync.contract.ts';
import { prepareTrio, type Trio } from '../../../support/postgres-pair.ts';

let trio: Trio;
beforeAll(async () => {
  trio = await prepareTrio();
});
afterAll(() => trio.close());

standbyContract(() => trio);
promotionContract(() => trio);
syncContract(() => trio);
