/** What an operator asks for. A request carries no authority: the record and the rules decide. */

export type Request =
  /** Void unless `epoch` is the record's and the target (null = the best) is a member; `validMs` counts from first sight. */
  | { readonly kind: 'switchover'; readonly id: string; readonly epoch: number; readonly target: string | null; readonly validMs: number }
  /** May lose commits; needs the old primary seen stopped, or the operator's word that it is off (R14). */
  | { readonly kind: 'failover'; readonly id: string; readonly epoch: number; readonly target: string; readonly oldPrimaryIsOff: boolean }
  | { readonly kind: 'pause'; readonly id: string; readonly durationMs: number }
  | { readonly kind: 'resume'; readonly id: string }
  /** Stands as long as it is listed: the host is taken out of the set and stays out. */
  | { readonly kind: 'maintenance'; readonly id: string; readonly host: string; readonly lastMemberConfirmed: boolean }
  /** Throw this host's data away and copy the primary's. */
  | { readonly kind: 'reinit'; readonly id: string; readonly host: string };
