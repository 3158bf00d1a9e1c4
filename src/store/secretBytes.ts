const LEAST = 32;

/** The bytes of a secret written in base64 or base64url; undefined if it is neither, or shorter than 32 bytes. */
export function secretBytes(written: string): Buffer | undefined {
  if (!/^[0-9A-Za-z+/_-]+={0,2}$/.test(written)) return undefined;
  const bytes = Buffer.from(written, 'base64');
  return bytes.length >= LEAST ? bytes : undefined;
}
