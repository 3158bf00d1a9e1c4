import { join } from 'node:path';
import { expect } from 'chai';
import { SegmentedMessage } from 'sms-segments-calculator';
import { segments } from '../../../src/channels/sms/segments.ts';
import { readResources } from '../../../src/dialog/loadCatalogue.ts';
import { root } from '../../../src/store/files.ts';

const OLD = `\n\f !"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_az{|}~€¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ`;
const CHINESE = '投好了：社区花园、路灯。凭证，“不是我”…—·《》！？①②●○￥１２';
/** Of which some join, are of two code units, or are in none of our texts. */
const ODD = [
  '\r',
  '\r\n',
  '`',
  'ç',
  '\u0301',
  '\u200d',
  '👩‍👩‍👧',
  '🙂',
  '🇨🇳',
  '𠮷',
  '\ufe0f',
  '☎️',
  '⏰',
  '가',
  'ᄀ',
  'ｶﾞ',
  '\u302a',
  '\u00ad',
  '\u2028',
  'नि',
  'ไ',
  '\ud83d',
];

/** The blocks from which our texts take their signs. */
const isUsed = (code: number) => code < 0x600 || (code >= 0x2000 && code < 0x2700) || (code >= 0x3000 && code < 0x3100) || code >= 0xff00;

describe('segments of an SMS', () => {
  const expectSame = (text: string) => expect(segments(text), JSON.stringify(text)).to.equal(new SegmentedMessage(text).segmentsCount);

  it('are as many as the library says, for every character where it might join with itself, and at every place where a message ends', () => {
    for (let code = 0; code < 0x400; code += 1) expectSame(`${'a'.repeat(152)}${String.fromCharCode(code).repeat(2)}${'a'.repeat(8)}`);
    for (let code = 0; code < 0x10000; code += isUsed(code) ? 1 : 97)
      expectSame(`${'投'.repeat(66)}${String.fromCharCode(code).repeat(2)}${'投'.repeat(66)}`);
    for (const [filler, ends] of [
      ['a', [160, 306, 459]],
      ['投', [70, 134, 201]],
    ] as const)
      for (const end of ends)
        for (let off = -3; off <= 3; off += 1)
          for (const one of ['', '€', '🙂', '👩‍👩‍👧', 'a€€', '\r\n']) expectSame(filler.repeat(end + off) + one + filler.repeat(off + 3));
  });

  it('are as many as the library says, for every text that we have, alone and behind another', () => {
    const texts = leaves(readResources(join(root, 'locales')));
    expect(texts.length).to.be.greaterThan(1_000);
    texts.forEach((text, index) => {
      expectSame(text);
      expectSame(`${texts[(index * 7) % texts.length]}\n${text}`);
    });
  });

  it('are as many as the library says, for texts put together by chance', () => {
    let seed = 20_261_201;
    const below = (most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * most);
    };
    const from = (all: readonly string[]) => all[below(all.length)] ?? '';
    const kinds = [[...OLD], [...CHINESE], [...OLD, ...CHINESE], [...OLD, ...CHINESE, ...ODD], [...'abc', '€', '\r\n']];
    for (let count = 0; count < 1_500; count += 1) {
      const kind = kinds[below(kinds.length)] ?? [];
      expectSame(Array.from({ length: below(count % 10 === 0 ? 700 : 240) }, () => from(kind)).join(''));
    }
  });
});

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
