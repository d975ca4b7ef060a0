import { randomBytes } from 'node:crypto';
import { type RemoteCommand, toShell } from '../../core/remote-command.ts';
import { revealSecrets, type SecretLookup } from '../../core/secret.ts';
import type { RemoteHost } from '../../ports/remote-host.ts';
import { type ConnectSettings, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { within } from './deadline.ts';
import { launchCommand, type Privilege } from './launcher.ts';
import { createLink } from './link.ts';
import { talk } from './session.ts';
import { timeoutError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';
import { uploadBlob } from './upload.ts';

/** `lookup` is called at each use: for the tokens of commands and for sudo's password. */
export type RemoteHostSettings = ConnectSettings & { readonly lookup: SecretLookup };

type RunOptions = Parameters<RemoteHost['run']>[1];

/** One host; `resolve` finds out how to reach it, at the first use. */
export function createRemoteHost(name: string, resolve: () => Promise<SshTarget>, settings: RemoteHostSettings): RemoteHost {
  const link = createLink({ name, resolve, connect: (target) => connect(target, settings) });
  const reveal = (text: string) => revealSecrets(text, settings.lookup);
  const run = async (command: RemoteCommand, options: RunOptions) => {
    const script = toShell(command, reveal);
    return link.use(options.timeoutMs, (connection, target) => runScript({ connection, target, script, options, settings }));
  };
  return {
    name,
    run,
    upload: (blob, options) => uploadBlob({ blob, link, run, timeoutMs: options.timeoutMs }),
    close: link.close,
  };
}

type ScriptRun = {
  readonly connection: Connection;
  readonly target: SshTarget;
  readonly script: string;
  readonly options: RunOptions;
  readonly settings: RemoteHostSettings;
};

/** The host ends the command by itself soon after our deadline, for a cut connection does not end it. */
const graceSeconds = 1;

function runScript({ connection, target, script, options, settings }: ScriptRun) {
  const mark = `nv${randomBytes(12).toString('hex')}`;
  const privilege = privilegeOf(target);
  const seconds = Math.ceil(options.timeoutMs / 1000) + graceSeconds;
  const password = privilege === 'sudo-password' ? settings.lookup(target.become.passwordSecret as string) : undefined;
  const work = async () => {
    const channel = await connection.exec(launchCommand({ mark, seconds, privilege }));
    return talk(channel, { target, script, mark, privilege, password, onLine: options.onLine });
  };
  return within(options.timeoutMs, () => timeoutError(target, 'a command', options.timeoutMs), connection.whileAlive(work()));
}

export function privilegeOf(target: SshTarget): Privilege {
  if (target.user === 'root' || target.become.method === 'none') return 'none';
  return target.become.passwordSecret === undefined ? 'sudo' : 'sudo-password';
}
