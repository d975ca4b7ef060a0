/** `npm test`: the checks, then the tests on real PostgreSQL servers, then those on the lab of real hosts. Its last line is the sum of all tests. */
import { runChecks } from './verify/checks.ts';
import { runTests } from './verify/run.ts';
import { addTallies, closingLine } from './verify/tally.ts';

const checks = await runChecks();
const postgres = await runTests('postgres', { show: true });
const lab = await runTests('lab', { show: true });
const sum = addTallies([checks, postgres.tally, lab.tally]);
console.log(closingLine(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;
