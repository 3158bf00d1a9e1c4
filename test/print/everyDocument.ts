import jsQR from 'jsqr';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import type { MeetingRead } from '../../src/fund/meetings/index.ts';
import { type About, board, brochure, compareSheet, type Printed, poster, report, result, slipSheets, tableSheets } from '../../src/print/index.ts';
import { minutesPrinted } from '../../src/web/public/meetings.ts';
import type { PageText } from '../../src/web/public/pageText.ts';
import type { PdfPicture } from '../support/pdf.ts';

const ADDRESS = 'https://example.org/c/qingsong';
const ZH = '三号院到菜市场一段路面修补、排水沟清淤、路灯更换和楼道扶手改造工程以及小广场地面防滑处理（第二期），做完请住户来验收';
const EN = 'Repair of the road to the market, with drains and new lamps in courtyard three';

/** A title of as many characters as a project's may have. */
export function longest(language: 'zh-CN' | 'en'): string {
  return [...(language === 'en' ? EN : ZH.repeat(2))].slice(0, 60).join('');
}

/** All that is printed of a cycle but its cards, each as long as it may become with these projects. */
export function everyDocument(about: About) {
  const { projects, now } = about;
  const results = {
    ...{ cycle: 'c', rule: 'equal-shares+fill' as const, budget: 9_000_000, spent: 8_000_000, head: '0f'.repeat(32) },
    ...{ turnout: { residents: 900, voters: 412, byChannel: { sms: 200, voice: 100, wechat: 80, paper: 20, assisted: 12 } } },
    ...{ tallies: projects.map(({ number }) => ({ number, votes: 100 + number })), winners: projects.slice(0, 5).map(({ number }) => number) },
    lot: projects.map(({ number }) => number),
  };
  const works = projects.slice(0, 5).map(({ number, cost }) => ({ work: number, granted: cost, own: 0, contracted: cost - 1_000, paid: 20_000 }));
  const account = {
    ...{ cycle: 'c', currency: 'CNY', budget: 9_000_000, extra: 0, entries: 9, works },
    ...{ granted: 6_000_000, own: 0, contracted: 5_000_000, paid: 100_000, left: 5_900_000 },
  };
  const proposals = projects.map(({ number, title }) => ({
    proposal: {
      ...{
        number,
        at: now.toISOString(),
        channel: null,
        origin: 'paper' as const,
        category: null,
        text: title.repeat(3),
        state: 'declined' as const,
      },
      ...{ project: null, supports: 3, mergedInto: null, reason: { code: null, text: title }, cost: null },
    },
    became: title,
  }));
  const list = projects.map(({ number, title, cost }) => ({ number, title, cost }));
  const day = now.toISOString();
  const published = { from: day, to: day, list, check: null, unanswered: 0, answered: 0, objections: [], pictures: [] };
  const meeting: MeetingRead = {
    ...{ number: 1, at: now, place: '活动室', state: 'draft', members: 30, there: 20, quorum: 20, majority: 11, isQuorate: true, signed: 0 },
    ...{ cycle: 'c', notes: projects[0]?.title.repeat(20) ?? '', signatures: [], final: undefined, addenda: [], pictures: [], revision: 1 },
    items: projects.map(({ number }) => ({
      ...{ proposal: number, advice: 'yes' as const, for: 11, against: 9, abstained: 0, decision: 'not' as const, reason: '钱不够' },
    })),
    roll: Array.from({ length: 30 }, (_, n) => ({ id: String(n), name: '欧阳建国', isThere: n < 20 })),
    texts: new Map(projects.map(({ number, title }) => [number, title.repeat(2)])),
  };
  return {
    poster: poster(about, { address: ADDRESS, pictures: new Map(), takesSlips: true }),
    brochure: brochure(about, { address: ADDRESS, hasChat: true, takesSlips: true }),
    slips: slipSheets(['48209175'], (serial) => serial, about),
    board: board(about, published),
    result: result(about, { results, by: ['王芳', '郑海涛'], address: ADDRESS }),
    report: report(
      { ...about, from: 'https://example.org' },
      {
        ...{ turnout: { residents: 900, voters: 412, ballots: 430 }, results, answers: { proposals: proposals.length, answered: 9, medianDays: 3 } },
        ...{ proposals, account, meetings: [], paper: undefined },
        works: projects.slice(0, 5).map(({ number }) => ({ number, state: 'under-way' as const, day: '2027-01-02' })),
      },
    ),
    compare: compareSheet(
      about,
      {
        datedBack: [],
        wrong: 0,
        slips: 400,
        drawn: projects.map(({ number }) => ({ serial: String(10_000_000 + number), table: 1, batch: 2, found: null, changes: 0 })),
      },
      (serial) => serial,
    ),
    table: tableSheets(about),
    minutes: minutesPrinted(meeting, about, about.page as PageText),
  } satisfies Record<string, Printed>;
}

/** How much is looked at at once, and by how much it is moved on, in pixels: seven centimetres of a sheet at 150 dots an inch. */
const LOOKED_AT = { side: 400, step: 100 };

/** All codes on a clean page with what is around each, as somebody who moves a phone over it finds them. */
export function codesOn({ pixels, pixelsWide, pixelsHigh }: PdfPicture): Map<string, Uint8ClampedArray> {
  const found = new Map<string, Uint8ClampedArray>();
  const { side, step } = LOOKED_AT;
  for (let top = 0; top + side < pixelsHigh + step; top += step) {
    for (let left = 0; left + side < pixelsWide + step; left += step) {
      const [x, y] = [Math.min(left, pixelsWide - side), Math.min(top, pixelsHigh - side)];
      const part = new Uint8ClampedArray(side * side * 4);
      for (let row = 0; row < side; row += 1)
        part.set(pixels.subarray(((y + row) * pixelsWide + x) * 4, ((y + row) * pixelsWide + x + side) * 4), row * side * 4);
      const said = decoded({ width: side, height: side, data: part });
      if (said !== undefined) found.set(said, part);
    }
  }
  return found;
}

/** A crumb, or a hole in the ink, of half a millimetre at 150 dots an inch; they cover a twentieth. */
const SPECK = 3;
const DIRTY = 0.05;
/** A hand is not still: so many degrees beside it a camera looks again. */
const AGAIN = [0, 3, -4, 8, -9];

/** What a phone's reader makes of a code that lies turned by some degrees and dirty, from some pictures that are not quite sharp. `chance`: from 0 to 1. */
export async function readDirty(code: Uint8ClampedArray, degrees: number, chance: () => number): Promise<string | undefined> {
  const { side } = LOOKED_AT;
  const dirty = Buffer.from(code);
  for (let specks = (side * side * DIRTY) / SPECK ** 2; specks > 0; specks -= 1) {
    const [left = 0, top = 0] = [chance(), chance()].map((part) => Math.floor(part * (side - SPECK)));
    const shade = chance() < 0.5 ? 0 : 255;
    for (let row = 0; row < SPECK; row += 1)
      for (let column = 0; column < SPECK; column += 1) {
        const at = ((top + row) * side + left + column) * 4;
        dirty.fill(shade, at, at + 3);
      }
  }
  for (const more of AGAIN) {
    const { data, info } = await sharp(dirty, { raw: { width: side, height: side, channels: 4 } })
      .rotate(degrees + more, { background: 'white' })
      .blur(1)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const picture = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
    const read = jsQR(picture.data, picture.width, picture.height)?.data ?? decoded(picture);
    if (read) return read;
  }
  return undefined;
}

function decoded(picture: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }): string | undefined {
  try {
    return decodeQR(picture);
  } catch {
    return undefined; // no whole code in it
  }
}
