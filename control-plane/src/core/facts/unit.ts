import { type PendingVerb, pendingDirectory } from '../pending.ts';
import { argv, concat, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** A systemd unit; the words are systemd's own. `pending` = the verb a change asked for and nobody has carried out yet. */
export type UnitFact = {
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly file: string;
  readonly needReload: boolean;
  readonly pending: PendingVerb | null;
};

const properties = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'NeedDaemonReload'];

/** Keys are unit names. On a host without systemd every unit is `not-found`. */
export const unitSource: FactSource<UnitFact> = {
  name: 'unit',
  command: (units) =>
    concat(
      raw('set -- '),
      argv(...units),
      raw(`\nfor u do v=; if [ -f ${pendingDirectory}/"$u" ]; then read -r v < ${pendingDirectory}/"$u"; v=\${v:-restart}; fi\n`),
      raw('  printf \'pending\\t%s\\t%s\\n\' "$u" "$v"; done; echo\n'),
      raw('[ -d /run/systemd/system ] || exit 0\n'),
      raw(`systemctl show --property=${properties.join(',')} -- "$@"`),
    ),
  parse({ stdout }, units) {
    const [markers = '', ...blocks] = stdout.trimEnd().split('\n\n');
    if (blocks.length > 0 && blocks.length !== units.length) throw new Error(`systemctl showed ${blocks.length} of ${units.length} units`);
    const pending = new Map(markers.split('\n').flatMap(pendingLine));
    return new Map(units.map((unit, i) => [unit, unitFact(blocks[i] ?? '', pending.get(unit) ?? null)]));
  },
};

function pendingLine(line: string): [string, UnitFact['pending']][] {
  const [, unit, verb] = line.split('\t');
  if (!unit || !verb) return [];
  return [[unit, verb === 'reload' ? 'reload' : 'restart']];
}

function unitFact(block: string, pending: UnitFact['pending']): UnitFact {
  const values = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]));
  return {
    load: values.get('LoadState') ?? 'not-found',
    active: values.get('ActiveState') ?? 'inactive',
    sub: values.get('SubState') ?? 'dead',
    file: values.get('UnitFileState') ?? '',
    needReload: values.get('NeedDaemonReload') === 'yes',
    pending,
  };
}
