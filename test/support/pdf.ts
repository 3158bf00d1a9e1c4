import { PDFiumLibrary } from '@hyzyla/pdfium';
import { expect } from 'chai';
import jsQR from 'jsqr';
import { extractTextItems } from 'unpdf';

/** A text as it stands on a page: lengths in points, from the page's lower left corner. */
export interface PdfText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a reader's program finds on each page of a PDF. */
export async function textsOf(bytes: Uint8Array): Promise<PdfText[][]> {
  const { items } = await extractTextItems(Uint8Array.from(bytes));
  return items.map((page) => page.filter(({ str }) => str.trim() !== '').map(({ str, x, y, width, height }) => ({ text: str, x, y, width, height })));
}

/** A page as it looks, at so many pixels a point. */
export interface PdfPicture {
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, row by row. */
  readonly pixels: Uint8Array;
  readonly pixelsWide: number;
  readonly pixelsHigh: number;
  /** How dark the pixels of a text are in the mean, 0 to 1. */
  ink(text: PdfText): number;
  /** What the code in a part of the page says; lengths in points from the upper left corner. */
  code(left: number, top: number, width: number, height: number): string | undefined;
}

let library: Promise<PDFiumLibrary> | undefined;

/** Draws a page, from 0. */
export async function pictureOf(bytes: Uint8Array, page: number, scale = 2): Promise<PdfPicture> {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(Buffer.from(bytes));
  try {
    const { width, height, data } = await document.getPage(page).render({ scale, render: 'bitmap' });
    const part = (left: number, top: number, wide: number, high: number) => {
      const [x, y] = [Math.max(0, Math.floor(left * scale)), Math.max(0, Math.floor(top * scale))];
      const [w, h] = [Math.min(width - x, Math.ceil(wide * scale)), Math.min(height - y, Math.ceil(high * scale))];
      const pixels = new Uint8ClampedArray(w * h * 4);
      for (let row = 0; row < h; row += 1) pixels.set(data.subarray(((y + row) * width + x) * 4, ((y + row) * width + x + w) * 4), row * w * 4);
      return { pixels, w, h };
    };
    return {
      scale,
      width: width / scale,
      height: height / scale,
      pixels: Uint8Array.from(data),
      pixelsWide: width,
      pixelsHigh: height,
      ink: (text) => {
        const { pixels, w, h } = part(text.x, height / scale - text.y - text.height, text.width, text.height * 1.2);
        let dark = 0;
        for (let at = 0; at < pixels.length; at += 4) dark += 255 - (pixels[at] ?? 255);
        return dark / 255 / (w * h);
      },
      code: (left, top, wide, high) => {
        const { pixels, w, h } = part(left, top, wide, high);
        return jsQR(pixels, w, h)?.data;
      },
    };
  } finally {
    document.destroy();
  }
}

/** Every text is within the page, and none lies over another. Sizes in points. */
export function expectApart(texts: readonly PdfText[], width: number, height: number): void {
  const cut = texts.filter((one) => one.x < 0 || one.y < 0 || one.x + one.width > width || one.y + one.height > height);
  expect(
    cut.map(({ text }) => text),
    'cut',
  ).to.deep.equal([]);
  const over = texts.flatMap((one, index) => texts.slice(index + 1).flatMap((other) => (isOver(one, other) ? [`${one.text} / ${other.text}`] : [])));
  expect(over, 'over each other').to.deep.equal([]);
}

function isOver(one: PdfText, other: PdfText): boolean {
  return (
    one.x < other.x + other.width - 1 && other.x < one.x + one.width - 1 && one.y < other.y + other.height - 1 && other.y < one.y + one.height - 1
  );
}
