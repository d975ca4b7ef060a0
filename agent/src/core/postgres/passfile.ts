/** The password for `user` in a file of libpq's format (host:port:database:user:password); null where none is for it. */
export function passwordFor(user: string, passfile: string): string | null {
  const lines = passfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const entries = lines.map((line) => (line.match(/(?:^|:)((?:[^:\\]|\\.)*)/g) ?? []).map(unescaped));
  const entry = entries.find((fields) => fields.length === 5 && (fields[3] === '*' || fields[3] === user));
  return entry?.[4] ?? null;
}

function unescaped(field: string): string {
  return field.replace(/^:/, '').replace(/\\(.)/g, '$1');
}
