import { CommanderError } from 'commander';
import { createActions } from './actions.ts';
import { createProgram } from './program.ts';
import { errorText, exitCodeOfError } from './render/error.ts';

const version = '0.1.0';

await main(process.argv);

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
