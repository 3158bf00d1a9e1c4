import type Sharp from 'sharp';
import type { OutputInfo, ResizeOptions } from 'sharp';
import { sha256OfFile } from '../../store/crypto.ts';

/** What somebody uploads may have so many bytes. */
export const LARGEST_PICTURE = 20_000_000;
/** More than any phone's camera takes; a small file can unfold to much more. */
const MOST_PIXELS = 52_000_000;
/** So many are made at a time: each takes a thread and up to some 200 MB. */
const AT_ONCE = 2;
const SECONDS = 15;
const LARGE = 1_600;
const MEDIUM = 960;
const SMALL = 480;

/** A picture made of what was uploaded: JPEG, upright, without anything that the file told besides. */
export interface MadePicture {
  readonly large: Buffer;
  readonly medium: Buffer;
  readonly small: Buffer;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the uploaded bytes, in hex. */
  readonly original: string;
}

/** `heic`: what an iPhone keeps for itself. `unknown`: neither JPEG, PNG nor WebP. `broken`: it cannot be read to its end. */
export type NotMade = 'tooLarge' | 'tooManyPixels' | 'heic' | 'unknown' | 'broken';

/**
 * Makes a picture of an uploaded file. Its bytes tell what it is, not its name. Whatever else the file holds is gone: only the pixels are taken over. The
 * work is done in threads, two pictures at a time; others wait.
 */
export async function makePicture(bytes: Uint8Array): Promise<MadePicture | { readonly refused: NotMade }> {
  if (bytes.length > LARGEST_PICTURE) return { refused: 'tooLarge' };
  const format = formatOf(bytes);
  if (format !== 'picture') return { refused: format };
  const sharp = await loaded();
  return inTurn(async () => {
    const large = await upright(sharp, bytes);
    if ('refused' in large) return large;
    const smaller = (size: number) => sharp(large.data).resize(within(size)).jpeg({ quality: 75, mozjpeg: true }).toBuffer();
    const [medium, small] = [await smaller(MEDIUM), await smaller(SMALL)];
    const original = await sha256OfFile(bytes);
    return { large: large.data, medium, small, width: large.info.width, height: large.info.height, original };
  });
}

/** Whatever is wrong with bytes that begin like a picture, libvips has its own words for it, and it is the file that is wrong. */
async function upright(sharp: typeof Sharp, bytes: Uint8Array): Promise<{ data: Buffer; info: OutputInfo } | { readonly refused: NotMade }> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > MOST_PIXELS) return { refused: 'tooManyPixels' };
    return await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .timeout({ seconds: SECONDS })
      .autoOrient()
      .resize(within(LARGE))
      .flatten({ background: 'white' })
      .jpeg({ quality: 80, mozjpeg: true })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    if (error instanceof Error) return { refused: 'broken' };
    throw error;
  }
}

function within(size: number): ResizeOptions {
  return { width: size, height: size, fit: 'inside', withoutEnlargement: true };
}

/** What the first bytes say. */
function formatOf(bytes: Uint8Array): 'picture' | 'heic' | 'unknown' {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF[\s\S]{4}WEBP/.test(head)) return 'picture';
  return /^[\s\S]{4}ftyp(hei|hev|mif1|msf1)/.test(head) ? 'heic' : 'unknown';
}

let loading: Promise<typeof Sharp> | undefined;

/** sharp, once it is needed. It is set up once: while it shuts what it can read and opens what it may, a picture that a thread is reading would be refused. */
function loaded(): Promise<typeof Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    // Besides what phones and cameras make it can read much more, such as SVG.
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
    return sharp;
  });
  return loading;
}

let free = AT_ONCE;
const waiting: (() => void)[] = [];

async function inTurn<Done>(work: () => Promise<Done>): Promise<Done> {
  if (free > 0) free -= 1;
  else await new Promise<void>((begin) => waiting.push(begin));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}
