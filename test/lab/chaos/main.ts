/** `npm run chaos`: what is hard to hurt is hurt, at random moments, on real hosts. */
import { endWith, showsHelp } from '../../support/command-line.ts';
import { openLab } from '../lab.ts';
import { chaosApply } from './apply.ts';
import { parseArguments, type Request, usage } from './arguments.ts';
import { chaosDown } from './down.ts';
import { chaosSoak } from './soak.ts';
import { chaosTwo } from './two.ts';

process.env.NETVIS_LAB ||= 'chaos';
const words = process.argv.slice(2);
try {
  if (!showsHelp(words, usage)) process.exitCode = (await runScenario(parseArguments(words))) ? 0 : 1;
} catch (error) {
  endWith(error);
}

async function play(request: Request): Promise<boolean> {
  switch (request.scenario) {
    case 'apply':
      return await chaosApply(request);
    case 'down':
      return await chaosDown(request);
    case 'two':
      return await chaosTwo(request);
    case 'soak':
      return await chaosSoak(request);
    default:
      return request satisfies never;
  }
}

async function runScenario(request: Request): Promise<boolean> {
  try {
    return await play(request);
  } finally {
    if (!request.keep) await openLab({ shape: request.shape }).down();
  }
}
