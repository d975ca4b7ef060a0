import * as z from 'zod';
import type { UserFact } from '../facts/user.ts';
import { argv, type RemoteCommand } from '../remote-command.ts';
import { change, noop } from './diff.ts';
import { absolutePath, accountName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  user: accountName,
  /** Compared with an existing user only when given; a new one gets `/nonexistent`. */
  home: absolutePath.optional(),
  /** Compared with an existing user only when given; a new one gets `/usr/sbin/nologin`. */
  shell: absolutePath.optional(),
});

type Settings = z.output<typeof schema>;

/** A system user with a group of the same name and no password. An existing one keeps its ids; its home is not made. */
export const userKind: StepKind<Settings> = {
  kind: 'user',
  schema,
  facts: ({ user }) => [{ source: 'user', key: user }],
  diff({ user, ...wanted }, { fact }) {
    const found = fact<UserFact | null>('user', user);
    if (!found) return change({ summary: `user ${user} (new)`, command: addUser(user, wanted) });
    const names = (['home', 'shell'] as const).filter((name) => wanted[name] !== undefined && wanted[name] !== found[name]);
    if (names.length === 0) return noop(`user ${user} exists`);
    const differences = names.map((name) => `${name} ${found[name]} → ${wanted[name]}`);
    const options = names.flatMap((name) => [`--${name}`, wanted[name] ?? '']);
    return change({ summary: `user ${user} (${differences.join(', ')})`, command: argv('usermod', ...options, user) });
  },
};

function addUser(user: string, { home = '/nonexistent', shell = '/usr/sbin/nologin' }: Omit<Settings, 'user'>): RemoteCommand {
  return argv('useradd', '--system', '--user-group', '--no-create-home', '--home-dir', home, '--shell', shell, user);
}
