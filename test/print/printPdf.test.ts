import { expect } from 'chai';
import { type Block, type Printed, printPdf, TICK } from '../../src/print/index.ts';
import { linesOf } from '../../src/print/pages/layText.ts';
import { expectApart, pictureOf, textsOf } from '../support/pdf.ts';

const AT = new Date('2026-11-28T03:00:00Z');
const page = (blocks: readonly Block[], more: Partial<Printed> = {}): Printed => ({
  title: '试',
  language: 'zh-CN',
  at: AT,
  paper: 'A4',
  blocks,
  ...more,
});

describe('printPdf', () => {
  it('shows Chinese, Latin and digits in an embedded typeface, the same bytes for the same data', async () => {
    const printed = page([{ heading: '青松社区议事会' }, { text: '发短信：投 3 7，Wave Type, 08:00。' }, { qr: '123456789', side: 30 }]);
    const bytes = await printPdf(printed);
    const [texts = []] = await textsOf(bytes);
    expect(texts.map(({ text }) => text).join('|')).to.equal('青松社区议事会|发短信：投 3 7，Wave Type, 08:00。');
    const picture = await pictureOf(bytes, 0);
    for (const text of texts) expect(picture.ink(text), text.text).to.be.within(0.05, 0.6);
    expect(picture.code(0, 0, picture.width, picture.height)).to.equal('123456789');
    expect(Buffer.from(bytes).includes('FontFile3')).to.equal(true);
    expect(bytes.length).to.be.below(200_000);
    expect(Buffer.compare(await printPdf(printed), bytes)).to.equal(0);
  });

  it('goes on on the next page with the heads of a table, and cuts and overlaps nothing', async () => {
    const title = '楼道扶手改造与三号院到菜市场一段的路面修补工程（第二期），含排水沟和路灯';
    const rows = Array.from({ length: 60 }, (_, index) => [TICK, String(index + 1), title, `${index + 1},000元`]);
    const table = { columns: [{ share: 1 }, { head: '编号', share: 1, size: 18 }, { head: '项目', share: 6 }, { head: '费用', share: 2 }], rows };
    const pages = await textsOf(await printPdf(page([{ heading: '项目' }, { table }], { footer: '青松社区' })));
    expect(pages.length).to.be.within(3, 6);
    for (const texts of pages) {
      expect(texts.filter(({ text }) => text === '编号')).to.have.length(1);
      expectApart(texts, 595, 842);
    }
    const numbers = pages.flat().flatMap(({ text, height }) => (height > 15 && /^\d+$/.test(text) ? [Number(text)] : []));
    expect(numbers).to.deep.equal(rows.map((_, index) => index + 1));
  });

  it('keeps lines to sign on with what stands before them', async () => {
    const sheet = async (count: number) => {
      const rows = Array.from({ length: count }, (_, index) => [`第${index + 1}行`]);
      const blocks: Block[] = [{ table: { columns: [{ head: '项目', share: 1 }], rows } }, { space: 8 }, { lines: ['签名', '日期'] }];
      return (await textsOf(await printPdf(page(blocks)))).map((texts) => texts.map(({ text }) => text));
    };
    let rows = 30;
    while ((await sheet(rows)).length === 1) rows += 1;
    const [first = [], second = []] = await sheet(rows);
    expect(first.at(-1)).to.equal(`第${rows - 1}行`);
    expect(second).to.deep.equal(['项目', `第${rows}行`, '签名', '日期']);
  });

  it('sets a cell smaller until it fits, and refuses what does not fit even then', async () => {
    const cell = (lines: number): Block[] => Array.from({ length: lines }, () => ({ text: '三号院到菜市场一段的路灯' }));
    const cells = Array.from({ length: 12 }, () => cell(11));
    const pages = await textsOf(await printPdf(page([{ cells, columns: 2, rows: 5 }], { margin: 10 })));
    expect(pages.map((texts) => texts.length)).to.deep.equal([110, 22]);
    for (const texts of pages) expectApart(texts, 595, 842);
    await printPdf(page([{ cells: [cell(60)], columns: 2, rows: 5 }])).then(
      () => expect.fail(),
      (error) => {
        expect(error).to.include({ code: 'does-not-fit', text: '三号院到菜市场一段的路灯' });
        expect(error.message, 'names the document, and no text').to.contain('“试”').and.not.contain('菜市场');
      },
    );
  });

  it('takes what one typeface lacks from another, tells which characters both lack and where before anything is printed, and prints a mark in their place if told to', async () => {
    const printed = page([{ table: { columns: [{ share: 1 }], rows: [['王𠮷祥'], ['王𪚥祥'], ['☑ 好']] } }]);
    await printPdf(printed).then(
      () => expect.fail(),
      (error) => {
        expect(error).to.include({ code: 'missing-characters' });
        expect(error.lacking).to.deep.equal([
          { character: '𪚥', text: '王𪚥祥' },
          { character: '☑', text: '☑ 好' },
        ]);
        expect(error.message).to.contain('U+2A6A5').and.not.contain('王');
      },
    );
    const [texts = []] = await textsOf(await printPdf(printed, true));
    expect(texts.map(({ text }) => text)).to.deep.equal(['王', '𠮷', '祥', '王〓祥', '〓 好']);
  });
});

describe('linesOf', () => {
  const lines = (text: string, most: number) => linesOf(text, most, (piece) => [...piece].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0));

  it('breaks Chinese by its rules', () => {
    expect(lines('投票从12月1日 08:00开始，到12月15日20:00结束。', 14)).to.deep.equal(['投票从12月1日', '08:00开始，到', '12月15日20:00', '结束。']);
    expect(lines('每人选三个项目。好', 14)).to.deep.equal(['每人选三个项', '目。好']);
    expect(lines('三个项目都选上了啊。', 18), 'no last line of one character').to.deep.equal(['三个项目都选上', '了啊。']);
    expect(lines('请看公告牌（第3页）', 12)).to.deep.equal(['请看公告牌', '（第3页）']);
    expect(lines('Vote for the bench, please', 10)).to.deep.equal(['Vote for', 'the bench,', 'please']);
    expect(lines('打\u00a028\u00a08000\u00a00001，', 16)).to.deep.equal(['打', ' 28 8000 0001，'].map((line) => line.replaceAll(' ', '\u00a0')));
    expect(lines('https://example.org/c/qingsong。', 12).join('')).to.equal('https://example.org/c/qingsong。');
    expect(lines('一\n\n二', 10)).to.deep.equal(['一', '', '二']);
  });
});
