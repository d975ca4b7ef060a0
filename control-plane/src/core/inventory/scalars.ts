import * as z from 'zod';

/**
 * The kinds of single values an inventory holds. Every text refuses control characters, line separators and
 * half surrogates, so that no value can end a line of a rendered file or change on its way to a host.
 */
export const text = z.string().regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must not contain control characters');

export const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and inner hyphens, at most 63, and start with a letter');
export const address = z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address');
export const network = z.union([z.cidrv4(), z.cidrv6()], 'must be an address with a prefix length, such as 192.168.1.0/24');
export const port = z.int().min(1).max(65_535);
export const filePath = text.min(1);
export const absolutePath = z
  .string()
  .regex(/^(\/[A-Za-z0-9_@-][A-Za-z0-9._@-]*){2,}$/, 'must be an absolute path of at least two plain names, such as /var/lib/data');
export const urlPath = z.string().regex(/^\/[A-Za-z0-9._/-]*$/, 'must be a URL path, such as /api/health');
export const postgresName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a plain PostgreSQL name: lower-case letters, digits, _');
export const size = z.string().regex(/^[1-9][0-9]{0,8}(kB|MB|GB)$/, 'must be a size such as 256MB');
export const userName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be a user name');
export const jumpHost = z
  .string()
  .regex(
    /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}@)?(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/,
    'must be [user@]host[:port], or none',
  );
export const serverName = z.string().regex(/^[A-Za-z0-9.*_-]{1,253}$/, 'must be a host name');
export const httpUrl = z
  .string()
  .regex(
    /^https?:\/\/(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/,
    'must be an http or https URL',
  );
export const archivePath = text.regex(/\.(tar\.gz|tgz)$/, 'must name a .tar.gz file');
export const environmentName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be capital letters, digits and _, as environment variables are');
