const LEAST = 32;

/** The bytes of a secret as it is written, in base64 or base64url; undefined where that is none, or of fewer than 32 bytes. */
export function secretBytes(written: string): Buffer | undefined {
  if (!/^[0-9A-Za-z+/_-]+={0,2}$/.test(written)) return undefined;
  const bytes = Buffer.from(written, 'base64');
  return bytes.length >= LEAST ? bytes : undefined;
}
