import { revealSecrets, type SecretLookup, secretEncodings, secretToken } from './secret.ts';

/** Text shorter than this is masked only as the whole secret, never as a part or an encoded form of one. */
const minFragment = 8;

/**
 * Builds a masker for text that leaves the process: each value of `secrets` becomes `[secret name]`, also where it stands
 * encoded (URL, Redis, SQL, .pgpass, JSON, shell, base64 at any alignment), and so does each line of a value of several lines.
 */
export function createMasker(secrets: SecretLookup & { readonly names: readonly string[] }): (text: string) => string {
  const names = new Map<string, string>();
  for (const name of secrets.names) for (const form of formsOf(name, secrets(name))) if (!names.has(form)) names.set(form, name);
  if (names.size === 0) return (text) => text;
  // The longest first, so that no secret is masked as a shorter one inside it.
  const forms = [...names.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, (form) => `[secret ${names.get(form)}]`);
}

function formsOf(name: string, value: string): readonly string[] {
  if (value === '') return [];
  const lines = value.split(/\r?\n/);
  const parts = lines.length === 1 ? [value] : lines.filter((line) => line.length >= minFragment && !line.startsWith('-----'));
  const encoded = [value, ...parts].flatMap((part) =>
    [...quotedForms(name, part), ...base64Forms(part)].filter((form) => form.length >= minFragment),
  );
  return [value, ...parts, ...encoded];
}

function quotedForms(name: string, value: string): readonly string[] {
  const quoted = secretEncodings.map((encoding) => revealSecrets(secretToken(name, encoding), () => value));
  const others = [JSON.stringify(value), encodeURI(value), value.replaceAll("'", "'\\''"), value.replaceAll('%', '%%')];
  return [...quoted, ...others].map((form) => (/^(["']).*\1$/s.test(form) && form.length > 2 ? form.slice(1, -1) : form));
}

/** The base64 of `value` wherever it stands in a longer encoded text: the characters that depend on it alone, both alphabets. */
function base64Forms(value: string): readonly string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(value));
  const aligned = [0, 1, 2].map((offset) => {
    const text = btoa('\0'.repeat(offset) + bytes);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((offset * 8) / 6), end);
  });
  return aligned.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
