import { type Hunk, lineHunks } from './line-hunks.ts';
import { hasSecret, maskSecrets } from './secret.ts';

/** What lies at a path of a host now. `unread` = it could not be read, and why. */
export type PresentFile =
  | { readonly kind: 'absent' | 'binary' | 'large' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unread'; readonly reason: string };

/** `wanted` has secret tokens in it. */
export type FileVersions = { readonly path: string; readonly present: PresentFile; readonly wanted: string };

export type DiffPolicy = {
  /** The file's owner alone may read it, now or then. */
  readonly restricted: boolean;
  /** The hash of a line as it is on the host, its tokens revealed: lines with a secret are compared by it. */
  readonly hashOf: (line: string) => string;
  /** Replaces every known secret's value. */
  readonly mask: (text: string) => string;
};

/** Stands for a present line of which nobody knows whether it holds a secret, perhaps one of long ago. */
const hiddenLine = '[a line of a file with secrets]';
const binary = 'binary files differ';
/** Control characters but tab, line end, carriage return and form feed; those that delimit a secret's token are among them. */
const noText = /[^\P{Cc}\t\n\r\f\u0080-\u009f]/u;
/** Text of one diff, in characters; what is beyond is counted only. */
const maxCharacters = 65_536;
/** A line that would not be shown of any file: it may hold a secret that is not the cluster's. */
const tellingLine = /passw|auth_pass|requirepass|masterauth|secret|token(?!s)|credential|api_?key|:\/\/[^/\s@]*:[^/\s@]*@/i;

/**
 * A unified diff from what is there to what is wanted, fit to be stored and shown; empty when no line differs. Of a
 * guarded file (it is restricted, is to hold a secret, or holds one) a present line is shown only when the wanted
 * text has the very same line, and without a secret; so neither an old secret nor one of somebody else is shown.
 */
export function fileDiff({ path, present, wanted }: FileVersions, policy: DiffPolicy): string {
  const header = [`--- ${present.kind === 'absent' ? '/dev/null' : path}`, `+++ ${path}`];
  if (present.kind !== 'text' && present.kind !== 'absent') return [...header, reasonOf(present)].join('\n');
  const before = present.kind === 'text' ? present.text : '';
  if (noText.test(before)) return [...header, binary].join('\n');
  const guarded = policy.restricted || hasSecret(wanted) || policy.mask(before) !== before || /PRIVATE KEY/.test(before);
  const sides = { present: presentLines(before, wanted, { ...policy, guarded }), wanted: wantedLines(wanted, policy) };
  const hunks = lineHunks(sides.present.map(keyOf), sides.wanted.map(keyOf));
  if (!hunks) return [...header, 'too many lines differ to show them'].join('\n');
  return hunks.length === 0 ? '' : bounded([...header, ...hunks.flatMap((hunk) => hunkLines(hunk, sides))]);
}

type Line = { readonly hash: string; readonly shown: string; readonly isCut: boolean };
type Sides = { readonly present: readonly Line[]; readonly wanted: readonly Line[] };

function presentLines(text: string, wanted: string, policy: DiffPolicy & { guarded: boolean }): readonly Line[] {
  const known = new Set(linesOf(wanted).flatMap(({ line }) => (hasSecret(line) ? [] : [policy.hashOf(line)])));
  const shownAs = (line: string, hash: string) => {
    if (!known.has(hash) && (policy.guarded || tellingLine.test(line))) return hiddenLine;
    return visible(policy.mask(line));
  };
  return linesOf(text).map(({ line, isCut }) => {
    const hash = policy.hashOf(line);
    return { hash, isCut, shown: shownAs(line, hash) };
  });
}

function wantedLines(text: string, { hashOf, mask }: DiffPolicy): readonly Line[] {
  return linesOf(text).map(({ line, isCut }) => ({ hash: hashOf(line), isCut, shown: visible(mask(maskSecrets(line))) }));
}

/** The lines of a text; the last one is cut when no line end follows it. */
function linesOf(text: string): readonly { line: string; isCut: boolean }[] {
  const lines = text.split('\n');
  const isCut = lines.pop() as string;
  return [...lines.map((line) => ({ line, isCut: false })), ...(isCut === '' ? [] : [{ line: isCut, isCut: true }])];
}

function keyOf({ hash, isCut }: Line): string {
  return isCut ? `${hash} cut` : hash;
}

/** A kept line is shown as the wanted text has it: its secret is a name there. */
function hunkLines({ presentFrom, wantedFrom, signs }: Hunk, sides: Sides): readonly string[] {
  const at = { present: presentFrom, wanted: wantedFrom };
  const lines = signs.flatMap((sign) => {
    const line = sign === '-' ? sides.present[at.present] : sides.wanted[at.wanted];
    if (sign !== '+') at.present += 1;
    if (sign !== '-') at.wanted += 1;
    return [`${sign}${line?.shown}`, ...(line?.isCut ? ['\\ No newline at end of file'] : [])];
  });
  return [`@@ -${range(presentFrom, at.present)} +${range(wantedFrom, at.wanted)} @@`, ...lines];
}

/** `first line,count`; of no lines, the line before. */
function range(from: number, to: number): string {
  return `${to === from ? from : from + 1},${to - from}`;
}

function bounded(lines: readonly string[]): string {
  let length = 0;
  const fit = lines.findIndex((line) => {
    length += line.length + 1;
    return length > maxCharacters;
  });
  if (fit === -1) return lines.join('\n');
  return [...lines.slice(0, fit), `… ${lines.length - fit} more lines`].join('\n');
}

/** No character of a file may steer a terminal or hide others. */
function visible(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\t' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

function reasonOf(present: Exclude<PresentFile, { kind: 'text' | 'absent' }>): string {
  if (present.kind === 'unread') return `not shown: ${present.reason}`;
  return present.kind === 'binary' ? binary : 'not shown: the present file is too large';
}
