import { type Deadline, until } from './deadline.ts';
import { act, type Step } from './steps.ts';
import { askOne, type VerbParts } from './verb.ts';

export type Wanted = { readonly name: string; readonly value: string };

/**
 * The lines that make the running server take what the agent's file says of a setting. `ALTER SYSTEM` alone may write
 * `postgresql.auto.conf` of a running server. The postmaster reads its files before it tells its sessions to, so what a
 * session shows the postmaster has too; the checkpointer and the walsenders follow when they find time.
 */
export function reloadSteps(parts: VerbParts, { name, value }: Wanted, deadline: Deadline): Step[] {
  const overridden = `SELECT 1 FROM pg_settings WHERE name = '${name}' AND sourcefile LIKE '%/postgresql.auto.conf'`;
  const reset = async () => {
    const found = await parts.control.query(deadline, overridden);
    if (found.length > 0) await parts.control.query(deadline, `ALTER SYSTEM RESET ${name}`);
  };
  const look = async () => {
    const now = await askOne(parts, deadline, `SELECT current_setting('${name}') AS value`);
    return now.value === value ? true : null;
  };
  return [
    act(`let nothing override ${name}`, reset),
    act('reload', () => askOne(parts, deadline, 'SELECT pg_reload_conf()')),
    act(`the server runs with ${name}`, () => until(deadline, { waitedFor: `the server to read ${name}`, everyMs: 2, look })),
  ];
}
