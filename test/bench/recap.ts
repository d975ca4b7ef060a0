/** The sums of Ansible's closing table over all hosts. */
export type Recap = {
  readonly hosts: number;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
};

/** Reads the PLAY RECAP of `ansible-playbook`. Throws when there is none. */
export function recapOf(output: string): Recap {
  const lines = (output.split(/^PLAY RECAP .*$/m)[1] ?? '').split('\n').filter((line) => line.includes(' ok='));
  if (lines.length === 0) throw new Error(`no recap: ${output.slice(-2000)}`);
  const sum = (word: string) => lines.reduce((total, line) => total + Number(new RegExp(`\\b${word}=(\\d+)`).exec(line)?.[1] ?? 0), 0);
  return {
    hosts: lines.length,
    ok: sum('ok'),
    changed: sum('changed'),
    failed: sum('failed') + sum('unreachable'),
    skipped: sum('skipped'),
  };
}
