import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Principal, scopes } from '../../core/access.ts';
import { NvError } from '../../core/errors.ts';

/** A token's owner with the SHA-256 of the token in hex: tokens themselves are never kept. */
export type TokenEntry = Principal & { readonly sha256: string };

const entryLine = new RegExp(`^(${scopes.join('|')}) ([a-z0-9][a-z0-9-]*) ([0-9a-f]{64})$`);

/**
 * Reads a tokens file: one `SCOPE NAME SHA256` per line, `#` starts a comment line.
 * Throws NV_USAGE with the line that is none: a mistyped line must not open or close anything silently.
 */
export function parseTokens(text: string, file: string): TokenEntry[] {
  return text.split('\n').flatMap((line, index): TokenEntry[] => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [, scope, name, sha256] = entryLine.exec(line.trim()) ?? [];
    if (scope === undefined || name === undefined || sha256 === undefined) throw badLine(file, index + 1);
    return [{ scope: scope as Principal['scope'], name, sha256 }];
  });
}

export function formatToken({ scope, name, sha256 }: TokenEntry): string {
  return `${scope} ${name} ${sha256}\n`;
}

/** A new token of 256 random bits and its entry. */
export function newToken(principal: Principal): { token: string; entry: TokenEntry } {
  const token = `nvt_${randomBytes(32).toString('base64url')}`;
  return { token, entry: { ...principal, sha256: digestOf(token).toString('hex') } };
}

/** The owner of a token. Takes the same time whichever entry matches, or none. */
export function findOwner(entries: readonly TokenEntry[], token: string): Principal | null {
  const digest = digestOf(token);
  const matches = entries.filter((entry) => timingSafeEqual(Buffer.from(entry.sha256, 'hex'), digest));
  const [owner] = matches;
  return owner ? { name: owner.name, scope: owner.scope } : null;
}

/** Whether two tokens are the same, in a time that does not tell where they differ. */
export function sameToken(expected: string, token: string): boolean {
  return timingSafeEqual(digestOf(expected), digestOf(token));
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function badLine(file: string, line: number): NvError {
  const hint = 'a line is SCOPE NAME SHA256, where SCOPE is viewer, operator or admin; `printf %s TOKEN | sha256sum` gives SHA256';
  return new NvError({ code: 'NV_USAGE', message: 'this is no token entry', hint, at: { file, line, column: 1 } });
}
