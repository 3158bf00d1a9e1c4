/** A new id of 32 random hexadecimal digits. `crypto.randomUUID` is not available over plain HTTP. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
