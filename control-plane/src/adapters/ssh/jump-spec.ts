import { NvError } from '../../core/errors.ts';

/** One hop of a way to a host. */
export type JumpHop = { readonly user?: string; readonly host: string; readonly port?: number };

/** `[ssh://][user@]host[:port]`, an IPv6 address in brackets where a port follows. */
const hopPattern =
  /^(?:ssh:\/\/)?(?:(?<user>[^@\s]+)@)?(?:\[(?<six>[0-9a-f:.]+)\]|(?<host>[^@:\s[\]]+|[0-9a-f]*:[0-9a-f:.]+))(?::(?<port>\d+))?\/?$/i;

/** The hops of a jump setting, `a,b` in the order they are passed; `none` has none. Throws NV_INVENTORY_INVALID. */
export function parseJump(spec: string | undefined): readonly JumpHop[] {
  if (spec === undefined || spec.toLowerCase() === 'none') return [];
  return spec.split(',').map((hop) => parseHop(hop.trim()));
}

function parseHop(text: string): JumpHop {
  const { user, six, host, port } = hopPattern.exec(text)?.groups ?? {};
  const name = six ?? host;
  if (!name) {
    const hint = 'Write it as [user@]host[:port], several separated by commas.';
    throw new NvError({ code: 'NV_INVENTORY_INVALID', message: `not a jump host: ${JSON.stringify(text)}`, hint });
  }
  return { host: name, ...(user && { user }), ...(port && { port: Number(port) }) };
}
