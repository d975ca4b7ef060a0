import { describe } from 'vitest';
import { hostMoment } from '../../agent/src/adapters/host-clock.ts';
import { fenceContract } from '../contracts/fence.contract.ts';
import { fakeFence } from '../support/fake-fence.ts';

describe('the fake fence', () => {
  fenceContract(async () => {
    const server = { lives: true, killed: false };
    const kill = () => {
      server.killed = true;
    };
    const fence = fakeFence({ moment: hostMoment, serverLives: () => server.lives, kill, isReachable: () => true });
    const endServer = async () => {
      server.lives = false;
    };
    return { fence, moment: hostMoment, endServer, killed: async () => server.killed };
  });
});
