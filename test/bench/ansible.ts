import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { revealSecrets } from '../../control-plane/src/core/secret.ts';
import type { SiteHost } from '../../control-plane/src/core/site.ts';
import { must, run } from '../lab/process.ts';
import type { Stack } from '../lab/stack.ts';
import { type AnsibleSite, ansibleSite, filesVariable } from './ansible-playbook.ts';
import type { LiveSite } from './live-site.ts';
import { type MeasuredRun, measureRun } from './measured-run.ts';
import { type Recap, recapOf } from './recap.ts';

export type AnsibleRun = MeasuredRun & { readonly recap: Recap };

export type Ansible = {
  readonly site: AnsibleSite;
  readonly version: string;
  /** Runs the whole playbook. Throws when a host fails. */
  play(): Promise<AnsibleRun>;
  /** Ends the connections that are kept and removes every file. */
  close(): Promise<void>;
};

/** Writes inventory, playbook and files to a folder that only this user may enter; `steps` = what the playbook does. */
export async function openAnsible(stack: Stack, live: LiveSite, steps: LiveSite['steps'] = live.steps): Promise<Ansible> {
  const folder = await mkdtemp(join(tmpdir(), 'nvb-'));
  const site = ansibleSite(
    steps,
    live.run.playbook.stages.map(({ stage }) => stage),
  );
  await writeAll(folder, { site, live, stack });
  const environment = { ANSIBLE_CONFIG: join(folder, 'ansible.cfg'), ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: join(folder, 'tmp') };
  const version = (await must(['ansible-playbook', '--version'], { env: environment })).split('\n')[0] ?? '';
  return {
    site,
    version,
    async play() {
      let said = '';
      const measured = await measureRun(stack, () => {
        const child = spawn('ansible-playbook', [join(folder, 'site.yml')], { env: { ...process.env, ...environment } });
        for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
        return child;
      });
      if (measured.exitCode !== 0) throw new Error(`ansible-playbook ended with ${measured.exitCode}\n${said.slice(-4000)}`);
      return { ...measured, recap: recapOf(said) };
    },
    async close() {
      const sockets = await readdir(join(folder, 'cp'));
      await Promise.all(sockets.map((socket) => run(['ssh', '-O', 'exit', '-S', join(folder, 'cp', socket), 'any'])));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Written = { readonly site: AnsibleSite; readonly live: LiveSite; readonly stack: Stack };

async function writeAll(folder: string, { site, live: { run: opened }, stack }: Written): Promise<void> {
  const reveal = (text: string) => revealSecrets(text, opened.secrets.lookup);
  const hosts = Object.fromEntries(
    opened.site.hosts.map((host) => [
      host.name,
      { ...site.vars[host.name], ...loginOf(host, opened.secrets.lookup), [filesVariable]: join(folder, 'files', host.name) },
    ]),
  );
  const inventory = { all: { hosts, vars: { ansible_ssh_private_key_file: stack.lab.files.identity } } };
  for (const name of ['cp', 'tmp']) await mkdir(join(folder, name), { mode: 0o700 });
  await put(join(folder, 'ansible.cfg'), configuration(folder, stack.lab.files.knownHosts, opened.site.hosts.length));
  await put(join(folder, 'inventory.json'), JSON.stringify(inventory));
  await put(join(folder, 'site.yml'), JSON.stringify(site.plays, null, 1));
  for (const { host, name, text } of site.files) await put(join(folder, 'files', host, name), reveal(text));
}

/** What the tuning guides of Ansible ask for: few round trips, kept connections, all hosts at once. */
function configuration(folder: string, knownHosts: string, hosts: number): string {
  return `[defaults]
inventory = ${folder}/inventory.json
forks = ${Math.max(20, hosts)}
gathering = explicit
interpreter_python = /usr/bin/python3
host_key_checking = true
retry_files_enabled = false
[ssh_connection]
pipelining = true
control_path_dir = ${folder}/cp
ssh_args = -F /dev/null -o ControlMaster=auto -o ControlPersist=600s -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts}
`;
}

function loginOf({ address, ssh }: SiteHost, lookup: (name: string) => string): Readonly<Record<string, unknown>> {
  const { become } = ssh;
  const password = 'passwordSecret' in become && become.passwordSecret ? { ansible_become_password: lookup(become.passwordSecret) } : {};
  return { ansible_host: address, ansible_port: ssh.port, ansible_user: ssh.user, ansible_become: ssh.user !== 'root', ...password };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600 });
}
