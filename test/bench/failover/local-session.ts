import { inside } from './inside-host.ts';
import type { System } from './system.ts';

/** A session on the database host itself, open since before the fault: what it can still commit, no cut cable ends. */
export type LocalSession = {
  /** The time of its last commit, milliseconds of this machine's wall clock, which the lab's hosts share; null = none. */
  lastCommitMs(): Promise<number | null>;
  end(): Promise<void>;
};

const output = '/run/bench-session.out';

/**
 * Opens a psql on the host that commits every 20 ms without waiting for a standby (`synchronous_commit = local`, the
 * hardest to stop) and notes the server's time of each commit that returned.
 */
export async function openLocalSession(system: System, host: string): Promise<LocalSession> {
  await inside(system.lab, host, openScript(system.socketDirectory));
  return {
    async lastCommitMs() {
      const { stdout } = await system.lab.inside(host, `grep -aE '^[0-9]{13}$' ${output} | tail -n 1`);
      return stdout.trim() === '' ? null : Number(stdout.trim());
    },
    end: async () => void (await system.lab.inside(host, 'systemctl stop bench-session; true')),
  };
}

function openScript(socketDirectory: string): string {
  return `cat > /run/bench-session.sql <<'END'
SET synchronous_commit = local;
CREATE TABLE IF NOT EXISTS bench_local (n int);
INSERT INTO bench_local VALUES (1) RETURNING floor(extract(epoch from clock_timestamp()) * 1000) \\watch 0.02
END
systemctl stop bench-session 2>/dev/null; systemctl reset-failed bench-session 2>/dev/null; rm -f ${output}
systemd-run -q --unit=bench-session --uid=postgres -p StandardOutput=append:${output} \\
  psql -XAtq -h ${socketDirectory} -d postgres -f /run/bench-session.sql`;
}
