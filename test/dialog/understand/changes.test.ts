import { expect } from 'chai';
import fc from 'fast-check';
import type { Option, Question } from '../../../src/dialog/question.ts';
import type { Talk } from '../../../src/dialog/talk.ts';
import { changed } from '../../../src/dialog/understand/changes.ts';
import type { Meaning } from '../../../src/dialog/understand/commandIn.ts';
import { understand } from '../../../src/dialog/understand/understand.ts';
import { words } from './words.ts';

const LABELS = ['路灯', '扶手', '花园', '健身角', '食堂', '充电棚', '监控', '游乐场', '分类站', '空调'];
const COSTS = [48, 25, 60, 30, 80, 42, 36, 55, 20, 18];
const BALLOT: Option[] = LABELS.map((label, index) => ({ number: index + 1, label, cost: 1_000 * (COSTS[index] ?? 0) }));
const NUMBERS = BALLOT.map(({ number }) => number);
const numerals = '零一二三四五六七八九十';

/** What a message means after these picks: they are read back now, or they were cast. */
function meant(text: string, picks: readonly number[], isOpen: boolean): Meaning {
  const shown = picks.map((number) => BALLOT[number - 1]).filter((option) => option !== undefined);
  const open: Question = { key: 'vote.confirm', expects: 'confirmation', options: BALLOT, params: { picks: shown } };
  const talk: Talk = { picks: { numbers: picks, second: 0, ...(!isOpen && { isCast: true }) } };
  return understand(text, isOpen ? open : undefined, BALLOT, words, [], talk);
}

function numbersOf(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return meaning.numbers;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' ? meaning.command.numbers : undefined;
  return meaning.kind === 'answer' && (meaning.answer.type === 'NAMED' || meaning.answer.type === 'NUMBERS') ? meaning.answer.numbers : undefined;
}

const sorted = (numbers: readonly number[] = []) => [...numbers].sort((a, b) => a - b);
const picksOf = (minLength: number) => fc.uniqueArray(fc.constantFrom(...NUMBERS), { minLength, maxLength: 4 });
/** How one says a project. */
const saidBy = (number: number) => [`${number}号`, `${numerals[number]}号`, LABELS[number - 1] ?? ''];
const ADD = ['加一个◇', '还有◇', '◇也要', '再来个◇', '我还要加◇', '再投个◇嘛', '加上◇'];
const DROP = ['去掉◇', '◇不要了', '把◇去掉', '◇算了', '我不要◇', '◇不投了哈'];
const SWAP = ['◇换成◆', '把◇换成◆', '◇不要了换成◆', '不要◇要◆', '◇改成◆嘛'];

