import type { Cache } from './cache.ts';
import type { Database } from './database.ts';
import { signToken, verifyToken } from './token.ts';

export type App = { readonly host: string; readonly jwtSecret: string; readonly database: Database; readonly cache: Cache };
export type Call = { readonly method: string; readonly path: string; readonly authorization: string; readonly body: string };
export type Answer = { readonly status: number; readonly body: unknown };

type Route = (app: App, call: Call) => Promise<Answer>;

const routes: Readonly<Record<string, Route>> = {
  'GET /api/health': async (app) => {
    const [postgres, redis] = await Promise.all([app.database.reach(), app.cache.reach()]);
    return { status: 200, body: { ok: true, host: app.host, postgres, redis } };
  },
  'GET /api/visits': async (app) => {
    const [postgres, redis] = await Promise.all([app.database.visit(app.host), app.cache.visit()]);
    return { status: 200, body: { host: app.host, postgres, redis } };
  },
  'GET /api/items': async (app) => ({ status: 200, body: { host: app.host, items: await app.database.items() } }),
  'POST /api/items': async (app, call) => {
    const name = textField(call.body, 'name');
    if (name === null) return { status: 400, body: { error: 'name must be a text of 1 to 200 characters' } };
    return { status: 201, body: await app.database.addItem(name) };
  },
  'POST /api/token': async (app, call) => {
    const user = textField(call.body, 'user');
    if (user === null) return { status: 400, body: { error: 'user must be a text of 1 to 200 characters' } };
    return { status: 200, body: { token: signToken({ sub: user, exp: nowSeconds() + 3600 }, app.jwtSecret) } };
  },
  'GET /api/me': async (app, call) => {
    const claims = verifyToken(call.authorization.replace(/^Bearer /i, ''), app.jwtSecret, nowSeconds());
    return claims ? { status: 200, body: { user: claims.sub, host: app.host } } : { status: 401, body: { error: 'no valid token' } };
  },
};

/** The answer to a call. A database or cache that does not answer is 503: the client may try again. */
export async function answer(app: App, call: Call): Promise<Answer> {
  const route = routes[`${call.method} ${call.path}`];
  if (!route) return { status: 404, body: { error: 'not found' } };
  try {
    return await route(app, call);
  } catch (error) {
    return { status: 503, body: { error: error instanceof Error ? error.message : String(error), host: app.host } };
  }
}

function textField(body: string, field: string): string | null {
  try {
    const value: unknown = JSON.parse(body)?.[field];
    return typeof value === 'string' && value.length > 0 && value.length <= 200 ? value : null;
  } catch {
    return null;
  }
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
