import { expect } from 'chai';
import sharp from 'sharp';
import type { MadePicture } from '../../../src/fund/pictures/index.ts';
import { makePicture } from '../../../src/fund/pictures/keepPicture.ts';

const SCRIPT = '<script>alert(1)</script>';
const SVG = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">${SCRIPT}</svg>`);
const red = (width = 400, height = 200) => sharp({ create: { width, height, channels: 3, background: 'red' } });
/** As a phone takes it: lying on its side, with its maker and the place. */
const fromPhone = () =>
  red()
    .jpeg()
    .withExif({ IFD0: { Make: 'PHONEMAKER' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '30/1 40/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
const made = async (bytes: Uint8Array): Promise<MadePicture> => {
  const picture = await makePicture(bytes);
  if ('refused' in picture) throw new Error(picture.refused);
  return picture;
};
const refused = async (bytes: Uint8Array) => {
  const picture = await makePicture(bytes);
  return 'refused' in picture ? picture.refused : 'made';
};

describe('a picture that is made of what was uploaded', () => {
  it('stands upright, and tells neither place nor device', async () => {
    const bytes = await fromPhone();
    expect([bytes.includes('PHONEMAKER'), (await sharp(bytes).metadata()).orientation]).to.deep.equal([true, 6]);
    const { large, medium, small, width, height } = await made(bytes);
    expect([width, height]).to.deep.equal([200, 400]);
    for (const one of [large, medium, small]) {
      const { format, exif, icc, xmp, orientation } = await sharp(one).metadata();
      expect([format, exif, icc, xmp, orientation]).to.deep.equal(['jpeg', undefined, undefined, undefined, undefined]);
    }
  });

  it('is JPEG of at most 1,600, 960 and 480 pixels, whether it came as JPEG, PNG or WebP; transparent is white', async () => {
    const { large, medium, small } = await made(await red(3_000, 1_500).jpeg().toBuffer());
    const widths = [large, medium, small].map(async (one) => (await sharp(one).metadata()).width);
    expect(await Promise.all(widths)).to.deep.equal([1_600, 960, 480]);
    for (const bytes of [await red().png().toBuffer(), await red().webp().toBuffer()]) expect((await made(bytes)).width).to.equal(400);
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    expect((await sharp((await made(clear)).large).stats()).channels[0]?.min).to.be.above(250);
  });

  it('never comes out as it went in: what stands behind or within the pixels is gone', async () => {
    const png = await red().png().toBuffer();
    const polyglots = [
      Buffer.concat([png, SVG]),
      await red()
        .jpeg()
        .withExif({ IFD0: { ImageDescription: SCRIPT } })
        .toBuffer(),
    ];
    for (const bytes of polyglots) {
      expect(bytes.includes(SCRIPT)).to.equal(true);
      const { large, small } = await made(bytes);
      expect([large, small].map((size) => Buffer.from(size).includes('script'))).to.deep.equal([false, false]);
    }
  });

  it('is refused with a reason: a renamed script, a drawing, what an iPhone keeps for itself, broken off, too many pixels, too many bytes', async () => {
    const bytes = await fromPhone();
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(100)]);
    const bomb = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    expect(bomb.length).to.be.below(1_000_000);
    expect(await Promise.all([SVG, Buffer.from(SCRIPT), Buffer.alloc(0)].map(refused))).to.deep.equal(['unknown', 'unknown', 'unknown']);
    expect(await refused(Buffer.concat([bytes.subarray(0, 3), SVG]))).to.equal('broken');
    expect(await refused(bytes.subarray(0, bytes.length / 2))).to.equal('broken');
    expect(await refused(heic)).to.equal('heic');
    expect(await refused(bomb)).to.equal('tooManyPixels');
    expect(await refused(Buffer.concat([bytes, Buffer.alloc(20_000_000)]))).to.equal('tooLarge');
  });
});
