import { reasonOf } from '../../sensors/deadline.ts';
import { endpointOrder } from './endpoint-order.ts';
import type { Exchange } from './exchange.ts';
import { type Answer, type Call, parseAnswer } from './gateway.ts';
import { type Attempt, hedge } from './hedge.ts';
import { type Known, witness } from './witness.ts';

export type Asked<T> = Attempt<T>;

/** For calls whose every answer proves what it says. */
export const take = (answer: Answer): Asked<Answer> => ({ kind: 'proof', value: answer });

/** What of an answer proves what the caller wants to know. */
export type Judge<T> = (answer: Answer) => Attempt<T>;

export type Asker = {
  /** Puts one call to the members until one answer proves something; within the budget, and never rejects but for a bug. */
  ask<T>(call: Call, budgetMs: number, judge: Judge<T>): Promise<Asked<T>>;
};

type AskerSettings = { readonly endpoints: readonly string[]; readonly hedgeMs: number; readonly known: Known };

export function gatewayAsker({ endpoints, hedgeMs, known }: AskerSettings, exchange: Exchange): Asker {
  const order = endpointOrder(endpoints);
  const seen = witness(known);
  return {
    async ask(call, budgetMs, judge) {
      const floor = seen.floor();
      const accept = (answer: Answer) => {
        const flaw = seen.accept(answer.header, floor);
        return flaw === null ? judge(answer) : { kind: 'none' as const, reason: flaw };
      };
      const attempt = async (endpoint: string, signal: AbortSignal) => {
        const answer = await answerOf(exchange, endpoint, { call, signal });
        return answer.kind === 'proof' ? accept(answer.value) : answer;
      };
      const hedged = await hedge({ endpoints: order.current(), hedgeMs, budgetMs, attempt });
      if (hedged.kind === 'proof') order.answered(hedged.endpoint);
      return hedged;
    },
  };
}

type Request = { readonly call: Call; readonly signal: AbortSignal };

/** Everything that can go wrong between here and a member, and what it says that is no answer, is a reason. */
async function answerOf(exchange: Exchange, endpoint: string, { call, signal }: Request): Promise<Attempt<Answer>> {
  try {
    return { kind: 'proof', value: parseAnswer(await exchange.ask(endpoint, call, signal)) };
  } catch (error) {
    return { kind: 'none', reason: reasonOf(error) };
  }
}
