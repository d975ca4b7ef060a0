import { hasSecret, maskSecrets } from './secret.ts';

/**
 * A command for a host as data: shell text that is ours (`raw`) and values that are quoted when the command is
 * rendered. Values may hold secret tokens only where they cannot reach a process list: see `feed` and `writeFile`.
 */
export type RemoteCommand = {
  readonly parts: readonly CommandPart[];
  /** How loosely it holds together: absent = one command; a list (`&&`, `;` …) is put in braces where it would fall apart. */
  readonly shape?: 'pipeline' | 'list';
};
export type CommandPart = { readonly raw: string } | { readonly quoted: string };

/** What a host answered. `exitCode` is the command's; streams are decoded as UTF-8. */
export type CommandOutput = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Turns tokens into text: `revealSecrets` bound to a lookup, or `maskSecrets`. */
export type Reveal = (text: string) => string;

/** One program with its arguments, each quoted. A secret among them would show in the process list: a bug, thrown. */
export function argv(...words: readonly string[]): RemoteCommand {
  for (const word of words) if (hasSecret(word)) throw new Error(`secret in a process's arguments: ${maskSecrets(word)}`);
  return { parts: words.flatMap((word, i) => (i === 0 ? [{ quoted: word }] : [{ raw: ' ' }, { quoted: word }])) };
}

/** Shell text written by us, never built from a value; a secret in it would not be quoted: a bug, thrown. */
export function raw(text: string): RemoteCommand {
  if (hasSecret(text)) throw new Error(`secret in shell text: ${maskSecrets(text)}`);
  return { parts: [{ raw: text }], ...shaped(shapeOf(text)) };
}

/** `a && b && …`; a `raw` member of several commands is for its author to `group`. */
export const all = (...commands: readonly RemoteCommand[]) => join(commands, ' &&\n');
/** `{ a || b || …; }` */
export const either = (...commands: readonly RemoteCommand[]) => group(join(commands.map(whole), ' || '));
/** `a | b | …` */
export const pipe = (...commands: readonly RemoteCommand[]) => join(commands.map(whole), ' | ');
/** `{ a; }` */
export const group = (command: RemoteCommand): RemoteCommand => ({ parts: concat(raw('{ '), command, raw('; }')).parts });
/** `( a )`: what `a` sets or defines ends with it. */
export const subshell = (command: RemoteCommand): RemoteCommand => ({ parts: concat(raw('( '), command, raw(' )')).parts });
/** Standard output and error of `command` thrown away. */
export const quiet = (command: RemoteCommand): RemoteCommand => concat(whole(command), raw(' >/dev/null 2>&1'));

/** Runs one program as another user of the host. Of several only the first would be the user's: a bug, thrown. */
export function runAs(user: string, command: RemoteCommand): RemoteCommand {
  if (command.shape) throw new Error(`more than one program to run as ${user}: ${toShell(command, maskSecrets)}`);
  return concat(argv('runuser', '-u', user, '--'), raw(' '), command);
}

/** Gives `text` (secrets allowed) to the command's standard input; printf is a shell builtin, so nothing shows it. */
export function feed(text: string, command: RemoteCommand): RemoteCommand {
  return concat(raw('printf %s '), { parts: [{ quoted: text }] }, raw(' | '), whole(command));
}

/** Where and how a file is put on a host. `mode` is octal text such as `0644`; `validate` gets the temporary file's path. */
export type FilePlacement = {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly validate?: (temporaryPath: string) => RemoteCommand;
};

/** Writes `text` (secrets allowed) to a temporary name, sets owner and mode, validates, syncs and renames. */
export function writeFile(text: string, to: FilePlacement): RemoteCommand {
  const temporary = temporaryPath(to.path);
  const write = subshell(concat(raw('umask 077 && printf %s '), { parts: [{ quoted: text }] }, raw(' > '), argv(temporary)));
  return all(write, ...installTemporary(temporary, to));
}

/** The steps after a temporary file has its content: owner, mode, validation, sync, rename. */
export function installTemporary(temporary: string, to: FilePlacement): readonly RemoteCommand[] {
  return [
    argv('chown', `${to.owner}:${to.group}`, temporary),
    argv('chmod', to.mode, temporary),
    ...(to.validate ? [to.validate(temporary)] : []),
    argv('sync', temporary),
    argv('mv', '-fT', temporary, to.path),
    argv('sync', parentOf(to.path)),
  ];
}

/** The name a file has until it is renamed into place; keeps the ending, which some validators look at. */
export function temporaryPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash + 1)}.netvis-new.${path.slice(slash + 1)}`;
}

/** The command as text for `/bin/sh`. */
export function toShell(command: RemoteCommand, reveal: Reveal): string {
  return command.parts.map((part) => ('raw' in part ? part.raw : quote(reveal(part.quoted)))).join('');
}

/** POSIX single quotes; words of safe characters stay bare so that commands read well. No shell can hold a NUL: thrown. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a value with a NUL character cannot be given to a shell');
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function concat(...commands: readonly RemoteCommand[]): RemoteCommand {
  const shapes = commands.map((command) => command.shape);
  const shape = shapes.includes('list') ? 'list' : shapes.find((found) => found !== undefined);
  return { parts: commands.flatMap((command) => command.parts), ...shaped(shape) };
}

function join(commands: readonly RemoteCommand[], separator: string): RemoteCommand {
  return concat(...commands.flatMap((command, i) => (i === 0 ? [command] : [raw(separator), command])));
}

/** In braces if it is a list. */
function whole(command: RemoteCommand): RemoteCommand {
  return command.shape === 'list' ? group(command) : command;
}

/** Errs towards `list`: braces too many do no harm. */
function shapeOf(text: string): RemoteCommand['shape'] {
  if (/[;\n]|&&|\|\|/.test(text)) return 'list';
  return text.includes('|') ? 'pipeline' : undefined;
}

function shaped(shape: RemoteCommand['shape']): { shape?: 'pipeline' | 'list' } {
  return shape ? { shape } : {};
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
