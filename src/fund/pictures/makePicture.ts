import { apart } from '../../store/apart.ts';
import { CodedError } from '../../store/codedError.ts';

/** What somebody uploads may have so many bytes. */
export const LARGEST_PICTURE = 20_000_000;
const LIMITS = { ms: 30_000, mebibytes: 128 };

/** A picture made of what was uploaded: JPEG, upright, without anything that the file told besides. */
export interface MadePicture {
  readonly large: Uint8Array;
  readonly medium: Uint8Array;
  readonly small: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the uploaded bytes, in hex. */
  readonly original: string;
}

/** `heic`: what an iPhone keeps for itself. `unknown`: neither JPEG, PNG nor WebP. `broken`: it cannot be read to its end. */
export type NotMade = 'tooLarge' | 'tooManyPixels' | 'heic' | 'unknown' | 'broken';

/**
 * Makes a picture of an uploaded file. Its bytes tell what it is, not its name. Whatever else the file holds is gone: only the pixels are taken over. The
 * work is done apart (`drawPicture.ts`): a file that is made to break what reads it breaks nothing else.
 */
export async function makePicture(bytes: Uint8Array): Promise<MadePicture | { readonly refused: NotMade }> {
  if (bytes.length > LARGEST_PICTURE) return { refused: 'tooLarge' };
  const format = formatOf(bytes);
  if (format !== 'picture') return { refused: format };
  try {
    return await apart<Uint8Array, MadePicture | { readonly refused: NotMade }>(import.meta.dirname, 'drawPicture', bytes, LIMITS);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'apart-limits') return { refused: 'broken' };
    throw error;
  }
}

/** What the first bytes say. */
function formatOf(bytes: Uint8Array): 'picture' | 'heic' | 'unknown' {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF[\s\S]{4}WEBP/.test(head)) return 'picture';
  return /^[\s\S]{4}ftyp(hei|hev|mif1|msf1)/.test(head) ? 'heic' : 'unknown';
}
