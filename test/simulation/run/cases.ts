/** The cases of `test/cases/simulation`, and the seeds that find a seeded bug. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { repositoryPath } from '../../support/repository-path.ts';
import { type SimulationCase, simulationCase } from '../schedule/case.ts';

export type NamedCase = { readonly file: string; readonly played: SimulationCase };

export function readCases(): readonly NamedCase[] {
  const folder = repositoryPath('test/cases/simulation');
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, played: simulationCase.parse(parse(readFileSync(`${folder}/${file}`, 'utf8'))) }));
}

/** By the bug's name the seed whose random schedule finds it. */
export function readSeeds(): Readonly<Record<string, number>> {
  const text = readFileSync(repositoryPath('test/cases/mutant-seeds.yaml'), 'utf8');
  return z.record(z.string(), z.int()).parse(parse(text));
}
