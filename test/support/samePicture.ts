import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type OutputInfo } from 'sharp';
import { root } from '../../src/store/files.ts';

/** `UPDATE_LOOKS=1`: what is seen now becomes what is expected. */
const KEEPS = process.env.UPDATE_LOOKS === '1';
/** What was seen and is another than expected, for a person to look at. */
const SEEN = join(root, '.data/looks');
/** Pictures are compared at half their size, where the soft edges of letters are even softer. */
const FINE = 0.5;
/** A pixel is another one if a colour of it differs by so much of 255; lossy pictures differ by some twenty. */
const OTHER = 48;
/** So many of a thousand pixels may be others: a letter that is drawn otherwise, not a line that has moved. */
const FEW = 1;

/**
 * Compares a screenshot with the picture that a person has looked at and kept, `file` from the root on (WebP, half as large). Gives what is wrong, or undefined.
 * With `UPDATE_LOOKS=1` the screenshot is kept instead.
 */
export async function otherThan(file: string, screenshot: Buffer): Promise<string | undefined> {
  const { width = 0, height = 0 } = await sharp(screenshot).metadata();
  const half = sharp(screenshot)
    .resize({ width: Math.round(width * FINE), height: Math.round(height * FINE), fit: 'fill' })
    .removeAlpha();
  const kept = join(root, file);
  if (KEEPS) {
    mkdirSync(dirname(kept), { recursive: true });
    await half.webp({ quality: 75, effort: 6 }).toFile(kept);
    return undefined;
  }
  const problem = existsSync(kept)
    ? await difference(kept, await half.clone().raw().toBuffer({ resolveWithObject: true }))
    : 'nobody has looked at it yet';
  if (problem === undefined) return undefined;
  const seen = join(SEEN, file);
  mkdirSync(dirname(seen), { recursive: true });
  await half.webp({ quality: 75 }).toFile(seen);
  return `${file}: ${problem}. It looks as .data/looks/${file}; if that is right, npm run looks:update keeps it.`;
}

async function difference(kept: string, seen: { readonly data: Buffer; readonly info: OutputInfo }): Promise<string | undefined> {
  const expected = await sharp(kept).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = expected.info;
  if (width !== seen.info.width || height !== seen.info.height) return `it is ${seen.info.width} × ${seen.info.height}, not ${width} × ${height}`;
  let others = 0;
  for (let at = 0; at < expected.data.length; at += 3) {
    const isOther = [0, 1, 2].some((colour) => Math.abs((expected.data[at + colour] ?? 0) - (seen.data[at + colour] ?? 0)) > OTHER);
    if (isOther) others += 1;
  }
  const thousandths = (others / (width * height)) * 1_000;
  return thousandths > FEW ? `${thousandths.toFixed(1)} of a thousand pixels are others` : undefined;
}
