/** A listening TCP socket; `unit` is the systemd unit (or scope) of its process, '' when it has none. */
export type Listener = { readonly address: string; readonly port: number; readonly process: string; readonly unit: string };

/** Joins the lines of `ss -Hltnp` with those of `grep -H` over the processes' cgroup files. */
export function listenersOf(sockets: readonly string[], cgroups: readonly string[]): readonly Listener[] {
  const units = new Map(cgroups.flatMap(unitLine));
  return sockets.flatMap((line) => {
    const local = line.trim().split(/\s+/)[3] ?? '';
    const port = Number(local.slice(local.lastIndexOf(':') + 1));
    if (!Number.isInteger(port) || port === 0) return [];
    const address = local
      .slice(0, local.lastIndexOf(':'))
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '');
    const [, process = '', pid = ''] = /users:\(\("([^"]*)",pid=(\d+)/.exec(line) ?? [];
    return [{ address, port, process, unit: units.get(pid) ?? '' }];
  });
}

/** `/proc/12/cgroup:0::/system.slice/nginx.service` */
function unitLine(line: string): [string, string][] {
  const [, pid, path = ''] = /^\/proc\/(\d+)\/cgroup:[^:]*:[^:]*:(.*)$/.exec(line) ?? [];
  const unit = path.split('/').findLast((part) => /\.(service|scope)$/.test(part));
  return pid && unit ? [[pid, unit]] : [];
}
