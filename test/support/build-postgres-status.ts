/** A standby's answer to the status query, with what a test wants different. */
export function statusRow(difference: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    in_recovery: true,
    system_id: '7711957757734614598',
    flush_lsn: '3000',
    replay_lsn: '2000',
    written_timeline: null,
    receiver: null,
    checkpoint_timeline: 2,
    recovery_timeline: 2,
    checkpointing: false,
    conninfo: '',
    sync_names: { value: 'netvis_placeholder', file: null },
    walsenders: [],
    slots: [],
    waiters: [],
    has_schema: true,
    promotions: [],
    canary_id: null,
    ...difference,
  };
}
