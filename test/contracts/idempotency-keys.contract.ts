import { describe, expect, test } from 'vitest';
import type { IdempotencyKeys } from '../../control-plane/src/ports/idempotency-keys.ts';

/** What every store of idempotency keys must keep; `open` gives an empty one. */
export function idempotencyKeysContract(name: string, open: () => Promise<IdempotencyKeys>): void {
  describe(`${name} keeps idempotency keys`, () => {
    test('of many that claim a key at the same time one gets it', async () => {
      const keys = await open();
      const claims = await Promise.all(Array.from({ length: 10 }, () => keys.claim('k', 'f')));
      expect(claims.filter((claim) => claim.claimed)).toHaveLength(1);
      expect(claims.find((claim) => !claim.claimed)).toEqual({ claimed: false, fingerprint: 'f', run: null });
    });

    test('a settled key names its run and the request it came with', async () => {
      const keys = await open();
      await keys.claim('k', 'f');
      await keys.settle('k', { fingerprint: 'f', run: 'r1' });
      expect(await keys.claim('k', 'other')).toEqual({ claimed: false, fingerprint: 'f', run: 'r1' });
    });

    test('a released key can be claimed again', async () => {
      const keys = await open();
      await keys.claim('k', 'f');
      await keys.release('k');
      expect(await keys.claim('k', 'g')).toEqual({ claimed: true });
    });
  });
}
