import { expectTypeOf, test } from 'vitest';
import type { output } from 'zod';
import type { clusterStatusSchema } from '../../../control-plane/src/api/schemas/cluster.ts';
import type { findingSchema } from '../../../control-plane/src/api/schemas/problem.ts';
import type { reportSchema } from '../../../control-plane/src/api/schemas/run.ts';
import type { storedEventSchema } from '../../../control-plane/src/api/schemas/run-event.ts';
import type { Problem } from '../../../control-plane/src/core/errors.ts';
import type { RunReport, StoredEvent } from '../../../control-plane/src/core/run-event.ts';
import type { Status } from '../../../control-plane/src/core/status/status.ts';

test('the schemas name every field of what core has to tell', () => {
  expectTypeOf<keyof output<typeof findingSchema>>().toEqualTypeOf<keyof Problem>();
  expectTypeOf<keyof output<typeof reportSchema>>().toEqualTypeOf<keyof RunReport>();
  expectTypeOf<keyof output<typeof clusterStatusSchema>>().toEqualTypeOf<keyof Status>();
  expectTypeOf<Status>().toExtend<output<typeof clusterStatusSchema>>();
  expectTypeOf<RunReport>().toExtend<Omit<output<typeof reportSchema>, 'hosts'>>();
  expectTypeOf<StoredEvent['event']>().toEqualTypeOf<output<typeof storedEventSchema>['event']>();
  expectTypeOf<Exclude<StoredEvent, { event: 'report' }>>().toExtend<output<typeof storedEventSchema>>();
});
