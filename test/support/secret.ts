/** The secret of every test, which is none: as it is written, and its bytes. */
export const SECRET = Buffer.from('the secret of every test, which is none').toString('base64');
export const SECRET_BYTES = Buffer.from(SECRET, 'base64');
