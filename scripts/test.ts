/** `npm test`: the checks, then the end-to-end tests on the lab of real hosts. Its last line is the sum of all tests. */
import { runChecks } from './verify/checks.ts';
import { runTests } from './verify/run.ts';
import { addTallies, closingLine } from './verify/tally.ts';

const checks = await runChecks();
const lab = await runTests('lab', { show: true });
const sum = addTallies([checks, lab.tally]);
console.log(closingLine(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;
