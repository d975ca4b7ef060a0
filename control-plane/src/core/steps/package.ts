import * as z from 'zod';
import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import { change, noop } from './diff.ts';
import { words } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  /** A list, or one text with spaces between the names (which conditions can leave out). */
  names: words.pipe(z.array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, 'must be a package name')).min(1)),
});

type Settings = z.output<typeof schema>;

/** Debian packages, all missing ones by one call. Present ones stay at their version; nothing is started by the installation. */
export const packageKind: StepKind<Settings> = {
  kind: 'package',
  schema,
  facts: ({ names }) => names.map((key) => ({ source: 'package', key })),
  diff({ names }, { fact }) {
    const missing = names.filter((name) => fact<string | null>('package', name) === null);
    if (missing.length === 0) return noop(`${names.join(', ')} installed`);
    return change({ summary: `install ${missing.join(', ')}`, command: install(missing) });
  },
};

/**
 * `policy-rc.d` denies every start while apt runs. A stranger's one is kept aside meanwhile and put back, also by
 * the next call when this one is killed. The package lists are fetched only when apt cannot do without.
 */
const prologue = `( export DEBIAN_FRONTEND=noninteractive LC_ALL=C
policy=/usr/sbin/policy-rc.d kept=/usr/sbin/policy-rc.d.netvis-kept mark='# netvis: nothing starts while packages are installed'
restore() { if [ -f "$policy" ] && grep -qxF "$mark" "$policy"; then rm -f "$policy"; fi; if [ -e "$kept" ] && [ ! -e "$policy" ]; then mv -fT "$kept" "$policy"; fi; }
log=$(mktemp) || exit 1
trap 'rm -f "$log"; restore' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
restore
if [ -e "$policy" ]; then mv -fT "$policy" "$kept" || exit 1; fi
{ printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" > "$policy" && chmod 0755 "$policy"; } || exit 1
attempt() { apt-get install -y --no-install-recommends -q -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null >"$log" 2>&1; }
install() {
  attempt "$@" && return
  if grep -q 'dpkg --configure -a' "$log"; then dpkg --configure -a --force-confdef --force-confold </dev/null >>"$log" 2>&1 && attempt "$@" && return; fi
  if grep -qE 'Unable to locate package|no installation candidate|Failed to fetch|Unable to fetch|unmet dependencies' "$log"; then apt-get update -q -o DPkg::Lock::Timeout=120 >>"$log" 2>&1 && attempt "$@" && return; fi
  tail -n 30 "$log" >&2; return 100
}
install `;

function install(names: readonly string[]): RemoteCommand {
  return concat(raw(prologue), argv(...names), raw(' )'));
}
