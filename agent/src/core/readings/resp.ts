/** A reply of Redis; an error reply is a value, for it answers one command among several. */
export type RespReply = string | number | null | RespError | readonly RespReply[];
export type RespError = { readonly error: string };

type Parsed = { readonly reply: RespReply; readonly next: number };

/** `*2\r\n$4\r\nPING…`: one command as RESP. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${utf8Length(word)}\r\n${word}\r\n`).join('')}`;
}

/**
 * All whole replies in `bytes` (each char one byte, i.e. decoded as latin1), or fewer when the rest has not come yet.
 * Throws on anything that is not RESP2.
 */
export function parseReplies(bytes: string): readonly RespReply[] {
  const replies: RespReply[] = [];
  let at = 0;
  for (;;) {
    const parsed = parseReply(bytes, at);
    if (!parsed) return replies;
    replies.push(parsed.reply);
    at = parsed.next;
  }
}

export function isRespError(reply: RespReply | undefined): reply is RespError {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

function parseReply(bytes: string, at: number): Parsed | null {
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return null;
  const text = bytes.slice(at + 1, end);
  const next = end + 2;
  const type = bytes[at];
  if (type === '+') return { reply: text, next };
  if (type === '-') return { reply: { error: text }, next };
  if (type === ':') return { reply: Number(text), next };
  if (type === '$') return parseBulk(bytes, Number(text), next);
  if (type === '*') return parseArray(bytes, Number(text), next);
  throw new Error(`not a reply of Redis: ${JSON.stringify(bytes.slice(at, at + 20))}`);
}

function parseBulk(bytes: string, length: number, at: number): Parsed | null {
  if (length < 0) return { reply: null, next: at };
  if (bytes.length < at + length + 2) return null;
  return { reply: bytes.slice(at, at + length), next: at + length + 2 };
}

function parseArray(bytes: string, length: number, at: number): Parsed | null {
  if (length < 0) return { reply: null, next: at };
  const replies: RespReply[] = [];
  let next = at;
  for (let i = 0; i < length; i++) {
    const parsed = parseReply(bytes, next);
    if (!parsed) return null;
    replies.push(parsed.reply);
    next = parsed.next;
  }
  return { reply: replies, next };
}

function utf8Length(word: string): number {
  return new TextEncoder().encode(word).length;
}
