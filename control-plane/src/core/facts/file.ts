import { argv, type CommandOutput, concat, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** What lies at a path; links are not followed. `mode` is octal of four digits; `sha256` only of regular files, `target` only of links. */
export type FileFact = {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly sha256: string | null;
  readonly target: string | null;
};

const types: Readonly<Record<string, FileFact['type']>> = { f: 'file', d: 'directory', l: 'link' };
/** A file that goes away between the test and the reading is absent. */
const absentLine = /: (No such file or directory|Not a directory)$/;

/** Keys are absolute paths; `null` = nothing is there. One `find` and one `sha256sum` for all of them. */
export const fileSource: FactSource<FileFact | null> = {
  name: 'file',
  command: (paths) =>
    concat(
      raw('set -- '),
      argv(...paths),
      raw('\nfor p do shift; if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "$p"; fi; done\n'),
      raw('[ $# -gt 0 ] || exit 0\n'),
      raw('find -P "$@" -maxdepth 0 -printf \'%p\\t%y\\t%m\\t%u\\t%g\\t%l\\n\'\n'),
      raw('for p do shift; if [ -f "$p" ] && [ ! -L "$p" ]; then set -- "$@" "$p"; fi; done\n'),
      raw('if [ $# -gt 0 ]; then sha256sum -- "$@"; fi; exit 0'),
    ),
  parse(output, paths) {
    refuseOtherErrors(output);
    const lines = output.stdout.split('\n');
    const hashes = new Map(lines.flatMap((line) => hashLine(line)));
    const found = new Map(lines.flatMap((line) => statLine(line, hashes)));
    return new Map(paths.map((path) => [path, found.get(path) ?? null]));
  },
};

function refuseOtherErrors({ stderr }: CommandOutput): void {
  const strange = stderr.split('\n').find((line) => line !== '' && !absentLine.test(line));
  if (strange) throw new Error(strange);
}

function hashLine(line: string): [string, string][] {
  const match = /^([0-9a-f]{64}) {2}(\/.*)$/.exec(line);
  return match?.[1] && match[2] ? [[match[2], match[1]]] : [];
}

function statLine(line: string, hashes: ReadonlyMap<string, string>): [string, FileFact][] {
  const [path, type, mode, owner, group, target] = line.split('\t');
  if (!path || !type || !mode || !owner || !group) return [];
  const fact = { type: types[type] ?? 'other', mode: mode.padStart(4, '0'), owner, group };
  return [[path, { ...fact, sha256: hashes.get(path) ?? null, target: type === 'l' ? (target ?? '') : null }]];
}
