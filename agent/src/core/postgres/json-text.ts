import * as z from 'zod';

const json = z.codec(z.string(), z.unknown(), { decode: parseJson, encode: (value) => JSON.stringify(value) });

/** The value of a JSON text by its schema; null where the text is none, or is no such value. */
export function readJson<T>(schema: z.ZodType<T>, text: string | null | undefined): T | null {
  const parsed = json.pipe(schema).safeParse(text);
  return parsed.success ? parsed.data : null;
}

function parseJson(text: string, context: z.core.ParsePayload<string>): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    context.issues.push({ code: 'custom', message: 'no JSON', input: text });
    return z.NEVER;
  }
}
