import { readEnvironmentFile, readExecStart, readHbaLine, readNginx, readRedisLine } from './config-readers.ts';

/** What the program that reads the file at `path` makes of its text; of files without a reader here, the lines. */
export function readStructure(path: string, text: string): unknown {
  const [, read = (lines: string) => lines.split('\n')] = readers.find(([pattern]) => pattern.test(path)) ?? [];
  return read(text);
}

const readers: readonly (readonly [RegExp, (text: string) => unknown])[] = [
  [/\.json$/, JSON.parse],
  [/\/nginx\.conf$/, readNginx],
  [/\/api\.env$/, (text) => Object.entries(readEnvironmentFile(text)).map(([name, value]) => [name, readUrl(value) ?? value])],
  [/\/pg_hba\.conf$/, (text) => text.split('\n').map(readHbaLine)],
  [/\/(redis|sentinel)\.conf$/, (text) => text.split('\n').map((line) => (line.startsWith('#') ? line : readRedisLine(line)))],
  [
    /\/netvis-api\.service$/,
    (text) => text.split('\n').map((line) => (line.startsWith(exec) ? readExecStart(line.slice(exec.length)) : line)),
  ],
  [
    /\/pgpass$/,
    (text) =>
      text
        .trimEnd()
        .match(/(?:[^:\\]|\\.)+/g)
        ?.map((field) => field.replace(/\\(.)/g, '$1')),
  ],
];
const exec = 'ExecStart=';

/** A connection's parts as its client sees them. */
function readUrl(text: string): readonly string[] | null {
  if (!/^(postgresql|redis):\/\//.test(text)) return null;
  const { protocol, username, password, host, pathname } = new URL(text);
  return [protocol, username, password, host, pathname].map(decodeURIComponent);
}
