/** Who may do what: each scope may everything the ones before it may. */
export const scopes = ['viewer', 'operator', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** The owner of a token. */
export type Principal = { readonly name: string; readonly scope: Scope };

/** Whether a scope includes another: an admin may what an operator may, an operator what a viewer may. */
export function covers(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed);
}
