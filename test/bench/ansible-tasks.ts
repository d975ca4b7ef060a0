import { basename } from 'node:path';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import type { SealedText } from '../../control-plane/src/core/steps/step-kind.ts';

/** A step of ours as one task of Ansible. `text` is the content of the file that the task copies. */
export type AnsibleTask = {
  readonly module: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly text?: string;
  /** The argument in whose place the path of that file stands; absent = `src`. */
  readonly source?: string;
  /** Names of handlers. */
  readonly notify: readonly string[];
};

type Settings = Readonly<Record<string, unknown>>;
type Mapped = Omit<AnsibleTask, 'notify'>;

/**
 * The task that does the same as a step, or null where Ansible's own modules have no equal (certificates, database and
 * Redis settings, artifacts, a service that is only watched). The text of a file may hold secret tokens. Of the kinds
 * `script` and `blob` are the steps that a first apply is made of beside ours.
 */
export function taskOf(step: Step): AnsibleTask | null {
  const mapped = mappings[step.kind]?.(step.settings as Settings);
  return mapped ? { ...mapped, notify: step.notify.map(({ unit, verb }) => handlerName(verb, unit)) } : null;
}

/** `reload nginx.service` */
export function handlerName(verb: string, unit: string): string {
  return `${verb} ${unit}`;
}

const mappings: Readonly<Record<string, (settings: Settings) => Mapped | null>> = {
  package: ({ names }) => ({
    module: 'ansible.builtin.apt',
    args: { name: names, state: 'present', install_recommends: false, policy_rc_d: 101 },
  }),
  directory: ({ path, owner, group, mode }) => file({ path, state: 'directory', owner, group, mode }),
  symlink: ({ path, target }) => file({ path, state: 'link', src: target }),
  absent: ({ path }) => file({ path, state: 'absent' }),
  file: copy,
  block: ({ path, marker, content }) => ({
    module: 'ansible.builtin.blockinfile',
    args: { path, marker: `# {mark} netvis ${marker}`, marker_begin: 'BEGIN', marker_end: 'END', block: content },
  }),
  user: ({ user, home, shell }) => ({
    module: 'ansible.builtin.user',
    args: { name: user, system: true, create_home: false, ...(home ? { home } : {}), ...(shell ? { shell } : {}) },
  }),
  service,
  script: ({ text }) => ({ module: 'ansible.builtin.script', args: {}, text: String(text), source: 'cmd' }),
  blob: ({ localPath, path }) => ({ module: 'ansible.builtin.copy', args: { src: localPath, dest: path, mode: '0600' } }),
};

function service({ unit, state, enabled, isNew }: Settings): Mapped | null {
  if (state === 'as-found') return null;
  const args = { name: unit, state, ...(enabled === undefined ? {} : { enabled }), ...(isNew ? { daemon_reload: true } : {}) };
  return { module: 'ansible.builtin.systemd', args };
}

function file(args: Settings): Mapped {
  return { module: 'ansible.builtin.file', args };
}

function copy({ path, owner, group, mode, content, validate, seed }: Settings): Mapped {
  const words = validate ? namedLike(String(path), validate as readonly string[]) : null;
  const checked = words ? { validate: words.map(validateWord).join(' ') } : {};
  const args = { dest: path, owner, group, mode, force: !seed, ...checked };
  return { module: 'ansible.builtin.copy', args, text: (content as SealedText).text };
}

/**
 * Ansible checks a file called `source` where root alone may look; systemd takes a file for a unit by its name alone, and
 * PostgreSQL runs as another user: a copy has the right name and can be read.
 */
function namedLike(path: string, words: readonly string[]): readonly string[] {
  if (!['systemd-analyze', 'runuser'].includes(words[0] ?? '')) return words;
  const copied = `"$d/${basename(path)}"`;
  const copying = `d=$(mktemp -d) && cp "$0" ${copied} && chmod -R a+rX "$d" && cd "$d"`;
  const check = `${copying} && ${words.join(' ').replace('{}', copied)}; s=$?; rm -rf "$d"; exit $s`;
  return ['sh', '-c', check, '{}'];
}

/** Ansible splits the command as a shell does and puts the file's name in place of `%s`. */
function validateWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('{}', '%s');
  return /^[\w%=:,./-]+$/.test(escaped) ? escaped : `'${escaped.replaceAll("'", `'"'"'`)}'`;
}
