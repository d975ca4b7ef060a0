import type { ShownRole } from '../core/failover/view.ts';

/** What this host shows to other programs: its role, and whether the data address belongs here. netvis-guard lowers both when it fences. */
export type Shown = {
  /** What is shown now. Never throws: what cannot be read is not shown. */
  read(): { readonly address: boolean; readonly role: ShownRole };
  showRole(role: ShownRole): void;
  raiseAddress(raised: boolean): void;
};
