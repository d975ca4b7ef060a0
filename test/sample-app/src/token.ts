import { createHmac, timingSafeEqual } from 'node:crypto';

export type Claims = { readonly sub: string; readonly exp: number };

/** A JSON Web Token (HS256). */
export function signToken(claims: Claims, secret: string): string {
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${body}.${signature(body, secret)}`;
}

/** The claims of a token that this secret signed and that has not ended, else null. */
export function verifyToken(token: string, secret: string, nowSeconds: number): Claims | null {
  const [header, payload, signed] = token.split('.');
  if (!header || !payload || !signed) return null;
  const expected = Buffer.from(signature(`${header}.${payload}`, secret));
  const given = Buffer.from(signed);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.exp > nowSeconds ? claims : null;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signature = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('base64url');
