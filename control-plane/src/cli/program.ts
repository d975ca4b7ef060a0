import { Command, Option } from 'commander';
import type { Actions, Done } from './command-actions.ts';
import { addOperateCommands } from './operate-commands.ts';

/** The command line: names, options and help texts; what a command does is given by `actions`. `done` gets its exit code. */
export function createProgram(actions: Actions, version: string, done: (exitCode: number) => void): Command {
  const program = new Command('netvis-ctl')
    .description('Deploys and keeps alive the NetVis Pro high-availability stack.')
    .version(version, '--version')
    .option('--state-dir <dir>', 'where runs, the queue and caches are kept (default: NETVIS_STATE_DIR, else ~/.local/state/netvis)')
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError()
    .exitOverride();
  addInventoryCommands(program, actions, done);
  addRunCommands(program, actions, done);
  addLookCommands(program, actions, done);
  addOperateCommands(program, actions, done);
  addServiceCommands(program, actions, done);
  return program;
}

function addInventoryCommands(program: Command, actions: Actions, done: Done): void {
  program
    .command('init [dir]')
    .description('write a starter inventory with comments')
    .addOption(new Option('--compact', 'all roles on three hosts').conflicts('full'))
    .option('--full', 'the full topology on 13 hosts (default)')
    .action(async (directory: string | undefined, options) => done(await actions.init(directory ?? '.', options)));
  program
    .command('validate [inventory]')
    .description('check an inventory: schema and topology, with line numbers')
    .option('--json', 'print one JSON object')
    .action(async (inventory: string | undefined, options) => done(await actions.validate(inventory, options)));
}

function addRunCommands(program: Command, actions: Actions, done: Done): void {
  runOptions(program.command('plan [inventory]'))
    .description('show what apply would do, per host and step; changes nothing')
    .option('--detailed-exitcode', 'exit 2 when there are changes to make')
    .action(async (inventory, options) => done(await actions.run('plan', inventory, options)));
  runOptions(program.command('apply [inventory]'))
    .description('plan, ask, change what differs, verify')
    .option('-y, --yes', 'do not ask')
    .option('--check', 'the same as plan')
    .addOption(new Option('--resume <run>', 'go on with a run that ended before its time; "last" = the newest apply').conflicts(ofTheRun))
    .action(async (inventory, options) => done(await actions.run('apply', inventory, options)));
  runOptions(program.command('drift [inventory]'))
    .description('compare only, for schedules; exit 2 on any difference')
    .action(async (inventory, options) => done(await actions.run('drift', inventory, options)));
}

/** What a resumed run brings with it. */
const ofTheRun = ['limit', 'tags', 'forks', 'serial', 'maxFail', 'check', 'diff'];

function runOptions(command: Command): Command {
  return command
    .option('-l, --limit <pattern>', 'only these hosts: names, roles, groups, globs; "," joins, "!" excludes, "&" intersects')
    .option('-t, --tags <tags>', 'only steps with one of these tags or of these parts')
    .option('-f, --forks <n>', 'hosts served at the same time', '20')
    .option('--serial <n|n%>', 'hosts of a stage served at the same time; never more than its order allows')
    .option('--max-fail <n>', 'hosts that may fail before the run stops; they are left out of what follows', '0')
    .option('--wait-lock <seconds>', 'wait for another run on the cluster to end', '0')
    .option('--accept-new-host-keys', 'pin the key of a host seen for the first time')
    .option('--diff', 'show what changes in files, line by line, secrets masked (plan and drift do on a terminal)')
    .option('--json', 'print one JSON event per line, the last one the report');
}

function addLookCommands(program: Command, actions: Actions, done: Done): void {
  program
    .command('status [inventory]')
    .description('topology, roles, lag, VIP holders, what is wrong')
    .option('--json', 'print one JSON object')
    .option('-w, --watch', 'draw again every two seconds until interrupted')
    .action(async (inventory, options) => done(await actions.status(inventory, options)));
  program
    .command('health [inventory]')
    .description('health checks with a monitoring exit code: 0 ok, 1 warning, 2 critical')
    .option('--json', 'print one JSON object')
    .action(async (inventory, options) => done(await actions.health(inventory, options)));
  program
    .command('runs [action] [run]')
    .description('list runs, show one (show RUN), or its events (logs RUN)')
    .option('--json', 'print JSON')
    .action(async (action: string | undefined, run: string | undefined, options) =>
      done(await actions.runs(action ?? 'list', run, options)),
    );
}

function addServiceCommands(program: Command, actions: Actions, done: Done): void {
  program
    .command('secrets <action> [name]')
    .description('init: generate what is missing; show NAME: print one bare value')
    .option('-i, --inventory <file>', 'the inventory whose secrets are meant')
    .action(async (action: string, name: string | undefined, options) => done(await actions.secrets(action, name, options)));
  program
    .command('render <form>')
    .description('compose: the same stack as docker-compose.ha.yml with its config; PostgreSQL does not fail over by itself there')
    .option('-i, --inventory <file>', 'the inventory to render')
    .option('-o, --out <dir>', 'where to write', 'compose')
    .action(async (form: string, options) => done(await actions.render(form, options)));
  program
    .command('serve')
    .description('REST API with a worker and the agents’ reports; its first start prints an admin token, once')
    .option('--listen <address:port>', 'where to listen', '127.0.0.1:21320')
    .option('-i, --inventory <file>', 'an inventory to serve by its cluster’s name (default: the one last applied)')
    .action(async (options) => done(await actions.serve(options)));
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${program.version()}\n`);
      done(0);
    });
}
