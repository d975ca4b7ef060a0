import * as z from 'zod';

/** Settings that several kinds share. They hold no character that a line of shell output or of a file could trip over. */
export const absolutePath = z.string().regex(/^\/[A-Za-z0-9._/@:+-]*$/, 'must be an absolute path');
export const accountName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user or group name');
export const fileMode = z.string().regex(/^[0-7]{4}$/, 'must be an octal mode such as 0644');
export const unitName = z.string().regex(/^[A-Za-z0-9@._-]+\.(service|timer|socket|target|path)$/, 'must be a unit name with its ending');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');
/** A port; rendered settings are text. */
export const port = z.coerce.number().int().min(1).max(65_535);
export const address = z.union([z.ipv4(), z.ipv6()]);
export const postgresName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a plain PostgreSQL name');
/** Where the PostgreSQL server of this host keeps its data: the key of its facts. */
export const dataDirectory = absolutePath.default('/var/lib/netvis/pg');
/** A value whose text is a secret's token; `sha256` is of the bare value. */
export const sealedSecret = z.strictObject({ text: z.string(), sha256 });
/** A list, or one text of words. */
export const words = z
  .union([z.string(), z.array(z.string())])
  .transform((list) => (typeof list === 'string' ? list.split(/\s+/) : list).filter((word) => word !== ''));
