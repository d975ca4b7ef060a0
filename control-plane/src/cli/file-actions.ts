import { examplesDirectory, openLook, openRendering, openSecrets } from '../compose.ts';
import { NvError } from '../core/errors.ts';
import type { Actions } from './command-actions.ts';
import { initInventory } from './commands/init.ts';
import { renderCompose } from './commands/render-compose.ts';
import { initSecrets, showSecret } from './commands/secrets.ts';
import { validateInventory } from './commands/validate.ts';
import { renderProblems } from './render/problems.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

type FindInventory = (given: string | undefined) => Promise<string>;

/** The commands that work on files of the control machine: inventories, secrets, compose files. */
export function fileActions(findInventory: FindInventory): Pick<Actions, 'init' | 'validate' | 'secrets' | 'render'> {
  return {
    init: async (directory, options) => {
      const { inventory, files } = await initInventory({
        directory,
        kind: options.compact ? 'compact' : 'full',
        examples: examplesDirectory,
      });
      for (const file of files) print(`wrote ${file}`);
      print(`Next: put your hosts' addresses into ${inventory}, then netvis-ctl validate ${inventory}`);
      return 0;
    },
    validate: async (inventory, options) => {
      const result = await validateInventory(await findInventory(inventory));
      if (options.json) print(JSON.stringify(result));
      else
        print(
          [renderProblems(result.problems), result.ok ? `${result.file}: ${result.hosts.length} hosts, fit to be applied` : '']
            .filter(Boolean)
            .join('\n'),
        );
      return result.exitCode;
    },
    render: (form, options) => renderAction(findInventory, { form, ...options }),
    secrets: (action, name, options) => secretsAction(findInventory, { action, name, inventory: options.inventory }),
  };
}

async function renderAction(findInventory: FindInventory, asked: { form: string; inventory?: string; out: string }): Promise<number> {
  if (asked.form !== 'compose') throw new NvError({ code: 'NV_USAGE', message: `there is no form ${asked.form}`, hint: 'render compose' });
  const rendering = await openRendering(await findInventory(asked.inventory));
  const { directory, files } = await renderCompose({ ...rendering, directory: asked.out });
  for (const file of files) print(`wrote ${directory}/${file}`);
  print('PostgreSQL does not fail over by itself there: the head of docker-compose.ha.yml says what else differs.');
  return 0;
}

/** A live cluster must not meet secrets that are not its own, so its hosts are asked first. */
async function isManaged(inventory: string): Promise<boolean> {
  const look = await openLook(inventory);
  try {
    return await look.isManaged();
  } finally {
    await look.close();
  }
}

async function secretsAction(
  findInventory: FindInventory,
  asked: { action: string; name: string | undefined; inventory: string | undefined },
): Promise<number> {
  const inventory = await findInventory(asked.inventory);
  const settings = await openSecrets(inventory);
  if (asked.action === 'show' && asked.name) print(await showSecret(settings, asked.name));
  else if (asked.action === 'init') print(JSON.stringify(await initSecrets(settings, await isManaged(inventory))));
  else
    throw new NvError({
      code: 'NV_USAGE',
      message: `secrets ${asked.action} is not a command`,
      hint: 'secrets init, or secrets show NAME',
    });
  return 0;
}
