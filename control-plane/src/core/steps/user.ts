import * as z from 'zod';
import type { UserFact } from '../facts/user.ts';
import { argv } from '../remote-command.ts';
import { change, noop } from './diff.ts';
import { absolutePath, accountName } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  user: accountName,
  home: absolutePath.default('/nonexistent'),
  shell: absolutePath.default('/usr/sbin/nologin'),
});

type Settings = z.output<typeof schema>;

/** A system user with a group of the same name and no password. An existing one keeps its ids; its home is not made. */
export const userKind: StepKind<Settings> = {
  kind: 'user',
  schema,
  facts: ({ user }) => [{ source: 'user', key: user }],
  diff({ user, home, shell }, { fact }) {
    const found = fact<UserFact | null>('user', user);
    const options = ['--home-dir', home, '--shell', shell];
    if (!found) {
      const command = argv('useradd', '--system', '--user-group', '--no-create-home', ...options, user);
      return change({ summary: `user ${user} (new)`, command });
    }
    const differences = [
      ...(found.home === home ? [] : [`home ${found.home} → ${home}`]),
      ...(found.shell === shell ? [] : [`shell ${found.shell} → ${shell}`]),
    ];
    if (differences.length === 0) return noop(`user ${user} exists`);
    return change({
      summary: `user ${user} (${differences.join(', ')})`,
      command: argv('usermod', '--home', home, '--shell', shell, user),
    });
  },
};
