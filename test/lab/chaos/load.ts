import { type ChildProcess, spawn } from 'node:child_process';

export type Load = { end(): void };

/** Processes that take all the processor time they get, until `end`; they end with this process too. */
export function startLoad(processes: number): Load {
  const busy =
    "process.stdin.resume().on('end', () => process.exit()); setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 50)";
  const running: ChildProcess[] = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['-e', busy], { stdio: ['pipe', 'ignore', 'inherit'] }),
  );
  return {
    end() {
      for (const child of running) child.stdin?.end();
    },
  };
}
