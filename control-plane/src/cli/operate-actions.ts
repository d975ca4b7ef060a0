import { openOperator } from '../compose.ts';
import { NvError } from '../core/errors.ts';
import type { Operation } from '../core/operations/operation.ts';
import type { Actions } from './command-actions.ts';
import { renderExplanation, renderHistory, renderRecord } from './render/record.ts';

type FindInventory = (given: string | undefined) => Promise<string>;
type Operators = Pick<Actions, 'switchover' | 'failover' | 'pause' | 'resume' | 'maintenance' | 'reinit' | 'explain' | 'history'>;

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The commands that change who leads, and those that say why it is so. */
export function operateActions(find: FindInventory): Operators {
  const order = (options: { inventory?: string; json?: boolean }, operation: Operation) => carryOut(find, { ...options, operation });
  return {
    switchover: async (service, options) => {
      requirePostgres(service);
      return await order(options, { kind: 'switchover', to: options.to ?? null });
    },
    failover: async (service, options) => {
      requirePostgres(service);
      const { to, allowDataLoss = false, oldPrimaryIsOff = false } = options;
      return await order(options, { kind: 'failover', to, allowDataLoss, oldPrimaryIsOff });
    },
    pause: (options) => order(options, { kind: 'pause', minutes: minutes(options.minutes) }),
    resume: (options) => order(options, { kind: 'resume' }),
    maintenance: async (host, state, options) => await order(options, maintenance(host, state, options.lastStandby === true)),
    reinit: (host, options) => order(options, { kind: 'reinit', host }),
    explain: (service, options) => {
      if (service !== undefined) requirePostgres(service);
      return look(find, { ...options, render: renderExplanation });
    },
    history: (options) => look(find, { ...options, render: renderHistory }),
  };
}

type Ordered = { readonly inventory?: string; readonly json?: boolean; readonly operation: Operation };

async function carryOut(find: FindInventory, { inventory, json, operation }: Ordered): Promise<number> {
  const operator = await openOperator(await find(inventory));
  try {
    await operator.operate(operation);
    const { record } = await operator.state();
    print(json ? JSON.stringify({ operation: operation.kind, record }) : renderRecord(record));
    return 0;
  } finally {
    await operator.close();
  }
}

type Looked = { readonly inventory?: string; readonly json?: boolean; readonly render: typeof renderHistory };

async function look(find: FindInventory, { inventory, json, render }: Looked): Promise<number> {
  const operator = await openOperator(await find(inventory));
  try {
    const state = await operator.state();
    print(json ? JSON.stringify(state) : render(state));
    return 0;
  } finally {
    await operator.close();
  }
}

function requirePostgres(service: string): void {
  if (service === 'postgres') return;
  throw usage(`${service} is not switched by this command`, 'postgres; Redis is switched by Sentinel, the web VIP by keepalived');
}

function maintenance(host: string, state: string, lastMemberConfirmed: boolean): Operation {
  if (state === 'on') return { kind: 'maintenance', host, lastMemberConfirmed };
  if (state === 'off') return { kind: 'maintenance-end', host };
  throw usage(`maintenance is on or off, not "${state}"`, `netvis-ctl maintenance ${host} on`);
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 24 * 60) return value;
  throw usage(
    `--minutes takes a whole number from 1 to 1440, not "${text}"`,
    'A pause ends by itself: choose how long it may last at most.',
  );
}

function usage(message: string, hint: string): NvError {
  return new NvError({ code: 'NV_USAGE', message, hint });
}
