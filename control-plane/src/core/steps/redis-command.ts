import { redisLogin, redisShell } from '../facts/redis-cli.ts';
import { concat, feed, type RemoteCommand, raw, subshell } from '../remote-command.ts';

/** Commands (secrets allowed) for the Redis on this port, one a line; each must be answered by OK. */
export function redisCommands(port: number, lines: readonly string[]): RemoteCommand {
  return commands(port, lines, redisLogin);
}

/** The same for a Sentinel, which takes no password. */
export function sentinelCommands(port: number, lines: readonly string[]): RemoteCommand {
  return commands(port, lines, '');
}

function commands(port: number, lines: readonly string[], login: string): RemoteCommand {
  const text = lines.map((line) => `${line}\n`).join('');
  return subshell(
    concat(
      raw(`${login}${redisShell}nv_answer=$(`),
      feed(text, raw(`ask ${port}`)),
      raw(`) && [ "$(printf '%s\\n' "$nv_answer" | grep -c '^OK')" = ${lines.length} ] || { printf '%s\\n' "$nv_answer" >&2; false; }`),
    ),
  );
}

/** A word as redis-cli reads it from its standard input. */
export function redisWord(value: string): string {
  return /^[A-Za-z0-9._:/-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A secret's token in its Redis writing, which brings its own quotes. */
export function redisSecret(token: string): string {
  return token.replace(/:raw/, ':redis');
}
