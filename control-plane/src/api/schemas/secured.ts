/** Marks a route in the document as one that takes a bearer token. */
export const secured = [{ token: [] }];
