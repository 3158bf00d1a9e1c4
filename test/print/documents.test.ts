import { expect } from 'chai';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Project } from '../../src/fund/cycles/index.ts';
import { brochure, cardSheets, type Printed, poster, slipSheets, tableSheets } from '../../src/print/index.ts';
import { pdfOf } from '../../src/print/pages/pdfOf.ts';
import { pageText } from '../../src/web/public/pageText.ts';
import { expectApart, pictureOf, textsOf } from '../support/pdf.ts';
import { communityRecord, cycleRecord } from '../support/town.ts';
import { type CodePlace, codesOn, everyDocument, longest, readDirty } from './everyDocument.ts';

const spoken = (serial: string) => `${serial.slice(0, 4)} ${serial.slice(4)}`;
const NOW = new Date('2026-12-02T03:00:00Z');
const LONG = '楼道扶手改造与三号院到菜市场一段的路面修补工程（第二期）';
const MM = 72 / 25.4;
/** Crumbs and holes of half a millimetre, in dots of a printer of 150 dots an inch; and of 0.8 and 1.4 mm, on what bears its code more than once. */
const [SPECK, LARGER] = [3, [5, 8]];

describe('documents', () => {
  let catalogue: Awaited<ReturnType<typeof loadCatalogue>>;
  before(async () => {
    catalogue = await loadCatalogue();
  });

  const about = (language: 'zh-CN' | 'en', projects: readonly Project[]) => {
    const community = { ...communityRecord('qingsong'), name: '青松社区' };
    const stages = [
      { stage: 'vote' as const, from: new Date('2026-12-01T00:00:00Z') },
      { stage: 'implement' as const, from: new Date('2026-12-15T12:00:00Z') },
    ];
    const cycle = { ...cycleRecord('qingsong', NOW), title: '2027年社区保障资金', choices: { min: 1, max: 3 }, stages, projects: [...projects] };
    const chosen = { language, byLink: false };
    const [text, page] = [pageText('print', catalogue, chosen, NOW, community), pageText('page', catalogue, chosen, NOW, community)];
    return { community, cycle, projects, now: NOW, text, page };
  };
  const projects = (count: number): Project[] =>
    Array.from({ length: count }, (_, index) => ({
      number: index + 1,
      title: index % 2 ? LONG : '健身角',
      cost: 20_000 + index,
      place: '三号院门口',
    }));
  const made = async (printed: Printed) => {
    const pdf = await pdfOf(printed, false);
    if (!('bytes' in pdf)) throw new Error(JSON.stringify(pdf));
    return { bytes: pdf.bytes, pages: await textsOf(pdf.bytes) };
  };
  const saidOn = (page: readonly { text: string }[] = []) => page.map(({ text }) => text.replaceAll('\u00a0', ' ')).join('');

  it('cards: eight a page, each with its holder, its digits, the same digits as a code, and three ways, in no small type', async () => {
    const cards = Array.from({ length: 8 }, (_, index) => ({
      id: String(index),
      name: '王秀英',
      building: '3栋',
      door: '',
      card: String(204_681_717 + index),
    }));
    const { bytes, pages } = await made(cardSheets(cards, about('zh-CN', [])));
    expect(pages).to.have.length(1);
    for (const { text, height } of pages.flat()) expect(height, text).to.be.at.least(9.9);
    for (const page of pages) expectApart(page, 595, 842);
    const [first = []] = pages;
    expect(first.filter(({ text }) => text === '王秀英 · 3栋')).to.have.length(8);
    expect(first.filter(({ text }) => /^[123]\./.test(text.trim()))).to.have.length(24);
    const picture = await pictureOf(bytes, 0, 3);
    for (const [index, { card }] of cards.entries()) {
      expect(saidOn(first)).to.contain(card.replace(/(\d{3})(?=\d)/g, '$1 '));
      const [x, y] = [10 + (index % 2) * 95, 10 + Math.floor(index / 2) * 69.25];
      for (const half of [0, 1]) expect(picture.code((x + 60) * MM, (y + 2 + half * 30) * MM, 35 * MM, 32 * MM)).to.equal(card);
    }
  });

  it('cards of many: by building and door, as one walks, each building with a sheet to sign, whatever its characters', async () => {
    const of = ['10栋', '2栋', '10栋', '2栋'];
    const cards = Array.from({ length: 20 }, (_, index) => ({
      ...{
        id: String(index),
        name: ['王𠮷祥', '李建国'][index % 3 ? 1 : 0] ?? '',
        building: of[index % 4] ?? '',
        door: String(20 - index),
        card: String(204_681_717 + index),
      },
    }));
    const { bytes, pages } = await made(cardSheets(cards, about('zh-CN', [])));
    expect(
      pages.map(
        (page) =>
          page
            .find(({ height }) => height > 18)
            ?.text.replaceAll('\u3000', ' ')
            .split(' ')[0],
      ),
    ).to.deep.equal(['2栋', '204', '204', '10栋', '204', '204'].map((word) => word));
    const [sheet = [], ...others] = pages;
    expect(sheet.filter(({ text }) => text === '李建国' || text.includes('王'))).to.have.length(10);
    const doors = sheet.filter(({ text }) => /^\d+$/.test(text)).map(({ text }) => Number(text));
    expect([doors.length, doors], 'by door').to.deep.equal([10, doors.toSorted((one, other) => one - other)]);
    expect(saidOn(sheet), 'a sheet that goes round has no digits').to.not.match(/204/);
    const holders = others.slice(0, 2).flatMap((page) => page.filter(({ text }) => /· 2栋/.test(text)));
    expect(holders).to.have.length(10);
    expect(saidOn(pages[1])).to.contain('𠮷');
    expect(bytes.length).to.be.below(400_000);
  });

  it('slips: all projects with a box on both sides of the fold, the serial outside on a strip, nothing smaller than 11 points, two on a page or one, in Chinese and English', async () => {
    const serials = ['48209175', '12345678', '00000000'];
    for (const [language, count, onPage] of [
      ['zh-CN', 8, 2],
      ['en', 8, 2],
      ['zh-CN', 20, 1],
      ['en', 40, 1],
      ['zh-CN', 40, 1],
    ] as const) {
      const here = about(language, projects(count));
      const { bytes, pages } = await made(slipSheets(serials, spoken, here));
      expect(pages).to.have.length(Math.ceil(serials.length / onPage));
      const [first = []] = pages;
      expectApart(first, 595, 842);
      for (const { text, height } of first) expect(height, text).to.be.at.least(10.9);
      const strip = first.find(({ text }) => text.replaceAll('\u00a0', ' ') === '4820 9175')?.x ?? 0;
      const inside = first.filter(({ x }) => x < 170 * MM);
      const fold = (171 / 2) * MM;
      expect(
        inside.filter(({ x, width }) => x < fold && x + width > fold),
        'over the fold',
      ).to.deep.equal([]);
      for (const { number } of here.projects)
        expect(
          inside.filter(({ text }) => text.trim() === String(number)),
          `${number}`,
        ).to.have.length(onPage);
      expect(saidOn(inside)).to.contain(here.text.say('choose.upTo', { max: 3 }));
      const outside = first.filter(({ x }) => x >= 171 * MM);
      for (const serial of serials.slice(0, onPage)) {
        const told = `${serial.slice(0, 4)} ${serial.slice(4)}`;
        expect([saidOn(outside).includes(told), saidOn(inside).includes(told)], 'a serial stands outside alone').to.deep.equal([true, false]);
      }
      for (const [rule, where] of [
        ['fold', outside],
        ['again', outside],
        ['spoiled', inside],
      ] as const)
        expect(saidOn(where).replaceAll(' ', '')).to.contain(here.text.say(`slip.${rule}`).replaceAll(' ', ''));
      expect(strip, 'the flap does not reach it').to.be.above(2 * fold);
      for (const [index, serial] of serials.slice(0, onPage).entries())
        expect((await pictureOf(bytes, 0)).code(171 * MM, index * 148 * MM, 39 * MM, 60 * MM)).to.equal(serial);
    }
  });

  it('a poster: when, the number, every project with its number, cost and picture, the codes of chat and page, in Chinese and English; forty on one sheet', async () => {
    const chatCode = await QRCode.toBuffer('https://weixin.qq.com/q/chat');
    const picture = {
      picture: await sharp({ create: { width: 480, height: 360, channels: 3, background: '#7a9' } })
        .jpeg()
        .toBuffer(),
      pixels: { width: 1_600, height: 1_200 },
    };
    for (const language of ['zh-CN', 'en'] as const) {
      const here = about(language, projects(20));
      const { pages } = await made(poster(here, { address: 'https://example.org/c/qingsong', pictures: new Map(), takesSlips: true }));
      expect(pages.length, 'twenty long titles may take a second sheet').to.be.at.most(2);
      for (const each of pages) expectApart(each, 842, 1191);
      const page = pages.flat();
      const said = saidOn(page);
      const forty = { ...here, projects: projects(40).map((project) => ({ ...project, title: '修路灯' })) };
      if (language === 'zh-CN')
        expect(
          (await made(poster(forty, { address: 'https://example.org/c/qingsong', pictures: new Map(), takesSlips: true }))).pages,
        ).to.have.length(1);
      for (const { number, cost } of here.projects) {
        expect(page.some(({ text }) => text.trim() === String(number))).to.equal(true);
        expect(said).to.contain(here.page.money(cost, 'CNY'));
      }
      for (const key of ['poster.number', 'poster.vote', 'projects.title'] as const) expect(said).to.contain(here.page.say(key));
      const texted = { ...here, community: { ...here.community, textNumber: '01', shownNumber: '106901234501' } };
      const other = await made(
        poster(texted, {
          ...{ address: 'https://example.org/c/qingsong', chatCode },
          pictures: new Map(texted.projects.map(({ number }) => [number, picture])),
          takesSlips: true,
        }),
      );
      expect(other.pages.length, 'twenty pictures beside long titles may take a second sheet').to.be.at.most(2);
      for (const each of other.pages) expectApart(each, 842, 1191);
      for (const { number, cost } of here.projects) {
        expect(other.pages.flat().some(({ text }) => text.trim() === String(number))).to.equal(true);
        expect(other.pages.map(saidOn).join('')).to.contain(here.page.money(cost, 'CNY'));
      }
      expect(saidOn(other.pages[0]))
        .to.contain('106901234501')
        .and.contain(here.page.phone(here.community.phone))
        .and.not.contain(here.page.say('poster.number'));
      expect(other.pages[0]?.filter(({ text }) => text.trim() === '01')).to.deep.equal([]);
      if (language === 'zh-CN') {
        const nowhere = await made(poster(here, { pictures: new Map(), takesSlips: true }));
        expect(saidOn(nowhere.pages[0]), 'nobody else can open its page').to.not.contain(here.page.say('poster.address'));
        for (const [index, each] of other.pages.entries()) {
          const drawn = await pictureOf(other.bytes, index);
          for (const own of each.filter(({ text, height }) => height > 17 && /^\d{1,2}$/.test(text.trim())))
            expect(drawn.ink({ ...own, x: own.x - 45, width: 20 }), `the picture beside ${own.text}`).to.be.above(0.4);
        }
      }
      expect(said)
        .to.contain(here.page.time(new Date('2026-12-15T12:00:00Z'), 'until'))
        .and.contain('example.org/c/qingsong');
    }
  });

  it('every document, for 8, 20 and 40 projects with the longest titles that are allowed, in Chinese and English: nothing is cut, and nothing is small', async () => {
    const least = { poster: 14, slips: 11, brochure: 10, board: 10, result: 10, report: 9.5, compare: 10, table: 10, minutes: 10 } as const;
    const pagesOf: Record<string, number> = {};
    for (const language of ['zh-CN', 'en'] as const) {
      for (const count of [8, 20, 40]) {
        const title = longest(language);
        const here = about(
          language,
          projects(count).map((project) => ({ ...project, title, place: '三号院门口和五号院后面的空地，靠近菜市场'.repeat(3), cost: 1_234_567 })),
        );
        for (const [name, printed] of Object.entries(everyDocument(here))) {
          const what = `${name} ${language} ${count}`;
          const pdf = await pdfOf(printed, false);
          if (!('bytes' in pdf)) throw new Error(`${what}: ${JSON.stringify(pdf)}`);
          const pages = await textsOf(pdf.bytes);
          pagesOf[what] = pages.length;
          for (const [index, page] of pages.entries()) {
            const { width, height } = await pictureOf(pdf.bytes, index, 0.5);
            expectApart(page, width, height);
            const body = page.filter(({ y }) => printed.footer === undefined || y > 18 * MM);
            expect(body, `${what}: page ${index + 1} has something on it`).to.not.be.empty;
            for (const { text, height } of body) expect(height, `${what}: ${text}`).to.be.at.least(least[name as keyof typeof least] - 0.1);
            const last = body.toSorted((one, other) => one.y - other.y)[0];
            expect(
              last && last.height > 13 && !/^\d+$/.test(last.text) && index < pages.length - 1 && name !== 'poster' && name !== 'table',
              `${what}: ${last?.text} stands alone at a page's end`,
            ).to.equal(false);
          }
        }
      }
    }
    for (const language of ['zh-CN', 'en'])
      expect([pagesOf[`poster ${language} 8`], pagesOf[`slips ${language} 40`]], language).to.deep.equal([1, 1]);
  });

  it('codes are read from what a printer of 150 dots an inch makes, turned and dirty', async () => {
    const [address, serial, card] = ['https://example.org/c/qingsong', '48209175', '204681717'];
    const here = about('zh-CN', projects(40));
    const chatCode = await QRCode.toBuffer('https://weixin.qq.com/q/chat');
    const codes: [string, Printed, string[]][] = [
      ['slip', slipSheets([serial], spoken, here), [serial]],
      ['slip of eight', slipSheets([serial], spoken, about('zh-CN', projects(8))), [serial]],
      ['card', cardSheets([{ id: '1', name: '王秀英', building: '3栋', door: '', card }], here), [card]],
      ['poster', poster(here, { address, chatCode, pictures: new Map(), takesSlips: true }), [address, 'https://weixin.qq.com/q/chat']],
      ['brochure', brochure(here, { address, hasChat: true, takesSlips: true }), [address]],
      ['result', everyDocument(here).result, [`${address}#recount`]],
    ];
    let dirt = 1;
    const chance = () => {
      dirt = (dirt * 48_271) % 2_147_483_647;
      return dirt / 2_147_483_647;
    };
    for (const [name, printed, wanted] of codes) {
      const { bytes, pages } = await made(printed);
      const found = new Map<string, CodePlace[]>();
      for (const [index] of pages.entries()) for (const [said, places] of codesOn(await pictureOf(bytes, index, 150 / 72))) found.set(said, places);
      expect([...found.keys()], name).to.have.members(wanted);
      if (/slip|card/.test(name)) expect(found.get(wanted[0] ?? '')?.length, name).to.be.at.least(2);
      for (const [said, places] of found)
        for (const speck of places.length > 1 ? [SPECK, ...LARGER] : [SPECK]) {
          const unread = [];
          for (const angle of [0, 7, 90, 183, 275]) {
            const read = [];
            for (const place of places) read.push(await readDirty(place, angle, speck, chance));
            if (!read.includes(said)) unread.push(angle);
          }
          expect(unread, `${name}: ${said}, specks of ${speck} dots`).to.deep.equal([]);
        }
    }
  });

  it('a brochure: one page as long as there is room, at most 200 words besides the projects', async () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const { pages, bytes } = await made(
        brochure(about(language, projects(8)), { address: 'https://example.org/c/qingsong', hasChat: true, takesSlips: true }),
      );
      expect(pages.length).to.be.at.most(2);
      expect((await pictureOf(bytes, 0)).code(280, 30, 139, 120)).to.equal('https://example.org/c/qingsong');
      const { pages: bare } = await made(
        brochure(about(language, []), { address: 'https://example.org/c/qingsong', hasChat: true, takesSlips: true }),
      );
      const said = bare.flat().map(({ text }) => text);
      const words = language === 'en' ? said.join(' ').split(/\s+/) : (said.join('').match(/\p{Script=Han}/gu) ?? []);
      expect(words.length).to.be.within(60, 200);
    }
  });

  it('the table: a sheet to open, one to close, a page to learn it in a minute, and one of routine for each of four roles', async () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const here = about(language, projects(3));
      const { pages } = await made(tableSheets(here));
      expect(pages.map((page) => page.find(({ height }) => height > 18)?.text)).to.deep.equal([
        ...(['table.opening', 'table.closing'] as const).map((key) => here.text.say(key)),
        ...(['quick', 'cadre', 'witness', 'keyer', 'supervisor'] as const).map((role) => here.text.say(`routine.${role}.title`)),
      ]);
      for (const page of pages) expectApart(page, 595, 842);
    }
  });
});
