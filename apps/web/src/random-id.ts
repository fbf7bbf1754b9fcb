const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** 132 bits: nobody guesses a document's address. */
const LENGTH = 22;

/**
 * A name nobody has used before, of letters, digits, `-` and `_`, beginning with a letter or digit.
 * `crypto.randomUUID` would be shorter, but is missing on plain http in a local network (D13).
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  const id = Array.from(bytes, (byte) => ALPHABET[byte & 63]).join("");
  // A document id may not begin with a sign.
  return /^[-_]/.test(id) ? randomId() : id;
}
