import type { Command } from 'commander';
import type { Actions, Done } from './command-actions.ts';

/** The commands about who leads: orders to the agents, and why things are as they are. */
export function addOperateCommands(program: Command, actions: Actions, done: Done): void {
  addChanges(program, actions, done);
  addStandingOrders(program, actions, done);
  addExplanations(program, actions, done);
}

function withInventory(command: Command): Command {
  return command
    .option('-i, --inventory <file>', 'the inventory of the cluster (default: the one last applied)')
    .option('--json', 'print one JSON object');
}

function addChanges(program: Command, actions: Actions, done: Done): void {
  withInventory(program.command('switchover <service>'))
    .description('postgres: make a standby the primary, without losing a commit')
    .option('--to <host>', 'the standby (default: the best one)')
    .action(async (service: string, options) => done(await actions.switchover(service, options)));
  withInventory(program.command('failover <service>'))
    .description('postgres: make a host the primary although the old one cannot hand over')
    .requiredOption('--to <host>', 'the new primary')
    .option('--allow-data-loss', 'also when it may lack commits, which are then given up')
    .option('--old-primary-is-off', 'the old primary is known to be off, although its agent cannot say so')
    .action(async (service: string, options) => done(await actions.failover(service, options)));
}

function addStandingOrders(program: Command, actions: Actions, done: Done): void {
  withInventory(program.command('pause'))
    .description('no take-over and no switchover for a while')
    .option('--minutes <n>', 'ends by itself after so long', '30')
    .action(async (options) => done(await actions.pause(options)));
  withInventory(program.command('resume'))
    .description('end a pause')
    .action(async (options) => done(await actions.resume(options)));
  withInventory(program.command('maintenance <host> <state>'))
    .description('on: a standby is taken out of those that can take over, and stays out; off: it comes back')
    .option('--last-standby', 'also when no other standby holds every commit')
    .action(async (host: string, state: string, options) => done(await actions.maintenance(host, state, options)));
  withInventory(program.command('reinit <host>'))
    .description("throw a standby's data away and copy the primary's")
    .action(async (host: string, options) => done(await actions.reinit(host, options)));
}

function addExplanations(program: Command, actions: Actions, done: Done): void {
  withInventory(program.command('explain [service]'))
    .description('why this primary: the record, the last decisions, and why no other host was chosen')
    .action(async (service: string | undefined, options) => done(await actions.explain(service, options)));
  withInventory(program.command('history'))
    .description('every change of the primary and of who can take over, with its rule')
    .action(async (options) => done(await actions.history(options)));
}
