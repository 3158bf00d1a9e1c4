import jsQR from 'jsqr';
import decodeQR from 'qr/decode.js';

/** As many tries as it knows, within as long as nobody notices between two pictures. */
const PATIENT = { effort: 9, timeLimit: 150 };

/** What a code in a picture says, if there is one that can be read. Two readers look: where dirt hides the corners of a code from one, the other often finds them. */
export function codeIn(picture: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }): string | undefined {
  const read = jsQR(picture.data, picture.width, picture.height, { inversionAttempts: 'dontInvert' })?.data;
  if (read) return read;
  try {
    return decodeQR(picture, PATIENT);
  } catch {
    return undefined;
  }
}
