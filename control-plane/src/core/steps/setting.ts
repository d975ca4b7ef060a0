import * as z from 'zod';

/** Settings that several kinds share. They hold no character that a line of shell output or of a file could trip over. */
export const absolutePath = z.string().regex(/^\/[A-Za-z0-9._/@:+-]*$/, 'must be an absolute path');
export const accountName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user or group name');
export const fileMode = z.string().regex(/^[0-7]{4}$/, 'must be an octal mode such as 0644');
export const unitName = z.string().regex(/^[A-Za-z0-9@._-]+\.(service|timer|socket|target|path)$/, 'must be a unit name with its ending');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');
