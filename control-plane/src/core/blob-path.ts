/** Where blobs lie on a host while something is installed from them. */
export const blobDirectory = '/var/lib/netvis/blobs';

/** The path of the blob with this content hash (lower-case hexadecimal SHA-256) on a host. */
export function blobPath(sha256: string): string {
  return `${blobDirectory}/${sha256}`;
}
