import { execFile } from 'node:child_process';

/** Runs a program and gives its standard output; rejects on another exit code than 0 and when `signal` fires. */
export type RunProgram = (words: readonly [string, ...string[]], signal: AbortSignal) => Promise<string>;

export const runProgram: RunProgram = ([program, ...words], signal) =>
  new Promise((resolve, reject) => {
    const options = { signal, killSignal: 'SIGKILL' as const, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } };
    execFile(program, words, options, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim().split('\n')[0] || error.message)) : resolve(stdout),
    );
  });
