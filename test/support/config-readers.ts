/** Readers of configuration formats, each written after its program's own rules: what a program would see in a text. */

/** nginx: words, quoted strings with backslash escapes, `;`, `{` and `}` as tokens; comments end with their line. */
export function readNginx(text: string): readonly string[] {
  const token = /\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([;{}])|([^\s;{}"'#][^\s;{}]*)/gy;
  return [...scan(text, token)].flatMap(([all, double, single, mark, word]) => {
    const quoted = double ?? single;
    if (quoted !== undefined) return [quoted.replace(/\\(.)/g, '$1')];
    return (mark ?? word) ? [mark ?? word ?? all] : [];
  });
}

/** Redis: words of one line; double quotes with backslash escapes. */
export function readRedisLine(line: string): readonly string[] {
  return [...scan(line, /\s+|"((?:[^"\\]|\\.)*)"(?=\s|$)|([^\s"]+)/gy)].flatMap(([, quoted, word]) => {
    if (quoted !== undefined)
      return [quoted.replace(/\\x([0-9a-f]{2})|\\(.)/g, (_, hex, one) => (hex ? String.fromCharCode(Number.parseInt(hex, 16)) : one))];
    return word === undefined ? [] : [word];
  });
}

/** systemd: the words of an ExecStart value, specifiers and variables resolved as none. */
export function readExecStart(value: string): readonly string[] {
  return [...scan(value, / +|"((?:[^"\\]|\\.)*)"(?= |$)/gy)].flatMap(([, quoted]) => {
    if (quoted === undefined) return [];
    if (/(^|[^%])(%%)*%(?!%)/.test(quoted) || /(^|[^$])(\$\$)*\$(?!\$)/.test(quoted))
      throw new Error(`something would be resolved in ${quoted}`);
    return [quoted.replace(/\\(.)/g, '$1').replaceAll('%%', '%').replaceAll('$$', '$')];
  });
}

/** systemd: an EnvironmentFile's names and values; values in double quotes, where a backslash escapes `"`, `\`, a backtick and `$`. */
export function readEnvironmentFile(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', quoted, plain = ''] = /^([A-Z_][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9]*))$/.exec(line) ?? fail(line);
      return [name, quoted?.replace(/\\(["\\`$])/g, '$1') ?? plain];
    }),
  );
}

/** PostgreSQL: a quoted value, where `''` is a quote and a backslash escapes. */
export function readPostgresValue(value: string): string {
  const [, quoted = ''] = /^'((?:[^'\\]|''|\\.)*)'$/.exec(value) ?? fail(value);
  return quoted.replace(/''|\\(.)/g, (all, escaped) => escaped ?? (all === "''" ? "'" : all));
}

/** pg_hba.conf: fields of a line; a word that stands for many unless it is in double quotes is told apart. */
export function readHbaLine(line: string): readonly (string | { readonly keyword: string })[] {
  return [...scan(line, /\s+|"((?:[^"]|"")*)"|(#.*|[^\s"#]+)/gy)].flatMap(([, quoted, word]) => {
    if (quoted !== undefined) return [quoted.replaceAll('""', '"')];
    if (word === undefined) return [];
    return [['all', 'sameuser', 'samerole', 'samegroup', 'replication'].includes(word) ? { keyword: word } : word];
  });
}

function* scan(text: string, token: RegExp): Generator<RegExpExecArray> {
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found || found[0] === '') fail(text.slice(at, at + 80));
    else yield found;
  }
}

function fail(text: string): never {
  throw new Error(`not readable from here: ${text}`);
}
