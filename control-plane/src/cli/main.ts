import { CommanderError } from 'commander';
import { createActions } from './actions.ts';
import { createProgram } from './program.ts';
import { errorText, exitCodeOfError } from './render/error.ts';

const version = '0.1.0';

process.stdout.on('error', endWhenNobodyReads);

await main(process.argv);

/** A reader that went away, such as `head`, is no failure; anything else is. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

/** Runs one command and leaves with its exit code; errors of the catalogue are told with their hint, never as a stack. */
async function main(argv: readonly string[]): Promise<void> {
  let exitCode = 0;
  const program = createProgram(
    createActions(() => program.opts<{ stateDir?: string }>(), version),
    version,
    (code) => {
      exitCode = code;
    },
  );
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 3;
    else {
      process.stderr.write(`${errorText(error)}\n`);
      exitCode = exitCodeOfError(error);
    }
  }
  process.exitCode = exitCode;
}