describe('a change of picks', () => {
  it('adds and drops what it says and nothing else, each once, the rest in its order', () => {
    const change = fc.record({ add: picksOf(0), drop: picksOf(0) });
    fc.assert(
      fc.property(picksOf(0), fc.array(change, { maxLength: 3 }), (picks, changes) => {
        const after = changed(picks, changes);
        expect(new Set(after).size).to.equal(after.length);
        const named = new Set([...picks, ...changes.flatMap(({ add }) => add)]);
        expect(after.every((number) => named.has(number))).to.equal(true);
        const last = changes.at(-1);
        if (last) expect(last.add.every((number) => after.includes(number))).to.equal(true);
        if (last) expect(after.some((number) => last.drop.includes(number) && !last.add.includes(number))).to.equal(false);
        const dropped = new Set(changes.flatMap(({ drop }) => drop));
        const kept = picks.filter((number) => !dropped.has(number));
        expect(after.filter((number) => kept.includes(number))).to.deep.equal(kept);
      }),
    );
  });

  it('is read back whole, as it was said, whatever the project is called', () => {
    const project = (number: number) => fc.constantFrom(...saidBy(number));
    const cases = picksOf(2).chain((picks) => {
      const [first = 1] = picks;
      const other = NUMBERS.find((number) => !picks.includes(number)) ?? 1;
      const rest = picks.filter((number) => number !== first);
      return fc
        .oneof(
          fc.tuple(fc.constantFrom(...ADD), project(other), fc.constant(''), fc.constant([...picks, other])),
          fc.tuple(fc.constantFrom(...DROP), project(first), fc.constant(''), fc.constant(rest)),
          fc.tuple(fc.constantFrom(...SWAP), project(first), project(other), fc.constant([...rest, other])),
        )
        .map(([said, one, two, after]) => ({ text: said.replace('◇', one).replace('◆', two), picks, after }));
    });
    fc.assert(
      fc.property(cases, fc.boolean(), ({ text, picks, after }, isOpen) => {
        const meaning = meant(text, picks, isOpen);
        expect(sorted(numbersOf(meaning)), `${picks}: ${text}`).to.deep.equal(sorted(after));
        expect(meaning.kind === 'command' || (meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS'), text).to.equal(false);
      }),
      { numRuns: 600 },
    );
  });

  it('never brings up a project that nobody named, whatever is said', () => {
    const pieces = fc.constantFrom(
      ...[
        '加',
        '还有',
        '不要',
        '去掉',
        '换成',
        '不是',
        '是',
        '算了',
        '也要',
        '只要',
        '第二个',
        '那个',
        '，',
        ' ',
        '3号',
        '七号',
        '花园',
        '9',
        '和',
        '我',
        '老婆要',
        'add ',
        'not ',
        'instead of ',
        '反对',
        '听说',
      ],
    );
    const said: Readonly<Record<string, number>> = { '3号': 3, 七号: 7, 花园: 3, '9': 9, 第二个: 2 };
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 6 }), picksOf(1), fc.boolean(), (parts, picks, isOpen) => {
        const text = parts.join('');
        if (/[3七9]\D?[3七9]|\d{2}/.test(text)) return; // 93 is a number of its own
        const named = new Set([...picks, ...parts.flatMap((part) => said[part] ?? [])]);
        const others = (numbersOf(meant(text, picks, isOpen)) ?? []).filter((number) => !named.has(number));
        expect(others, `${picks}: ${text}`).to.deep.equal([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a slip of the tongue back within the message', () => {
    for (const repair of ['我要◇ 哦不 ◆', '投◇ 不 ◆', '我选◇ 诶不 是◆', '我要◇ 啊呸 ◆'])
      for (const slip of ['2', '扶手']) {
        const text = repair.replace('◇', slip).replace('◆', '4 跟5');
        expect(sorted(numbersOf(meant(text, [], false))), text).to.deep.equal([4, 5]);
      }
  });

  it('takes three numerals or more, each another one, for so many projects, and what is counted or written in full for its number', () => {
    expect(numbersOf(meant('七八九 我都想要', [], false))).to.deep.equal([7, 8, 9]);
    expect(numbersOf(meant('2 3 7三样', [], false))).to.deep.equal([2, 3, 7]);
    expect(numbersOf(meant('本人选贰号、陆号', [], false))).to.deep.equal([2, 6]);
    expect(numbersOf(meant('七八年没修了', [], false))).to.equal(undefined);
    expect(numbersOf(meant('三四五楼都黑', [], false))).to.equal(undefined);
  });

  it('drops what 可以拿脱 or 那票撤回来 is said of, and what is dear or cheap by its cost', () => {
    expect(numbersOf(meant('我住7楼爬了8年 扶手必须要 花园可以拿脱', [2, 3], true))).to.deep.equal([2]);
    expect(numbersOf(meant('贵的丢了 便宜的留到', [3, 5], false))).to.deep.equal([3]);
    expect(numbersOf(meant('3号那票撤回来', [3, 5], false))).to.deep.equal([5]);
  });

  it('casts nothing where 对了 only brings something else up', () => {
    for (const text of ['对了 这个发短信要不要钱', '对了，3号多少钱', 'by the way, what does a text cost'])
      expect(meant(text, [1], true).kind, text).to.equal('intent');
    expect(meant('对了', [1], true)).to.deep.equal({ kind: 'answer', answer: { type: 'YES' } });
  });

  it('takes a ballot that is opposed, heard or pressed for none', () => {
    const against = [
      '我反对◇',
      '我不投7 也不投◇',
      '◇我反对',
      '我最讨厌◇',
      '◇是骗钱的',
      '听说投◇的发200块',
      '他们喊我投◇我没投',
      '有人逼我投◇我不想投',
      '隔壁说要投◇ 我才不干',
      'I hate project 3',
      'no cameras at my door. no to 3',
    ];
    for (const said of against)
      for (const number of NUMBERS)
        for (const isOpen of [true, false]) expect(numbersOf(meant(said.replace('◇', `${number}号`), [1, 2], isOpen)), said).to.equal(undefined);
  });
});
