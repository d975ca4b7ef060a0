/** ActiveState and SubState of a unit as systemd names them; `loaded` is false for a unit that does not exist. */
export type UnitState = { readonly loaded: boolean; readonly active: string; readonly sub: string };

/** Parses `systemctl show --property=Id,LoadState,ActiveState,SubState UNIT…`: blocks of key=value, an empty line between. */
export function parseUnitStates(output: string): ReadonlyMap<string, UnitState> {
  const states = new Map<string, UnitState>();
  for (const block of output.split(/\n\s*\n/)) {
    const fields = new Map(block.split('\n').map(splitField));
    const id = fields.get('Id');
    if (!id) continue;
    const active = fields.get('ActiveState') ?? 'unknown';
    states.set(id, { loaded: fields.get('LoadState') === 'loaded', active, sub: fields.get('SubState') ?? 'unknown' });
  }
  return states;
}

function splitField(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1).trim()];
}
