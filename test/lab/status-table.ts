import type { HostStatus } from './status.ts';

/** A lab's status as a table for people, one line per host. */
export function renderStatus(lab: { readonly lab: string; readonly shape: string; readonly hosts: readonly HostStatus[] }): string {
  const rows = lab.hosts.map((host) => [
    host.host,
    host.address,
    host.state,
    host.link,
    host.ssh ? 'answers' : '-',
    loginOf(host),
    host.bootMs === undefined ? '-' : `${(host.bootMs / 1000).toFixed(1)} s`,
  ]);
  const table = [['HOST', 'ADDRESS', 'STATE', 'LINK', 'SSH', 'LOGIN', 'LAST BOOT'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`lab ${lab.lab}, ${lab.shape}`, ...lines].join('\n');
}

function loginOf(host: HostStatus): string {
  const sudo = { none: '', 'no-password': ' (sudo)', password: ' (sudo asks a password)' };
  return `${host.login}${sudo[host.sudo]}`;
}
