import sharp, { type OutputInfo, type ResizeOptions } from 'sharp';
import { answerIsolated } from '../../store/runIsolated.ts';
import { sha256OfFile } from '../../store/vault.ts';
import type { MadePicture, NotMade } from './keepPicture.ts';

/** More than any phone's camera takes; a small file can unfold to much more. */
const MOST_PIXELS = 52_000_000;
const SECONDS = 15;
const LARGE = 1_600;
const MEDIUM = 960;
const SMALL = 480;

sharp.cache(false);
sharp.concurrency(1);
// Besides what phones and cameras make it can read much more, such as SVG.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });

/** Runs apart (`keepPicture.ts`): turns a picture upright and makes it anew, in three sizes. */
answerIsolated(async (bytes: Uint8Array): Promise<MadePicture | { readonly refused: NotMade }> => {
  const large = await upright(bytes);
  if ('refused' in large) return large;
  const smaller = (size: number) => sharp(large.data).resize(within(size)).jpeg({ quality: 75, mozjpeg: true }).toBuffer();
  const [medium, small] = [await smaller(MEDIUM), await smaller(SMALL)];
  const original = await sha256OfFile(bytes);
  return { large: large.data, medium, small, width: large.info.width, height: large.info.height, original };
});

/** Whatever is wrong with bytes that begin like a picture, libvips has its own words for it, and it is the file that is wrong. */
async function upright(bytes: Uint8Array): Promise<{ data: Buffer; info: OutputInfo } | { readonly refused: NotMade }> {
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
