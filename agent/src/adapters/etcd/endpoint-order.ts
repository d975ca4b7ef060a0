/** Which endpoint to ask first. */
export type EndpointOrder = {
  /** The one that answered last comes first, those that let a call down last. */
  current(): readonly string[];
  /** `endpoint` gave the answer; whoever stood before it had the chance and did not. */
  answered(endpoint: string): void;
};

export function endpointOrder(endpoints: readonly string[]): EndpointOrder {
  let order = [...endpoints];
  return {
    current: () => order,
    answered(endpoint) {
      const index = order.indexOf(endpoint);
      if (index > 0) order = [...order.slice(index), ...order.slice(0, index)];
    },
  };
}
