const maxLines = 40;
const maxCharacters = 4096;

/** The end of a program's output, in whole lines as far as they fit. Secrets are masked before: a cut one would not be found. */
export function lastWords(text: string): string {
  const lines = text.split('\n').slice(-maxLines);
  while (lines.length > 1 && lines.join('\n').length > maxCharacters) lines.shift();
  return lines.join('\n').slice(-maxCharacters);
}
