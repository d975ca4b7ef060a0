import type { Exchange } from '../../agent/src/adapters/etcd/exchange.ts';
import type { Call } from '../../agent/src/adapters/etcd/gateway.ts';

/** What an endpoint says to each call in turn, the last over and over: a text, something sent as JSON, or a failure. */
export type Says = Readonly<Record<string, readonly unknown[]>>;

/** An exchange that answers by a script; `asked` are the endpoints and calls in order. Endpoints without a script are silent. */
export function scriptedExchange(says: Says): Exchange & { readonly asked: readonly (readonly [string, Call])[] } {
  const asked: (readonly [string, Call])[] = [];
  const never = new Promise<never>(() => undefined);
  return {
    asked,
    async ask(endpoint, call) {
      const replies = says[endpoint] ?? [never];
      const nth = asked.filter(([other]) => other === endpoint).length;
      asked.push([endpoint, call]);
      const reply = await replies[Math.min(nth, replies.length - 1)];
      if (reply instanceof Error) throw reply;
      return typeof reply === 'string' ? reply : JSON.stringify(reply);
    },
    open: () => never,
    close: () => undefined,
  };
}
