import { NvError } from '../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import { type HostUniverse, hostsOfWord } from './groups.ts';
import { roles } from './schema.ts';

/** Words a pattern may have. */
const wordLimit = 200;

/**
 * Names of the hosts a pattern selects, in the inventory's order. A pattern is words joined by `,` or `:`: hosts, roles,
 * groups, `all`, ranges and globs are united; then only hosts in every `&word` stay; then those of every `!word` go.
 * Without a plain word the selection starts from all hosts. Throws NV_SELECTOR for a word that means nothing, and when
 * no host is left.
 */
export function selectHosts(pattern: string, universe: HostUniverse): readonly string[] {
  const words = splitPattern(pattern);
  const named = (sign: string) => words.filter((word) => word.sign === sign).map(({ word }) => new Set(hostsOf(word, universe)));
  const united = named('');
  const required = named('&');
  const excluded = named('!');
  const selected = universe.hosts
    .map(({ name }) => name)
    .filter((name) => united.length === 0 || united.some((set) => set.has(name)))
    .filter((name) => required.every((set) => set.has(name)))
    .filter((name) => !excluded.some((set) => set.has(name)));
  if (selected.length > 0) return selected;
  throw refused(`the pattern ${quoted(pattern)} selects no host`, 'Patterns: pg1, postgres, pg*, "api,redis", "all,!lb", "lb,&web".');
}

type Word = { readonly sign: '' | '&' | '!'; readonly word: string };

/** Colons inside brackets belong to ranges. */
function splitPattern(pattern: string): readonly Word[] {
  const pieces = pattern.match(/(?:\[[^\]]*\]|[^,:])+/g) ?? [];
  const words = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
  if (words.length === 0) throw refused('the pattern is empty', 'Leave it out to mean all hosts.');
  if (words.length > wordLimit) throw refused(`the pattern has more than ${wordLimit} words`, 'Name a group of the inventory.');
  return words.map((word) => {
    const sign = word.startsWith('!') ? '!' : word.startsWith('&') ? '&' : '';
    return { sign, word: word.slice(sign.length).trim() };
  });
}

function hostsOf(word: string, universe: HostUniverse): readonly string[] {
  const hosts = hostsOfWord(universe, word);
  if (hosts) return hosts;
  const known = [...universe.hosts.map(({ name }) => name), ...Object.keys(universe.groups), ...roles, 'all'];
  throw refused(`${quoted(word)} is no host, role or group`, didYouMean(word, known));
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}…`);
}

function refused(message: string, hint: string): NvError {
  return new NvError({ code: 'NV_SELECTOR', message, hint });
}
