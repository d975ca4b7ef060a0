import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** The managed block of a file. `text` has no marker lines; `null` = no block. `broken` = marker lines do not pair. */
export type BlockFact = { readonly text: string | null; readonly broken: boolean };

/** The fact key of a block; neither part holds a space. */
export const blockKey = (path: string, marker: string): string => `${path} ${marker}`;
export const beginLine = (marker: string): string => `# BEGIN netvis ${marker}`;
export const endLine = (marker: string): string => `# END netvis ${marker}`;

/** Keys are `path marker`. One awk per block; a block never holds a secret. */
export const blockSource: FactSource<BlockFact> = {
  name: 'block',
  command: (keys) => concat(...keys.map(readBlock), raw('exit 0')),
  parse({ stdout }, keys) {
    const lines = stdout.split('\n');
    const linesOf = (prefix: string) => lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
    return new Map(keys.map((key, i) => [key, blockFact(linesOf(`${i} `))]));
  },
};

/** Prints `<n> =line` for lines of the block, `<n> B` and `<n> E` for its markers. */
function readBlock(key: string, index: number): RemoteCommand {
  const [path = '', marker = ''] = key.split(' ');
  const program = '$0==b{print n" B";on=1;next} $0==e{print n" E";on=0;next} on{print n" ="$0}';
  const variables = ['-v', `n=${index}`, '-v', `b=${beginLine(marker)}`, '-v', `e=${endLine(marker)}`];
  return concat(raw('if [ -f '), argv(path), raw(' ]; then '), argv('awk', ...variables, program, path), raw('; fi\n'));
}

function blockFact(lines: readonly string[]): BlockFact {
  const shape = lines
    .map((line) => line[0])
    .filter((letter) => letter !== '=')
    .join('');
  if (shape === '') return { text: null, broken: false };
  const text = lines
    .filter((line) => line.startsWith('='))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
  return { text, broken: shape !== 'BE' };
}
