import { expect } from 'chai';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Project } from '../../src/fund/cycles/cycle.ts';
import { brochure, cardSheets, type Printed, poster, slipSheets, tableSheets } from '../../src/print/index.ts';
import { pdfOf } from '../../src/print/pages/pdfOf.ts';
import { pageText } from '../../src/web/public/pageText.ts';
import { expectApart, pictureOf, textsOf } from '../support/pdf.ts';
import { communityRecord, cycleRecord } from '../support/town.ts';

const NOW = new Date('2026-12-02T03:00:00Z');
const LONG = '楼道扶手改造与三号院到菜市场一段的路面修补工程（第二期）';
const MM = 72 / 25.4;

describe('documents', function () {
  this.timeout(120_000);
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
    const [text, page] = [pageText(catalogue, chosen, NOW, community, 'print'), pageText(catalogue, chosen, NOW, community)];
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

  it('cards: ten a page, each with its holder, its digits, the same digits as a code, and three ways', async () => {
    const cards = Array.from({ length: 11 }, (_, index) => ({
      id: String(index),
      name: '王秀英',
      building: '3栋',
      card: String(204_681_717 + index),
    }));
    const { bytes, pages } = await made(cardSheets(cards, about('zh-CN', [])));
    expect(pages).to.have.length(2);
    for (const page of pages) expectApart(page, 595, 842);
    const [first = []] = pages;
    expect(first.filter(({ text }) => text === '王秀英 · 3栋')).to.have.length(10);
    expect(first.filter(({ text }) => /^[123]\./.test(text.trim()))).to.have.length(30);
    const picture = await pictureOf(bytes, 0, 3);
    for (const [index, { card }] of cards.slice(0, 10).entries()) {
      expect(saidOn(first)).to.contain(card.replace(/(\d{3})(?=\d)/g, '$1 '));
      const [x, y] = [10 + (index % 2) * 95, 10 + Math.floor(index / 2) * 55.4];
      expect(picture.code(x * MM, y * MM, 95 * MM, 55.4 * MM)).to.equal(card);
    }
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
      const { bytes, pages } = await made(slipSheets(serials, (serial) => `${serial.slice(0, 4)} ${serial.slice(4)}`, here));
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
      for (const rule of ['fold', 'again', 'spoiled'])
        expect(saidOn(outside).replaceAll(' ', '')).to.contain(here.text.say(`slip.${rule}`).replaceAll(' ', ''));
      expect(strip, 'the flap does not reach it').to.be.above(2 * fold);
      for (const [index, serial] of serials.slice(0, onPage).entries())
        expect((await pictureOf(bytes, 0)).code(171 * MM, index * 148 * MM, 39 * MM, 60 * MM)).to.equal(serial);
    }
  });

  it('a poster: when, the number, every project with its number, cost and picture, the codes of chat and page, on one page, in Chinese and English', async () => {
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
      expect(pages).to.have.length(1);
      const [page = []] = pages;
      expectApart(page, 842, 1191);
      const said = saidOn(page);
      for (const { number, cost } of here.projects) {
        expect(page.some(({ text }) => text.trim() === String(number))).to.equal(true);
        expect(said).to.contain(here.page.money(cost, 'CNY'));
      }
      for (const key of ['poster.number', 'poster.vote', 'projects.title']) expect(said).to.contain(here.page.say(key));
      const texted = { ...here, community: { ...here.community, textNumber: '01', shownNumber: '106901234501' } };
      const other = await made(
        poster(texted, {
          ...{ address: 'https://example.org/c/qingsong', chatCode },
          pictures: new Map(texted.projects.map(({ number }) => [number, picture])),
          takesSlips: true,
        }),
      );
      expect(other.pages, 'with pictures').to.have.length(1);
      expectApart(other.pages[0] ?? [], 842, 1191);
      for (const { number, cost } of here.projects) {
        expect(other.pages[0]?.some(({ text }) => text.trim() === String(number))).to.equal(true);
        expect(saidOn(other.pages[0])).to.contain(here.page.money(cost, 'CNY'));
      }
      expect(saidOn(other.pages[0]))
        .to.contain('106901234501')
        .and.contain(here.page.phone(here.community.phone))
        .and.not.contain(here.page.say('poster.number'));
      expect(other.pages[0]?.filter(({ text }) => text.trim() === '01')).to.deep.equal([]);
      if (language === 'zh-CN') {
        const nowhere = await made(poster(here, { pictures: new Map(), takesSlips: true }));
        expect(saidOn(nowhere.pages[0]), 'nobody else can open its page').to.not.contain(here.page.say('poster.address'));
        const drawn = await pictureOf(other.bytes, 0);
        expect(drawn.code(421, 198, 420, 320)).to.equal('https://weixin.qq.com/q/chat');
        expect(drawn.code(631, 793, 210, 397)).to.equal('https://example.org/c/qingsong');
        for (const { number } of here.projects) {
          const own = other.pages[0]?.find(({ text }) => text.trim() === String(number));
          expect(own && drawn.ink({ ...own, x: own.x - 80, width: 30 }), `the picture beside ${number}`).to.be.above(0.4);
        }
      }
      expect(said)
        .to.contain(here.page.time(new Date('2026-12-15T12:00:00Z'), 'until'))
        .and.contain('example.org/c/qingsong');
    }
  });

  it('a brochure: one page, at most 200 words besides the projects', async () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const { pages, bytes } = await made(
        brochure(about(language, projects(8)), { address: 'https://example.org/c/qingsong', hasChat: true, takesSlips: true }),
      );
      expect(pages).to.have.length(1);
      expect((await pictureOf(bytes, 0)).code(210, 397, 209, 198)).to.equal('https://example.org/c/qingsong');
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
      expect(pages.map((page) => page.find(({ height }) => height > 18)?.text)).to.deep.equal(
        ['table.opening', 'table.closing', ...['quick', 'cadre', 'witness', 'keyer', 'supervisor'].map((role) => `routine.${role}.title`)].map(
          (key) => here.text.say(key),
        ),
      );
      for (const page of pages) expectApart(page, 595, 842);
    }
  });
});
