import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One unit on a machine without systemd: `systemctl`, `journalctl`, `ss` and `sleep` as programs in a folder for the front of PATH. */
export type FakeSystemd = {
  readonly bin: string;
  /** What it was told to do, in order. */
  acts(): readonly string[];
  isActive(): boolean;
  /** Shell conditions, `true` at first: whether it starts, goes on running, listens, and `serves` (a program of that name) succeeds. */
  set(what: 'starts' | 'lives' | 'listens' | 'serves', condition: string): void;
  /** Starts or ends it by hand. */
  run(active: boolean): void;
};

export function fakeSystemd(directory: string): FakeSystemd {
  const at = (name: string) => join(directory, name);
  const bin = at('bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(programs)) addProgram(bin, name, `cd ${directory}\n${text}`);
  const set = (what: string, condition: string) => writeFileSync(at(what), condition);
  for (const what of ['starts', 'lives', 'listens', 'serves']) set(what, 'true');
  return {
    bin,
    acts: () => (existsSync(at('acts')) ? readFileSync(at('acts'), 'utf8').trim().split('\n') : []),
    isActive: () => existsSync(at('active')),
    set,
    run: (active) => (active ? writeFileSync(at('active'), 'by hand\n') : rmSync(at('active'), { force: true })),
  };
}

/** Makes an executable of `sh` in a folder. */
export function addProgram(bin: string, name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** A unit's invocation is the number of acts before it. */
const programs: Readonly<Record<string, string>> = {
  systemctl: `if [ "$1" = -q ]; then shift; fi
case $1 in
  is-active) [ -e active ] && sh ./lives ;;
  show) cat active 2>/dev/null ;;
  daemon-reload) echo "$1" >> acts ;;
  *) echo "$1" >> acts
    if [ "$1" = restart ]; then rm -f active; fi
    sh ./starts || exit 1
    if [ "$1" != reload ]; then wc -l < acts > active; fi ;;
esac`,
  journalctl: 'echo "the unit said why"',
  ss: 'sh ./listens && echo LISTEN',
  sleep: ':',
  serves: 'sh ./serves',
};
