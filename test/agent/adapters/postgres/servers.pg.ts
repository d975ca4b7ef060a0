import { afterAll, beforeAll } from 'vitest';
import { accessContract } from '../../../contracts/postgres/access.contract.ts';
import { promotionContract } from '../../../contracts/postgres/promotion.contract.ts';
import { rejoinContract } from '../../../contracts/postgres/rejoin.contract.ts';
import { sensorContract } from '../../../contracts/postgres/sensor.contract.ts';
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
rejoinContract(() => trio);
accessContract(() => trio);
sensorContract(() => trio);
