import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import { lockDirectory } from './lock-file.ts';

/**
 * Makes `epoch` the least that a batch must carry on this host, unless a higher one is there; on the disk before it
 * counts. A batch at work that carries a lower one ends after the step in hand. Leaves `nv_d` set for `mayGoOn`.
 */
export function raiseFence(epoch: number, directory = lockDirectory): RemoteCommand {
  return concat(raw('nv_d='), argv(directory), raw(`\n${raise(epoch)}`));
}

/** Whether a batch with this epoch may go on, after `raiseFence` in the same shell; no process is started for it. */
export function mayGoOn(epoch: number): RemoteCommand {
  return raw(`{ read -r nv_e < "$nv_d/epoch" && [ "$nv_e" -le ${epoch} ]; }`);
}

function raise(epoch: number): string {
  return `{ mkdir -p "$nv_d" && ( flock 8; nv_e=; [ ! -f "$nv_d/epoch" ] || read -r nv_e < "$nv_d/epoch"; [ "\${nv_e:-0}" -ge ${epoch} ] ||
{ echo ${epoch} > "$nv_d/epoch.new" && sync "$nv_d/epoch.new" && mv -f "$nv_d/epoch.new" "$nv_d/epoch" && sync "$nv_d"; } ) 8>>"$nv_d/guard"; }`;
}
