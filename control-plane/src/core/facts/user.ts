import { argv, concat, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

export type UserFact = { readonly uid: number; readonly gid: number; readonly home: string; readonly shell: string };

/** Keys are user names; `null` = no such user. */
export const userSource: FactSource<UserFact | null> = {
  name: 'user',
  command: (names) => concat(argv('getent', 'passwd', ...names), raw('\nc=$?; [ $c -eq 0 ] || [ $c -eq 2 ]')),
  parse({ stdout }, names) {
    const found = new Map(stdout.split('\n').flatMap(passwdLine));
    return new Map(names.map((name) => [name, found.get(name) ?? null]));
  },
};

function passwdLine(line: string): [string, UserFact][] {
  const [name, , uid, gid, , home, shell] = line.split(':');
  return name && home !== undefined ? [[name, { uid: Number(uid), gid: Number(gid), home, shell: shell ?? '' }]] : [];
}
