import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineSplitter, markedOutput } from '../../../../control-plane/src/adapters/ssh/marked-output.ts';

const mark = 'nvmark';

/** Cuts a buffer at the given places, each modulo its length. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)).sort((x, y) => x - y), whole.length];
  return at.slice(1).map((end, i) => whole.subarray(at[i], end));
}

function read(chunks: readonly Buffer[], limitBytes = 1_000_000) {
  const seen: string[] = [];
  const output = markedOutput({
    mark,
    limitBytes,
    onOverflow: () => seen.push('overflow'),
    onPreamble: (preamble) => seen.push(`preamble ${preamble}`),
    onStart: () => seen.push('start'),
    onText: (chunk) => seen.push(`text ${chunk.toString('utf8')}`),
  });
  for (const chunk of chunks) output.push(chunk);
  return { seen, started: output.started(), preamble: output.preamble(), text: output.text() };
}

const places = fc.array(fc.nat({ max: 500 }), { maxLength: 12 });

test('wherever the stream is cut, what comes after the mark is the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), places, (before, after, at) => {
      const result = read(cut(Buffer.from(`${before}${mark}\n${after}`), at));
      expect(result).toMatchObject({ started: true, preamble: before, text: after });
    }),
  );
});

test('who listens is told what comes before the mark, the start, and the text, in this order', () => {
  const { seen } = read(['Pass', 'word: ', `${mark}\none`, 'two'].map((text) => Buffer.from(text)));
  expect(seen).toEqual(['preamble Pass', 'preamble Password: ', 'start', 'text one', 'text two']);
});

test('without the mark nothing has started', () => {
  expect(read([Buffer.from(`sorry ${mark} and`)])).toMatchObject({ started: false, preamble: `sorry ${mark} and`, text: '' });
});

test('a second mark is text', () => {
  expect(read([Buffer.from(`${mark}\n${mark}\n`)]).text).toBe(`${mark}\n`);
});

test('the first byte beyond the limit is told once and the rest is dropped', () => {
  const { seen, text } = read(
    [`${mark}\n`, 'abc', 'd', 'e', 'f'].map((piece) => Buffer.from(piece)),
    mark.length + 1 + 4,
  );
  expect(text).toBe('abcd');
  expect(seen.filter((event) => event === 'overflow')).toHaveLength(1);
});

describe('lines', () => {
  const split = (chunks: readonly Buffer[]) => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    return lines;
  };

  test('are the same wherever the stream is cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ä', '€', '𐍈', ' ') });
    fc.assert(
      fc.property(fc.array(line), places, (lines, at) => {
        expect(split(cut(Buffer.from(lines.map((text) => `${text}\n`).join('')), at))).toEqual(lines);
      }),
    );
  });

  test('need no end after the last', () => {
    expect(split([Buffer.from('one\n\ntw'), Buffer.from('o')])).toEqual(['one', '', 'two']);
    expect(split([])).toEqual([]);
  });
});
