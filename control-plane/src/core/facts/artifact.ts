import { argv, concat, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** Where artifacts live: `<root>/<name>/<first 12 of the hash>/`, with the link `current` to the one in use. */
export const artifactRoot = '/opt/netvis';

/** Keys are artifact names, values the directory name `current` points to; `null` = none, or one whose target is gone. */
export const artifactSource: FactSource<string | null> = {
  name: 'artifact',
  command: (names) =>
    concat(
      raw('for n in '),
      argv(...names),
      raw(
        `; do if [ -d ${artifactRoot}/"$n"/current/ ]; then printf '%s\\t%s\\n' "$n" "$(readlink ${artifactRoot}/"$n"/current)"; fi; done`,
      ),
    ),
  parse({ stdout }, names) {
    const found = new Map(stdout.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t', 2) as [string, string]] : [])));
    return new Map(names.map((name) => [name, found.get(name) ?? null]));
  },
};
