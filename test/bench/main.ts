/** `npm run bench -- apply`: how fast an apply is, beside Ansible and over many hosts. */
import { catalogue, NvError } from '../../control-plane/src/core/errors.ts';
import { benchApply } from './apply.ts';
import { parseArguments } from './arguments.ts';

process.env.NETVIS_LAB ||= 'bench';
try {
  await benchApply(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof NvError)) throw error;
  console.error(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
  process.exitCode = catalogue[error.code].exit;
}
