/** One stream of a command, split at the mark its launcher prints: before it speak login shells and sudo, after it the command. */
export type MarkedOutput = {
  push(chunk: Buffer): void;
  /** Whether the mark came. */
  started(): boolean;
  /** What came before the mark. */
  preamble(): string;
  /** What came after the mark, decoded as UTF-8 in one piece. */
  text(): string;
};

export type MarkedOutputOptions = {
  readonly mark: string;
  /** Bytes that may come in all; the first byte more calls `onOverflow`, once, and everything later is dropped. */
  readonly limitBytes: number;
  readonly onOverflow: () => void;
  /** Called with all that came so far, as long as the mark has not come. */
  readonly onPreamble?: (preamble: string) => void;
  readonly onStart?: () => void;
  readonly onText?: (chunk: Buffer) => void;
};

export function markedOutput(options: MarkedOutputOptions): MarkedOutput {
  const end = Buffer.from(`${options.mark}\n`);
  const chunks: Buffer[] = [];
  let preamble = Buffer.alloc(0);
  let started = false;
  let bytes = 0;

  const take = (chunk: Buffer) => {
    if (chunk.length === 0) return;
    chunks.push(chunk);
    options.onText?.(chunk);
  };
  const search = (chunk: Buffer) => {
    preamble = Buffer.concat([preamble, chunk]);
    const at = preamble.indexOf(end);
    if (at < 0) return options.onPreamble?.(preamble.toString('utf8'));
    const rest = preamble.subarray(at + end.length);
    preamble = preamble.subarray(0, at);
    started = true;
    options.onStart?.();
    take(rest);
  };
  const push = (chunk: Buffer) => {
    const fitted = bytes <= options.limitBytes;
    bytes += chunk.length;
    if (bytes <= options.limitBytes) (started ? take : search)(chunk);
    else if (fitted) options.onOverflow();
  };
  return { push, started: () => started, preamble: () => preamble.toString('utf8'), text: () => Buffer.concat(chunks).toString('utf8') };
}

/** Cuts chunks into lines without their ends; `end` gives a last line that has none. */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  let open: Buffer[] = [];
  const flush = (last: Buffer) => {
    onLine(Buffer.concat([...open, last]).toString('utf8'));
    open = [];
  };
  const push = (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      flush(chunk.subarray(from, at));
      from = at + 1;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
  };
  return { push, end: () => void (open.length > 0 && flush(Buffer.alloc(0))) };
}
