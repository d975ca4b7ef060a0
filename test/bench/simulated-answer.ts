import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { blockKey } from '../../control-plane/src/core/facts/block.ts';
import type { SealedText } from '../../control-plane/src/core/steps/step-kind.ts';

/** What a real host answered to the facts script, and which words of it name that host. */
export type Recording = { readonly stdout: string; readonly name: string; readonly address: string };

/** The host that speaks a recording: its name, its address, and the steps whose contents it must have. */
export type Speaker = { readonly name: string; readonly address: string; readonly steps: readonly Step[] };

type Replacement = (source: string, text: string) => string;

/** Stands for the time at which a recording is spoken, in milliseconds. */
export const nowMark = '@now-ms@';

/**
 * The answer of a simulated host: the recording with the host's own name and address, and with the hashes and blocks
 * that its own inventory renders, so that nothing is to do on it. `network` maps the first three octets of addresses.
 */
export function simulatedAnswer(recording: Recording, speaker: Speaker, network: { from: string; to: string }): string {
  const moved = recording.stdout.replaceAll(`${network.from}.`, `${network.to}.`);
  const [mark = ''] = moved.split(' ', 1);
  const address = recording.address.replace(network.from, network.to);
  const own = (text: string) => text.replaceAll(wholeWord(address), speaker.address).replaceAll(wholeWord(recording.name), speaker.name);
  return inSources(moved, mark, (source, text) => contents(source, recording.name === speaker.name ? text : own(text), speaker.steps));
}

function contents(source: string, text: string, steps: readonly Step[]): string {
  if (source === 'host') return text.replace(/^clock\t\d+$/m, `clock\t${nowMark}`);
  if (source === 'file') return withHashes(text, steps);
  if (source === 'block') return blocksOf(steps);
  return text;
}

/** `mark source`, its output, `mark exit code`, its errors; again for the next source. */
function inSources(text: string, mark: string, replace: Replacement): string {
  const parts = text.split(`${mark} `);
  return parts
    .map((part, i) => {
      if (i % 2 === 0) return part;
      const end = part.indexOf('\n');
      return `${part.slice(0, end + 1)}${replace(part.slice(0, end), part.slice(end + 1))}`;
    })
    .join(`${mark} `);
}

function withHashes(text: string, steps: readonly Step[]): string {
  const files = steps.filter(({ kind }) => kind === 'file').map(({ settings }) => settings as { path: string; content: SealedText });
  const hashes = new Map(files.map(({ path, content }) => [path, content.sha256]));
  return text.replaceAll(/^[0-9a-f]{64} {2}(\/.*)$/gm, (line, path: string) => {
    const wanted = hashes.get(path);
    return wanted === undefined ? line : `${wanted}  ${path}`;
  });
}

function blocksOf(steps: readonly Step[]): string {
  const blocks = steps
    .filter(({ kind }) => kind === 'block')
    .map(({ settings }) => settings as { path: string; marker: string; content: string })
    .sort((a, b) => (blockKey(a.path, a.marker) < blockKey(b.path, b.marker) ? -1 : 1));
  const lines = blocks.flatMap(({ content }, n) => [
    `${n} B`,
    ...content
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `${n} =${line}`),
    `${n} E`,
  ]);
  return `${lines.join('\n')}\n\n`;
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\w.-])${word.replaceAll('.', '\\.')}(?![\\w.-])`, 'g');
}
