import type { FastifyInstance, FastifyRequest } from 'fastify';
import { covers, type Principal, type Scope } from '../core/access.ts';
import { NvError } from '../core/errors.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { FailureLimit } from './failure-limit.ts';

/** Who may use a route: everybody, a cluster's agents, or a token of at least this scope. */
export type Access = 'public' | 'agent' | Scope;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** The caller; null on routes that ask for no token of a user. */
    principal: Principal | null;
  }
}

/**
 * Asks for a bearer token before anything of a request is read. A route that names no access is closed.
 * Rejects with NV_UNAUTHORIZED (no or an unknown token), NV_FORBIDDEN (too small a scope), NV_TOO_MANY_REQUESTS.
 */
export function requireTokens(app: FastifyInstance, authenticator: Authenticator, limit: FailureLimit): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access;
    if (request.is404 || access === 'public') return;
    const waitSeconds = limit.waitSeconds(request.ip);
    if (waitSeconds > 0) {
      reply.header('retry-after', waitSeconds);
      throw new NvError({
        code: 'NV_TOO_MANY_REQUESTS',
        message: 'too many refused tokens from this address',
        hint: `Wait ${waitSeconds} s.`,
      });
    }
    await admit(request, authenticator, access).catch((error) => {
      if (error instanceof NvError && error.code === 'NV_UNAUTHORIZED') limit.failed(request.ip);
      throw error;
    });
  });
}

async function admit(request: FastifyRequest, authenticator: Authenticator, access: Exclude<Access, 'public'> | undefined): Promise<void> {
  const token = bearerToken(request.headers.authorization);
  if (access === 'agent' && (await authenticator.isAgentOf(clusterOf(request), token))) return;
  const principal = await authenticator.user(token);
  if (!principal) throw unauthorized('the token is not known');
  if (access === undefined || access === 'agent' || !covers(principal.scope, access)) {
    const hint = access === 'agent' ? 'Only the agents of the cluster report.' : `It takes a token of scope ${access}.`;
    throw new NvError({ code: 'NV_FORBIDDEN', message: `scope ${principal.scope} does not allow this`, hint });
  }
  request.principal = principal;
}

function bearerToken(header: string | undefined): string {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) throw unauthorized('this takes a token');
  return token;
}

function unauthorized(message: string): NvError {
  return new NvError({ code: 'NV_UNAUTHORIZED', message, hint: 'Send it as `Authorization: Bearer TOKEN`.' });
}

function clusterOf(request: FastifyRequest): string {
  const { name } = request.params as { name?: unknown };
  return typeof name === 'string' ? name : '';
}
