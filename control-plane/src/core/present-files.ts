import type { PresentFile } from './file-diff.ts';
import { argv, concat, type RemoteCommand, raw } from './remote-command.ts';

/** Bytes read of one file at most, and of all files of a host together; a larger file is not read at all. */
export const maxFileBytes = 256 * 1024;
export const maxHostBytes = 2 * 1024 * 1024;

/** Prints a line per path, in their order: `=` and the content in base64, `-` when no regular file is there, `+` when it is too large. */
export function readFilesCommand(paths: readonly string[]): RemoteCommand {
  return concat(
    raw(`left=${maxHostBytes}\nset -- `),
    argv(...paths),
    raw('\nfor p do\nif [ ! -f "$p" ] || [ -L "$p" ] || ! size=$(stat -c %s -- "$p" 2>/dev/null); then echo -\n'),
    raw(`elif [ "$size" -gt ${maxFileBytes} ] || [ "$size" -gt "$left" ]; then echo +\n`),
    raw('else left=$((left - size)); printf =; head -c "$size" -- "$p" | base64 | tr -d "\\n"; echo; fi\ndone'),
  );
}

/** What `readFilesCommand(paths)` printed, by path. A path without a line of its own is unread. */
export function parseFiles(stdout: string, paths: readonly string[]): ReadonlyMap<string, PresentFile> {
  const lines = stdout.split('\n').slice(0, -1);
  return new Map(paths.map((path, i) => [path, parseLine(lines[i])]));
}

function parseLine(line: string | undefined): PresentFile {
  if (line === '-') return { kind: 'absent' };
  if (line === '+') return { kind: 'large' };
  if (!line?.startsWith('=')) return { kind: 'unread', reason: 'the host gave no answer for it' };
  return fromBase64(line.slice(1));
}

/** Text is what is UTF-8. */
function fromBase64(base64: string): PresentFile {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: 'text', text };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'binary' };
    return { kind: 'unread', reason: 'the host’s answer was cut' };
  }
}
