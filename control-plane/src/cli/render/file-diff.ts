import pc from 'picocolors';
import type { StoredEvent } from '../../core/run-event.ts';

const tints: Readonly<Record<string, (text: string) => string>> = { '+': pc.green, '-': pc.red, '@': pc.cyan, '\\': pc.dim };

/** The diff an event holds, coloured where the terminal can; null without one. Unless `all`, a new file is only named. */
export function renderDiff(event: StoredEvent, { all }: { all: boolean }): string | null {
  const diff = 'diff' in event ? event.diff : undefined;
  if (diff === undefined) return null;
  const [from = '', to = '', ...body] = diff.split('\n');
  const isShort = !all && from === '--- /dev/null';
  if (isShort) return pc.green(`${to} (new, ${body.filter((line) => line.startsWith('+')).length} lines; --diff shows them)`);
  return [pc.bold(from), pc.bold(to), ...body.map(tint)].join('\n');
}

/** What a diff belongs to, where it does not stand under its step's line. */
export function diffTitle(event: StoredEvent): string | null {
  return 'step' in event ? `${pc.bold(event.host)}  ${event.stage}: ${event.step}` : null;
}

function tint(line: string): string {
  return (tints[line.charAt(0)] ?? String)(line);
}
