/** `npm run bench -- apply`: how fast an apply is, beside Ansible and over many hosts. `-- lease-soak`: etcd under two days of renewals. */
import { catalogue, NvError } from '../../control-plane/src/core/errors.ts';
import { benchApply } from './apply.ts';
import { parseArguments } from './arguments.ts';
import { benchLeaseSoak } from './lease-soak.ts';

process.env.NETVIS_LAB ||= 'bench';
try {
  const request = parseArguments(process.argv.slice(2));
  await (request.bench === 'apply' ? benchApply(request) : benchLeaseSoak(request));
} catch (error) {
  if (!(error instanceof NvError)) throw error;
  console.error(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
  process.exitCode = catalogue[error.code].exit;
}
