/** 32 hexadecimal digits that nobody had before. `crypto.randomUUID` is not there over plain HTTP. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
