/** `npm run check`: the fast part of the verdict. */
import { runChecks } from './verify/checks.ts';

const { failed } = await runChecks();
process.exitCode = failed === 0 ? 0 : 1;
