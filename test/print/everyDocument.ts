import jsQR from 'jsqr';
import sharp from 'sharp';
import type { MeetingRead } from '../../src/fund/meetings/index.ts';
import { type About, board, brochure, compareSheet, type Printed, poster, report, result, slipSheets, tableSheets } from '../../src/print/index.ts';
import { codeIn } from '../../src/web/console/browser/codeIn.ts';
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

/** A part of a page around a code, a square. */
export interface CodePlace {
  readonly side: number;
  readonly pixels: Uint8ClampedArray;
}

/** All codes on a clean page, each at every place where it stands, with the white around it, as somebody who holds a phone over it sees it. */
export function codesOn(page: PdfPicture): Map<string, CodePlace[]> {
  const found = new Map<string, { x: number; y: number; place: CodePlace }[]>();
  const { side, step } = LOOKED_AT;
  for (let top = 0; top + side < page.pixelsHigh + step; top += step) {
    for (let left = 0; left + side < page.pixelsWide + step; left += step) {
      const [fromX, fromY] = [Math.max(0, Math.min(left, page.pixelsWide - side)), Math.max(0, Math.min(top, page.pixelsHigh - side))];
      const code = jsQR(partOf(page, fromX, fromY, side).pixels, side, side, { inversionAttempts: 'dontInvert' });
      if (!code?.data) continue;
      const { topLeftCorner: one, bottomRightCorner: other } = code.location;
      const wide = Math.hypot(one.x - other.x, one.y - other.y) / Math.SQRT2;
      const [x, y] = [fromX + (one.x + other.x) / 2, fromY + (one.y + other.y) / 2];
      const known = found.get(code.data) ?? [];
      const around = Math.round(wide * WITH_WHITE);
      if (known.every((each) => Math.hypot(each.x - x, each.y - y) > wide / 2))
        known.push({ x, y, place: partOf(page, Math.round(x - around / 2), Math.round(y - around / 2), around) });
      found.set(code.data, known);
    }
  }
  return new Map([...found].map(([said, places]) => [said, places.map(({ place }) => place)]));
}

const WITH_WHITE = 1.5;

function partOf({ pixels, pixelsWide, pixelsHigh }: PdfPicture, x: number, y: number, side: number): CodePlace {
  const part = new Uint8ClampedArray(side * side * 4).fill(255);
  const [left, right] = [Math.max(0, x), Math.min(pixelsWide, x + side)];
  for (let row = Math.max(0, y); row < Math.min(pixelsHigh, y + side); row += 1)
    part.set(pixels.subarray((row * pixelsWide + left) * 4, (row * pixelsWide + right) * 4), ((row - y) * side + left - x) * 4);
  return { side, pixels: part };
}

const DIRTY = 0.05;
/** A hand turns a sheet a little until it is read: so many degrees beside it a camera looks again, four times a second. */
const AGAIN = [0, 3, -4, 8, -9, 15, -16, 24, -25, 33];

/**
 * What a phone's reader makes of a code that lies turned by some degrees on a sheet of which a twentieth is hidden, by crumbs and by holes in the ink, so
 * wide each, from some pictures that are not quite sharp. `chance`: from 0 to 1. `speck`: pixels.
 */
export async function readDirty({ side, pixels }: CodePlace, degrees: number, speck: number, chance: () => number): Promise<string | undefined> {
  const dirty = Buffer.from(pixels);
  for (let specks = (side * side * DIRTY) / speck ** 2; specks > 0; specks -= 1) {
    const [left = 0, top = 0] = [chance(), chance()].map((part) => Math.floor(part * (side - speck)));
    const shade = chance() < 0.5 ? 0 : 255;
    for (let row = 0; row < speck; row += 1)
      for (let column = 0; column < speck; column += 1) {
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
    const read = codeIn({ width: info.width, height: info.height, data: new Uint8ClampedArray(data) });
    if (read !== undefined) return read;
  }
  return undefined;
}
