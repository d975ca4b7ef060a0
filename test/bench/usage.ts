import { NvError } from '../../control-plane/src/core/errors.ts';

/** The whole number from 1 on that an option was given. Throws NV_USAGE. */
export function wholeNumber({ option, text, hint }: { option: string; text: string; hint: string }): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw wrongUsage(`${option} ${text}`, hint);
}

/** A command line that cannot be taken; `hint` is how it is used. */
export function wrongUsage(message: string, hint: string): NvError {
  return new NvError({ code: 'NV_USAGE', message, hint });
}
