import { keptDirectory, pendingDirectory } from './pending.ts';
import { argv, concat, type RemoteCommand, raw } from './remote-command.ts';

export type UnitVerb = 'start' | 'stop' | 'restart' | 'reload';

/** What a unit is told to do, and how it is seen to have come back. */
export type UnitAct = {
  readonly unit: string;
  readonly verb: Exclude<UnitVerb, 'stop'>;
  /** Ports it must listen on afterwards. */
  readonly listens: readonly string[];
  /** A program that succeeds while the unit serves: if it did right before the act, it must after it. */
  readonly serves: readonly string[];
};

/** Lines of an act that failed and had something to put back: one per path, then whether the unit runs on it. */
export const actLines = { putBack: '@@netvis put-back', runsAgain: '@@netvis runs-again', staysDown: '@@netvis stays-down' } as const;

/**
 * Looks at a unit that was told to act: the first ones 0.2 s apart, later ones 1 s. It may take all of them (30 s) to
 * listen and serve; one that ran well before must stay up for the calm ones (1 s).
 */
const looks = { most: 50, quick: 25, calm: 5 };

/**
 * Shell functions that `keepContent`, `actOn` and `settle` call.
 *
 * `netvis_keep`: in the unit's directory, `=%etc%a` is a copy of `/etc/a` with owner, mode and times, and `-%etc%a` says
 * that there was none. `netvis_act`: a unit that does not come back gets all that was kept for it back, each file by a
 * rename, and the same verb again.
 */
export const actLibrary: RemoteCommand = raw(`
netvis_keep() (
  kept=${keptDirectory}/$1 name=$(printf %s "$2" | tr / %)
  [ -d "$kept" ] || systemctl -q is-active "$1" || exit 0
  if [ -e "$kept/=$name" ] || [ -L "$kept/=$name" ] || [ -e "$kept/-$name" ]; then exit 0; fi
  mkdir -p -m 0700 ${keptDirectory} "$kept" || exit
  if [ -e "$2" ] || [ -L "$2" ]; then
    rm -rf "$kept/.new" && cp -aT -- "$2" "$kept/.new" && netvis_flush "$kept/.new" && mv -T -- "$kept/.new" "$kept/=$name" || exit
  else : > "$kept/-$name" || exit; fi
  sync "$kept" )
netvis_flush() { [ -L "$1" ] || sync "$1"; }
netvis_settle() {
  if [ -d "${keptDirectory}/$1" ]; then rm -rf ${keptDirectory}/.old && mv -T "${keptDirectory}/$1" ${keptDirectory}/.old || return; fi
  rm -rf ${keptDirectory}/.old && rm -f "${pendingDirectory}/$1"; }
netvis_listens() { for port in $ports; do ss -Hltn "sport = :$port" | grep -q . || return; done; }
netvis_serves() { [ -z "$served" ] || timeout 3 "$@" </dev/null >/dev/null 2>&1; }
netvis_same() { systemctl -q is-active "$unit" && [ "$(systemctl show -p InvocationID --value "$unit")" = "$began" ]; }
netvis_back() {
  began=$(systemctl show -p InvocationID --value "$unit") n=0
  while :; do
    netvis_same || { echo "$unit ended again" >&2; return 1; }
    if [ $n -ge $calm ] && netvis_listens && netvis_serves "$@"; then return; fi
    if [ $n -ge ${looks.most} ]; then break; fi
    n=$((n + 1)); if [ $n -gt ${looks.quick} ]; then sleep 1; else sleep 0.2; fi
  done
  if netvis_listens; then echo "$unit does not serve any more" >&2; else echo "$unit does not listen on $ports" >&2; fi
  return 1; }
netvis_restore() {
  name=\${1##*/}; path=$(printf %s "\${name#?}" | tr % /); fresh=\${path%/*}/.netvis-new.\${path##*/}
  case $name in
    =*) rm -rf "$fresh" && cp -aT -- "$1" "$fresh" && netvis_flush "$fresh" && { [ -e "$fresh" ] || { rm -f "$fresh"; false; }; } &&
      mv -fT -- "$fresh" "$path" ;;
    *) rm -f -- "$path" ;;
  esac && sync "\${path%/*}/" && echo "${actLines.putBack} $path"; }
netvis_restore_all() {
  restored=yes
  for each in "$kept"/[=-]*; do
    if [ -e "$each" ] || [ -L "$each" ]; then netvis_restore "$each" || restored=; fi
  done
  [ "$restored" ]; }
netvis_act() (
  unit=$1 verb=$2 ports=$3 kept=${keptDirectory}/$1 served=yes calm=0; shift 3
  if [ $# -eq 0 ] || ! netvis_serves "$@"; then served=; fi
  if [ -d "$kept" ] || [ "$served" ]; then calm=${looks.calm}; fi
  if systemctl "$verb" "$unit" && netvis_back "$@"; then netvis_settle "$unit"; exit; fi
  journalctl --no-pager -q -o cat -n 20 -u "$unit" >&2
  if [ ! -d "$kept" ]; then exit 1; fi
  if netvis_restore_all && systemctl daemon-reload && systemctl "$verb" "$unit" && netvis_back "$@"; then
    netvis_settle "$unit" && echo "${actLines.runsAgain}"
  else echo "${actLines.staysDown}"; fi
  exit 1 )
`);

/**
 * Keeps what lies at `path` (a file, a link, nothing) before it changes, for a unit that acts later in the same batch:
 * durable, and root's alone to read. What is kept already stays: the unit has not come back on anything newer. Of a unit
 * that does not run nothing is known to be good, so nothing is kept.
 */
export function keepContent(unit: string, path: string): RemoteCommand {
  return concat(raw('netvis_keep '), argv(unit, path));
}

/**
 * Acts on a unit and waits until it has come back; then nothing is due of it any more. If it does not, what was kept for
 * it is put back, it acts once more on that, and the command fails in any case, having printed `actLines`.
 */
export function actOn({ unit, verb, listens, serves }: UnitAct): RemoteCommand {
  return concat(raw('netvis_act '), argv(unit, verb, listens.join(' '), ...serves));
}

/** Nothing is due of the unit any more. Kept content goes first and at once: without a mark nobody would look at it. */
export function settle(unit: string): RemoteCommand {
  return concat(raw('netvis_settle '), argv(unit));
}
