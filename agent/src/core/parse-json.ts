/** The value of a JSON text; a text that is none as it is, so that the schema which reads the value says what was found instead. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
