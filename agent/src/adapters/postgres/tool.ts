import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type Deadline, LateError } from './deadline.ts';
import type { PostgresPlace } from './place.ts';

/** A program of PostgreSQL's ended with an error; the message is its last line. */
export class ToolError extends Error {
  readonly output: string;

  constructor(program: string, output: string) {
    super(`${program}: ${lastLine(output) ?? 'failed without a word'}`);
    this.name = 'ToolError';
    this.output = output;
  }
}

const outputLimitBytes = 16 * 1024 * 1024;

/**
 * Runs one of PostgreSQL's programs as the user that the data belong to, and gives all it printed. It dies with the agent and
 * at the deadline, because a program that outlives its verb would meet the next one in the same directory.
 */
export function runTool(place: PostgresPlace, [program, ...words]: readonly [string, ...string[]], deadline: Deadline): Promise<string> {
  const { uid, gid } = place.systemUser;
  const asUser = ['--pdeathsig', 'KILL', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--'];
  const options = {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    maxBuffer: outputLimitBytes,
    timeout: Math.max(1, Math.ceil(deadline.leftMs())),
    killSignal: 'SIGKILL' as const,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('setpriv', [...asUser, join(place.programs, program), ...words], options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (!error) resolve(output);
      else reject(error.killed ? new LateError(program) : new ToolError(program, output || error.message));
    });
    child.stdin?.end();
  });
}

function lastLine(output: string): string | undefined {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .pop();
}
