import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** Bytes in age's format; `armored` = as the text form of the file, which is kept when it is written again. */
export type Sealed = { readonly bytes: Uint8Array; readonly armored: boolean };

const armorHeader = '-----BEGIN AGE ENCRYPTED FILE-----';
/** Lines of an age header that are one recipient each; anything else there is grease. */
const recipientLine = /^-> (?:X25519|mlkem768x25519|ssh-ed25519|ssh-rsa|piv-p256|p256tag|tag) /;

/** A new identity, of the kind every age version opens. */
export async function newIdentityKey(): Promise<{ key: string; recipient: string }> {
  const key = await generateX25519Identity();
  return { key, recipient: await identityToRecipient(key) };
}

/** Takes a file's bytes, armored or not; throws when its armor is broken. */
export function unwrapArmor(bytes: Uint8Array): Sealed {
  const text = Buffer.from(bytes).toString('latin1').trimStart();
  return text.startsWith(armorHeader) ? { bytes: armor.decode(text), armored: true } : { bytes, armored: false };
}

/** The bytes as they stand in a file. */
export function wrapArmor(sealed: Sealed): Uint8Array | string {
  return sealed.armored ? armor.encode(sealed.bytes) : sealed.bytes;
}

/** Deciphers with the first identity that fits; rejects with a plain Error (which holds no content) when none does. */
export async function decipherText(sealed: Sealed, identityKeys: readonly string[]): Promise<string> {
  const decrypter = new Decrypter();
  for (const key of identityKeys) decrypter.addIdentity(key);
  return await decrypter.decrypt(sealed.bytes, 'text');
}

/** Enciphers so that each of the identities opens it. */
export async function encipherText(text: string, identityKeys: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const key of identityKeys) encrypter.addRecipient(await identityToRecipient(key));
  return await encrypter.encrypt(text);
}

/** How many recipients the file was enciphered for. */
export function countRecipients(sealed: Sealed): number {
  const header = Buffer.from(sealed.bytes).toString('latin1').split('\n---', 1)[0] ?? '';
  return header.split('\n').filter((line) => recipientLine.test(line)).length;
}
