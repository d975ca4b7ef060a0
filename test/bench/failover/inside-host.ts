import type { Lab } from '../../lab/lab.ts';

/** A command with what it reads from standard input. */
export type FedCommand = { readonly command: string; readonly input: string };

/** Runs a command as root on a host; rejects with its last words when it fails. */
export async function inside(lab: Lab, host: string, order: string | FedCommand): Promise<string> {
  const { command, ...options } = typeof order === 'string' ? { command: order } : order;
  const { exitCode, stdout, stderr } = await lab.inside(host, command, options);
  if (exitCode === 0) return stdout;
  throw new Error(`${host}: ${command.trim().slice(0, 120)} … ended with ${exitCode}: ${`${stderr}\n${stdout}`.trim().slice(-1500)}`);
}

/** SQL for the host's own server, as its superuser. */
export function asSuperuser(socketDirectory: string, sql: string): FedCommand {
  const command = `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -h ${socketDirectory} -d postgres`;
  return { command, input: sql };
}
