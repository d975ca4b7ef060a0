import { spawn } from 'node:child_process';
import { NvError } from '../../control-plane/src/core/errors.ts';

/** What a finished program left; `exitCode` is 128 + n after signal n is unknown to Node, so 255 stands for any signal. */
export type Outcome = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program with SIGKILL after so many milliseconds (exit code 255). */
  readonly timeoutMs?: number;
};

/** Runs a program to its end and keeps both outputs. Rejects only when the program cannot be started. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = '', ...args] = argv;
  const { input = '', env = {}, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ exitCode: code ?? 255, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.end(input);
  });
}

/** Like `run`, but a non-zero exit is an error that shows the end of what the program said. Returns stdout. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(argv, options);
  if (outcome.exitCode === 0) return outcome.stdout;
  const said = `${outcome.stderr}\n${outcome.stdout}`.trim().split('\n').slice(-8).join('\n');
  throw new NvError({ code: 'NV_UNEXPECTED', message: `${argv.slice(0, 4).join(' ')} … ended with ${outcome.exitCode}\n${said}` });
}

/** Runs a program on the caller's own terminal; resolves with its exit code. */
export function attach(argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
}
