import { expect } from 'chai';
import type { Option, Question } from '../../../src/dialog/question.ts';
import type { Talk } from '../../../src/dialog/talk.ts';
import { understand } from '../../../src/dialog/understand/understand.ts';
import { words } from './words.ts';

const LABELS = ['路灯', '扶手', '花园', '健身角', '食堂', '充电棚', '监控', '游乐场', '分类站', '空调'];
const BALLOT: Option[] = LABELS.map((label, index) => ({ number: index + 1, label }));

/** Whether this, after picks were read back, casts them. */
function casts(text: string, picks: readonly number[], before?: readonly number[]): boolean {
  const shown = picks.flatMap((number) => BALLOT[number - 1] ?? []);
  const open: Question = { key: 'vote.confirm', expects: 'confirmation', options: BALLOT, params: { picks: shown } };
  const talk: Talk = { picks: { numbers: picks, second: 0, ...(before && { before }) } };
  const meaning = understand(text, open, BALLOT, words, [], talk);
  return meaning.kind === 'answer' && meaning.answer.type === 'YES';
}

const YES: readonly (readonly [picks: readonly number[], texts: readonly string[]])[] = [
  [
    [6],
    [
      '是六',
      '对 就六号',
      '嗯嗯,充电棚',
      '没错就投充电棚',
      '好嘞 六号',
      '要得 就它',
      '对头 我就要这个',
      '是的六号 谢谢你哈',
      'yes 6',
      'correct, number 6',
    ],
  ],
  [
    [3, 7],
    [
      '对的 3和7',
      '是 这两个',
      '嗯 就这俩',
      '好 两样都投',
      '正确,花园和监控',
      '这下对了',
      '硬是对头',
      '行 就恁个',
      '可以可以 投嘛',
      'yes both',
      '投',
      '核对无误',
      '这次没填错',
      '就这样不改了',
      '对头 我自己的主意',
      '带起带起 是',
      '定了 不改了',
    ],
  ],
  [
    [1, 5, 8],
    ['好 三个齐了', '对 就这三个', '嗯 三个都要', '看清楚了 是1 5 8', '商量好了 是这三样', 'ok all three'],
  ],
];
const CHANGED_YES = ['加嘛 对的', '换得对', '改嘛', '是 换', '对头 调起', '要得 加上', '好 添起'];
const NO: readonly (readonly [picks: readonly number[], texts: readonly string[]])[] = [
  [
    [6],
    [
      '是六号吗',
      '是不是六',
      '不是六',
      '对不对哦',
      '好多钱',
      '对了 问一下',
      '六号好不好',
      '是七',
      '对 七号',
      '好贵',
      '可以不投吗',
      '对 再加一个',
      '嗯 我想想',
      '他说是',
      '要得不',
      'no',
      'yes but not 6',
      '我同意他的说法',
      '成都',
      '好你个头',
      '好转给主任',
      '还有就是',
      '要是投',
      '想投',
      '嗯哼',
      '是 我老公喊我投的',
      '对 我帮我妈投',
      '对 太贵',
      '要得 好烦',
      '嗯 下午投',
      '好 先存起',
    ],
  ],
  [
    [3, 7],
    [
      '对 三号',
      '就这三个',
      '就投一个',
      '是 只要3',
      '对 还有8',
      '好 7不要',
      '是的 换成8',
      '嗯 但是7贵',
      '行不行嘛',
      '对面那家投的',
      '是哪个投的',
      '对的 三个字',
    ],
  ],
];

describe('a yes to the picks that are read back', () => {
  it('casts them in whatever words, if each word is one of a yes', () => {
    for (const [picks, texts] of YES) for (const text of texts) expect(casts(text, picks), text).to.equal(true);
    for (const text of CHANGED_YES) expect(casts(text, [3, 8], [3]), text).to.equal(true);
  });

  it('is not in what asks, denies, changes, or has a word that is not known', () => {
    expect(NO.flatMap(([picks, texts]) => texts.filter((text) => casts(text, picks)))).to.deep.equal([]);
  });
});
