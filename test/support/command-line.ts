/** What the tools of this repository read from their command lines, and how they say that it cannot be taken. */
import { catalogue, NvError } from '../../control-plane/src/core/errors.ts';

/** An option as it was given; `hint` is how the tool is used. */
type Given = { readonly option: string; readonly text: string; readonly hint: string };

/** A whole number from 1 on. Throws NV_USAGE. */
export function wholeNumber({ option, text, hint, atMost = 9_999_999 }: Given & { readonly atMost?: number }): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= atMost) return Number(text);
  throw wrongUsage(`${option} ${text}`, hint);
}

/** One of the words that an option takes. Throws NV_USAGE. */
export function oneOf<T extends string>({ option, text, hint }: Given, words: readonly T[]): T {
  const word = words.find((each) => each === text);
  if (word === undefined) throw wrongUsage(`${option} ${text}`, hint);
  return word;
}

/** A command line that cannot be taken; `hint` is how it is used. */
export function wrongUsage(message: string, hint: string): NvError {
  return new NvError({ code: 'NV_USAGE', message, hint });
}

/** Ends a tool on an error of the catalogue: code, message and hint, and the exit code that goes with it. Throws any other. */
export function endWith(error: unknown): void {
  if (!(error instanceof NvError)) throw error;
  console.error(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
  process.exitCode = catalogue[error.code].exit;
}

/** Prints how a tool is used if its command line asks for that; whether it did. */
export function showsHelp(words: readonly string[], usage: string): boolean {
  const asks = words.includes('--help') || words.includes('-h');
  if (asks) console.log(usage);
  return asks;
}
