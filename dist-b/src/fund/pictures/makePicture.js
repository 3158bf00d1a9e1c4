import { apart } from '../../store/apart.js';
import { CodedError } from '../../store/codedError.js';
/** What somebody uploads may have so many bytes. */
export const LARGEST_PICTURE = 20_000_000;
const LIMITS = { ms: 30_000, mebibytes: 128 };
/**
 * Makes a picture of an uploaded file. Its bytes tell what it is, not its name. Whatever else the file holds is gone: only the pixels are taken over. The
 * work is done apart (`drawPicture.ts`): a file that is made to break what reads it breaks nothing else.
 */
export async function makePicture(bytes) {
    if (bytes.length > LARGEST_PICTURE)
        return { refused: 'tooLarge' };
    const format = formatOf(bytes);
    if (format !== 'picture')
        return { refused: format };
    try {
        return await apart(import.meta.dirname, 'drawPicture', bytes, LIMITS);
    }
    catch (error) {
        if (error instanceof CodedError && error.code === 'apart-limits')
            return { refused: 'broken' };
        throw error;
    }
}
/** What the first bytes say. */
function formatOf(bytes) {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
    if (head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF[\s\S]{4}WEBP/.test(head))
        return 'picture';
    return /^[\s\S]{4}ftyp(hei|hev|mif1|msf1)/.test(head) ? 'heic' : 'unknown';
}
