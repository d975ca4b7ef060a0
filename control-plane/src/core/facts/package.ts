import { argv, concat, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** Keys are package names, values installed versions; `null` = not (wholly) installed, as on a host without dpkg. */
export const packageSource: FactSource<string | null> = {
  name: 'package',
  command: (names) =>
    concat(
      raw('command -v dpkg-query >/dev/null || exit 0\n'),
      argv('dpkg-query', '-W', '-f', `\${Package}\\t\${db:Status-Abbrev}\\t\${Version}\\n`, ...names),
      raw('\n[ $? -le 1 ]'),
    ),
  parse({ stdout }, names) {
    const installed = new Map(stdout.split('\n').flatMap(installedLine));
    return new Map(names.map((name) => [name, installed.get(name) ?? null]));
  },
};

function installedLine(line: string): [string, string][] {
  const [name, status, version] = line.split('\t');
  return name && version && status?.[1] === 'i' ? [[name, version]] : [];
}
