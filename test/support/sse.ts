/** One server-sent event. */
export type SentEvent = { readonly id: number; readonly event: string; readonly data: unknown };

/** The events of a stream's text; comments and retry lines are left out. */
export function parseSse(text: string): SentEvent[] {
  return text.split('\n\n').flatMap((frame) => {
    const field = (name: string) =>
      frame
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field('data');
    return data === undefined ? [] : [{ id: Number(field('id')), event: field('event') ?? '', data: JSON.parse(data) }];
  });
}
