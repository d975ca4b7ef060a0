import fc from 'fast-check';

/** Free text as an inventory or a secret may hold it: anything printable, rich in what file formats treat specially. */
export const printableText = fc
  .array(fc.oneof(fc.constantFrom(...'"\'\\$%`{};#~ *@:/\u00e9'), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
