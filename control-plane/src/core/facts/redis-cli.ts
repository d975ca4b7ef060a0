/** Root's file with the bare password, by which redis-cli logs in without an argument. */
export const redisPasswordFile = '/etc/netvis/agent/redis-password';

/** Shell text before commands for a Redis: its password into the environment of redis-cli. A Sentinel has none. */
export const redisLogin = `if [ -r ${redisPasswordFile} ]; then read -r REDISCLI_AUTH < ${redisPasswordFile}; export REDISCLI_AUTH; fi
`;

/**
 * Shell functions for talking to a Redis or Sentinel on this host. `ask PORT` sends the commands of its standard
 * input and fails after 3 s; `hashed` prints the SHA-256 of its standard input.
 */
export const redisShell = `ask() { timeout -k 1 3 redis-cli -h 127.0.0.1 -p "$1" 2>&1; }
hashed() { sha256sum | cut -d' ' -f1; }
`;

/** Why a server did not answer: null = nothing listens there. */
export function silenceOf(text: string): string | null {
  if (/^Could not connect to Redis/m.test(text)) return null;
  return text.trim().slice(0, 200) || 'no answer in time';
}
