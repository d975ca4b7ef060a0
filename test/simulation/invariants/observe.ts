/** Puts the invariants into a world: told of what happens, and asked after every event that changed anything. */
import type { World } from '../world/state.ts';
import { checkEnforced, checkEpoch, checkHolders, checkPromotion, isExcused } from './holders.ts';
import { acknowledge, emptyLedger, forgive, type Ledger, requireAllRows } from './ledger.ts';
import { eligibleHosts, recordIn } from './record-in-store.ts';

export type Invariants = { readonly ledger: Ledger; checkStep(): void };

export function observe(world: World): Invariants {
  const ledger = emptyLedger();
  let isChanged = false;
  world.observer = {
    acknowledged: (server, position) => acknowledge(world, ledger, { server, position }),
    promoted: (server) => {
      checkPromotion(world, server);
      // One that was about to open when its host stood still is fenced as it goes on: it has acknowledged nothing by then.
      if (!server.isManual && !isExcused(world, server.host)) requireAllRows(world, ledger, server.host);
    },
    storeWritten: (before) => {
      isChanged = true;
      checkEpoch(world, before);
      checkNewlyEligible(world, ledger, before);
    },
    changed: () => {
      isChanged = true;
    },
  };
  const checkStep = () => {
    if (!isChanged) return;
    isChanged = false;
    checkHolders(world);
    checkEnforced(world);
  };
  return { ledger, checkStep };
}

/** Whoever a write makes eligible has every acknowledged row. */
function checkNewlyEligible(world: World, ledger: Ledger, before: unknown): void {
  const [old, now] = [recordIn(before), recordIn(world.store.value)];
  if (now === null || (old?.primary === now.primary && old.members === now.members)) return;
  for (const host of eligibleHosts(world, now)) now.forced ? forgive(ledger, host) : requireAllRows(world, ledger, host);
}
