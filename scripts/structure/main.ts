/** Checks the rules of structure that the linter has no word for; prints what breaks them and exits 1. */
import { join } from 'node:path';
import { checkImports } from './imports.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkMachineTraces, machineTraces } from './machine-traces.ts';
import { checkMirror } from './mirror.ts';
import { readTree } from './tree.ts';

const root = join(import.meta.dirname, '../..');
const files = readTree(root);
const findings = [
  ...checkImports(files),
  ...checkLeftovers(files),
  ...checkMirror(files),
  ...checkMachineTraces(files, machineTraces(root)),
];
for (const { path, line, message } of findings) console.log(`${path}${line === undefined ? '' : `:${line}`}: ${message}`);
process.exitCode = findings.length > 0 ? 1 : 0;
