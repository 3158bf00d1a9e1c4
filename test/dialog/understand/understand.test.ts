import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { COMMANDS } from '../../../src/dialog/command.ts';
import type { Option, Question } from '../../../src/dialog/question.ts';
import type { Meaning } from '../../../src/dialog/understand/commandIn.ts';
import { understand } from '../../../src/dialog/understand/understand.ts';
import { words } from './words.ts';

const BALLOT: Option[] = [
  { number: 1, label: '楼道扶手' },
  { number: 2, label: '健身角' },
  { number: 3, label: '社区花园' },
  { number: 7, label: '路灯' },
];
const OTHERS: Option[] = [
  { number: 1, label: 'Street lights' },
  { number: 2, label: 'Street trees' },
  { number: 4, label: '三号院电梯' },
  { number: 5, label: '社区食堂' },
  { number: 6, label: '社区医务室' },
];
const MENU = ['投票', '提意见', '项目和进度', '更多'].map((label, index) => ({ number: index + 1, label }));
const ASKED: Record<string, Question | undefined> = {
  nothing: undefined,
  menu: { key: 'menu.ask', expects: 'choice', options: MENU },
  ballot: { key: 'vote.pick', expects: 'numbers', options: BALLOT, min: 1, max: 3 },
  'other ballot': { key: 'vote.pick', expects: 'numbers', options: OTHERS, min: 1, max: 3 },
  readback: { key: 'vote.confirm', expects: 'confirmation', options: BALLOT },
  sure: { key: 'delete.sure', expects: 'confirmation' },
  digits: { key: 'digits.disownBallot', expects: 'code', length: 6 },
  'twelve digits': { key: 'digits.disownBallotLong', expects: 'code', length: 12 },
  card: { key: 'identify.card', expects: 'code', length: 9 },
  'card or phone': { key: 'identify.cardOrPhone', expects: 'code', length: 9, orPhone: true },
  proposal: { key: 'propose.text', expects: 'freeText', command: 'propose', maxSeconds: 60, maxChars: 300 },
  name: { key: 'requestMembership.name', expects: 'freeText', command: 'requestMembership', maxSeconds: 20, maxChars: 60 },
};

type Group = { about: string; asked: string; messages: Record<string, string> } | { neverABallot: string[] };
const groups: Group[] = parse(readFileSync('test/dialog/understand/cases.yaml', 'utf8'));
const meaning = (text: string, asked: string) => understand(text, ASKED[asked], BALLOT, words);
const isCast = (meant: Meaning) => /^(vote \d|picks \d|choice 7)/.test(told(meant));

describe('understand', () => {
  for (const group of groups) {
    if ('neverABallot' in group) {
      it(`never takes for a ballot: ${group.neverABallot.length} messages`, () => {
        const asked = Object.keys(ASKED);
        const taken = group.neverABallot.flatMap((text) => asked.filter((each) => isCast(meaning(text, each))).map((each) => `${each}: ${text}`));
        expect(taken).to.deep.equal([]);
      });
      continue;
    }
    it(`${group.about} (${group.asked}): ${Object.keys(group.messages).length} messages`, () => {
      expect(ASKED).to.have.property(group.asked);
      const understood = Object.fromEntries(Object.keys(group.messages).map((text) => [text, told(meaning(text, group.asked))]));
      expect(understood).to.deep.equal(group.messages);
    });
  }

  it('takes three numbers of three digits for picks where the ballot has all of them, else for a card', () => {
    const large = [101, 102, 103, 204].map((number) => ({ number, label: `项目${number}` }));
    const meant = ['投 101 102 103', '投 101 204 681 717', '投 204 681 717'].map((text) => told(understand(text, undefined, large, words)));
    expect(meant).to.deep.equal(['vote 101 102 103', 'vote 101 card 204681717', 'vote card 204681717']);
  });

  it('takes a rating without its keyword where no vote is open, and says itself that it is one', () => {
    const meant = (text: string) => told(understand(text, undefined, [], words));
    expect(['3号5分', '给3号打5分', '5分给3号', '三号、五分', '3 5 stars'].map(meant)).to.deep.equal(Array(5).fill('rate 3 5'));
    const others = ['3号5', '3 5', '35分', '3.5分', '3号6分', '3号5分钟', '我等了3个钟头5分钟', '3号楼5分'].map(meant);
    expect(others.filter((each) => each.includes('rate'))).to.deep.equal([]);
  });

  it('has a case for every command', () => {
    const meant = new Set(groups.flatMap((group) => ('messages' in group ? Object.values(group.messages) : [])).map((each) => each.split(/[ :]/)[0]));
    expect(COMMANDS.filter((name) => !meant.has(name))).to.deep.equal([]);
  });

  const pieces = fc.constantFrom(
    '投',
    '票',
    '3',
    '7',
    '三',
    '七',
    '十',
    '号',
    '和',
    '不',
    '还是',
    '?',
    ' ',
    ',',
    '-',
    '花园',
    '社区',
    '我要',
    '了',
    '吗',
    '123456786',
    'vote',
    'stop',
    '\u200b',
    '3️⃣',
    '提议',
    '问',
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.array(pieces, { maxLength: 12 }).map((each) => each.join('')),
  );
  const anyQuestion = fc.constantFrom(...Object.keys(ASKED));

  it('understands or not, and never throws, whatever is sent', () => {
    fc.assert(
      fc.property(anyText, anyQuestion, (text, asked) => told(meaning(text, asked)).length > 0),
      { numRuns: 2_000 },
    );
  });

  it('is done with a long text soon, whatever it repeats', () => {
    for (const piece of ['a', 'ei', 'ange', '\ufdfa', '\n', '。', '-', '要', '一', '3 ', '路灯', '不要花园，', '👍', '投3号和']) {
      const text = `${piece.repeat(10_000).slice(0, 10_000)}bk`;
      for (const asked of Object.values(ASKED)) understand(text, asked, BALLOT, words);
    }
  }).timeout(30_000);

  it('takes a yes only from a whole message', () => {
    const meaning = understand(`是的${' '.repeat(400)}我先不投这个，改成别的`, ASKED.readback, BALLOT, words);
    expect(meaning.kind === 'answer' && meaning.answer.type).not.to.equal('YES');
  });

  it('takes a yes only if nothing else is said', () => {
    const meant = (text: string, asked: string) => {
      const meaning = understand(text, ASKED[asked], BALLOT, words);
      return meaning.kind === 'answer' ? meaning.answer.type : meaning.kind;
    };
    const others = [
      '是的拒绝',
      '是，反对',
      '错是',
      '可能是',
      '他是',
      '如果是这两个',
      '取消就是这样',
      '是的 cancel',
      'he says是的',
      'yes if',
      '确认 123456',
      'Re: yes',
    ];
    for (const asked of ['readback', 'sure']) {
      for (const text of others) expect(meant(text, asked), `${asked}: ${text}`).not.to.equal('YES');
      for (const text of ['是的是的', '嗯嗯，是的哈', '就是这两个，谢谢', 'yep, that’s right'])
        expect(meant(text, asked), `${asked}: ${text}`).to.equal('YES');
    }
    expect(meant('对停', 'readback')).not.to.equal('YES');
    expect(meant('对停', 'sure')).to.equal('YES');
  });

  it('takes a command that is named again for a yes only without picks or a text of its own', () => {
    const asking = (command: 'stop' | 'vote' | 'propose'): Question => ({ key: 'nearMiss.confirm', expects: 'confirmation', command });
    const meant = (text: string, command: 'stop' | 'vote' | 'propose') => told(understand(text, asking(command), BALLOT, words));
    expect(meant('对,不想收了', 'stop')).to.equal('yes');
    expect(meant('对,不想收了', 'vote')).not.to.equal('yes');
    expect(meant('对,投3', 'vote')).not.to.equal('yes');
    expect(meant('好,提议 装几盏灯', 'propose')).not.to.equal('yes');
  });

  it('stops at once only for what says so itself, and asks about the rest', () => {
    const stopsAtOnce = (text: string) => {
      const meaning = understand(text, undefined, BALLOT, words);
      return meaning.kind === 'command' && meaning.command.name === 'stop';
    };
    for (const text of [
      '退订',
      'T',
      '不要再发了',
      '别发了',
      '请不要再发短信了',
      'please stop texting me',
      '喊你们停了,咋个又发',
      'i told you to stop and you text me again',
    ])
      expect(stopsAtOnce(text), text).to.equal(true);
    const others = [
      '不要退订',
      '我没有退订',
      '退订牛奶',
      '我邻居说不要再发了',
      '不要再发了传单到我家信箱',
      '别再发生火灾了',
      '不想收垃圾',
      '退定金给我',
      'stop the noise please',
      '社区说停水,怎么又发通知',
      '喊你们停了施工,怎么又来',
      '叫你们停了,现在又想收,给我发嘛',
      'i told you to stop the noise again',
    ];
    for (const text of others) expect(stopsAtOnce(text), text).to.equal(false);
  });

  it('takes a pick that is said twice, or ends with "that was all", for one pick', () => {
    const meant = (text: string) => told(meaning(text, 'ballot'));
    for (const text of ['7号7号', '七号，七号', '7，莫得了', '7号 没有其他的']) expect(meant(text), text).to.equal('picks 7');
    for (const text of ['7 没有', '7号7号院', '7没得了']) expect(meant(text), text).not.to.equal('picks 7');
  });

  it('reads back what a slip of dictation hides before a reason, and nothing that is taken back', () => {
    const meant = (text: string) => told(meaning(text, 'nothing'));
    for (const text of ['头一号，爬楼脚杆痛', '我头1号哈，孙娃子帮我打的', '头一豪']) expect(meant(text), text).to.equal('names 1');
    for (const text of ['不头一号', '头一号，还是三号', '头一次用手机，不会发', '偷了一号院的车'])
      expect(meant(text), text).not.to.match(/^names 1$/);
  });

  it('reads picks back that have a plea or an age beside them, and asks where a word is not understood', () => {
    const plain = ['我投2号和7号，莫搞错了哈', '投2和7，辛苦你们了，谢谢', '我82岁了，投2和7，其他都不要'];
    for (const text of plain) {
      expect(told(meaning(text, 'nothing')), text).to.equal('names 2 7');
      expect(told(meaning(text, 'ballot')), text).to.match(/^picks (?:by name )?2 7$/);
    }
    for (const text of ['2，7。麻烦了，莫搞错了哈', '7！2！谢谢']) expect(told(meaning(text, 'ballot')), text).to.match(/^picks (?:2 7|7 2)$/);
    const beside = [
      ...['不投了', '算了', '3也要', '先等一下', '可以改不', '花园也行', '我邻居喊我投的', '帮我妈投的', '给钱我才投', '如果修得起来的话'],
      ...[
        '去年投的',
        '还是不了',
        '逗你的',
        '我说错了',
        '娃儿乱按的',
        '再想想',
        '这样子对吗',
        '扯淡，反对',
        '老张选7',
        '下次再说',
        '取消',
        '第三个也要',
      ],
      ...['7号院的', '那是上次', '或者三', '开玩笑', '作废', '群里喊的', '路灯不要', '没想好', '要不换成1', '做梦'],
      ...['算求', '要得个铲铲', '搞笑', '收到请回复', '我试一下', '花园里有蛇', '楼上老年人多', '二楼的'],
    ];
    for (const tail of beside)
      for (const text of [`投2，${tail}`, `${tail}，投2`, `我投2号。${tail}`])
        for (const asked of ['nothing', 'ballot', 'menu'] as const) expect(isCast(meaning(text, asked)), `${asked}: ${text}`).to.equal(false);
    for (const tail of [
      'but not sure',
      'or 3',
      'if it is cheap',
      'can i change it',
      'my neighbour told me to',
      'just kidding',
      'no wait',
      'lamp too',
    ])
      expect(isCast(meaning(`vote 2, ${tail}`, 'nothing')), tail).to.equal(false);
    expect(told(meaning('是的是的，麻烦你了', 'readback'))).to.equal('yes');
    for (const tail of ['算求', '搞快点我还要切肉', '先等一下', '花园不要', '7也要', '换成3', '可以改吗', '我妈说的', '停', '再想想', '但是'])
      expect(told(meaning(`是的，${tail}`, 'readback')), tail).not.to.equal('yes');
    expect(told(meaning('7！7！7！', 'ballot'))).to.equal('picks 7');
    expect(told(meaning('wo tou 1 he 2', 'nothing'))).to.equal('names 1 2');
    expect(told(meaning('tou 1 he 2', 'nothing'))).to.equal('names 1 2');
    expect(told(meaning('3 项目', 'menu'))).to.equal('choice 3');
    expect(told(meaning('handrails only, my dad fell in house 3 at two', 'ballot'))).to.equal('picks by name 1');
  });

  it('tells no fact to who only curses, threatens, or speaks of something else in one word of ours', () => {
    for (const text of [
      '什么垃圾玩意儿',
      '走夜路当心点哈，弄不死你龟儿',
      '小陈，3号机床又报警了，喊电工来看哈，B班接着干',
      '我去你大爷的',
      '狗东西，几点了',
    ])
      expect(told(meaning(text, 'nothing')), text).not.to.match(/^(?:intent|own answer|projects|progress|receipt|help|menu)/);
    expect(told(meaning('你们是不是骗子', 'nothing'))).to.equal('intent fraud');
  });

  it('finds no vote where no word says so', () => {
    const without = anyText.filter((text) => !/[投票选v]/i.test(text.normalize('NFKD'))); // Ṽ is a V, too
    fc.assert(
      fc.property(without, (text) => !told(meaning(text, 'nothing')).startsWith('vote')),
      { numRuns: 2_000 },
    );
  });

  it('takes numbers as they are, doubled ones too, whatever polite words and signs are around them', () => {
    const numbers = fc.array(
      fc.integer({ min: 1, max: 999 }).filter((number) => !/^[1237]{2,}$/.test(String(number))), // 37 is read back as 3 and 7
      { minLength: 1, maxLength: 6 },
    );
    const before = fc.constantFrom('', '请', '您好,', '麻烦您好 ', '😀', 'please ', '“');
    const after = fc.constantFrom('', '谢谢', '吧', '啊!', ',谢谢啦🙏', ' please', '。', '号');
    const between = fc.constantFrom(' ', '、', ',', '+', '和', '号和', '/', '，', '號、', ' 👍 ', '\n', ' and ');
    fc.assert(
      fc.property(numbers, before, after, between, fc.constantFrom('', '投', '我要投', '投票 ', 'VOTE '), (picked, first, last, join, keyword) => {
        fc.pre(picked.length < 3 || new Set(picked).size > 1); // 7！7！7！ is 7
        fc.pre(!/\d{3} \d{3} \d{3}/.test(picked.join(join))); // a card, where the ballot has no such numbers
        const asked = told(meaning(first + picked.join(join) + last, 'ballot'));
        expect(asked).to.equal(`picks ${picked.join(' ')}`);
        const isBare = !/[\p{L}]/u.test((first + last).replace('号', '')) && keyword !== '我要投';
        const voted = told(meaning(first + keyword + picked.join(join) + last, 'nothing'));
        if (keyword) expect(voted).to.equal(`${isBare ? 'vote' : 'names'} ${picked.join(' ')}`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never casts what is denied or asked about', () => {
    const denied = fc.constantFrom(
      ...['不', '别', '没', '未', '不要', '不想', '能不能', '该不该', '取消', '撤回', '谁'].map((word) => `${word}投`),
      "don't vote ",
      'never vote ',
      'should I vote ',
      'not vote ',
    );
    const lead = fc.constantFrom('', '我', '请', '那就', '好,', '我们 ');
    const picks = fc.array(fc.constantFrom(1, 2, 3, 7), { minLength: 1, maxLength: 4 });
    const tail = fc.constantFrom('', '吧', '号', ' 谢谢', '!', '?');
    fc.assert(
      fc.property(
        lead,
        denied,
        picks,
        tail,
        anyQuestion,
        (first, not, picked, last, asked) => !isCast(meaning(first + not + picked.join(' ') + last, asked)),
      ),
      { numRuns: 2_000 },
    );
    const or = fc.constantFrom('还是', '或', '或者', ' or ', '到', '-', '~', '至', '不投', '而不是');
    fc.assert(
      fc.property(
        lead,
        fc.constantFrom('投', '投票', 'vote '),
        picks,
        or,
        fc.constantFrom(1, 7),
        tail,
        anyQuestion,
        (first, keyword, picked, between, number, last, asked) =>
          !isCast(meaning(first + keyword + picked.join(' ') + between + number + last, asked)),
      ),
      { numRuns: 2_000 },
    );
  });
});

/** A meaning in the words of the table. */
function told(meant: Meaning): string {
  switch (meant.kind) {
    case 'command':
    case 'near': {
      const { name, numbers = [], card, text } = meant.command;
      const carried = [name, ...numbers, ...(card ? ['card', card] : [])].join(' ');
      return `${meant.kind === 'near' ? 'near ' : ''}${carried}${text === undefined ? '' : `: ${text}`}`;
    }
    case 'numbers':
      return `numbers ${meant.numbers.join(' ')}`;
    case 'named':
      return `names ${meant.numbers.join(' ')}`;
    case 'intent':
      return ['intent', meant.intent, ...meant.numbers].join(' ');
    case 'ownAnswer':
      return `own answer ${meant.answer}`;
    case 'unknown':
      return 'nothing';
    case 'answer':
      return answer(meant.answer);
  }
}

function answer(given: Extract<Meaning, { kind: 'answer' }>['answer']): string {
  switch (given.type) {
    case 'CHOSE':
      return `choice ${given.number}`;
    case 'NUMBERS':
      return `picks ${given.numbers.join(' ')}`;
    case 'NAMED':
      return `picks by name ${given.numbers.join(' ')}`;
    case 'CODE':
      return `code ${given.digits}`;
    case 'PHONE':
      return `phone ${given.phone}`;
    case 'FREE_TEXT':
      return `text: ${given.text}`;
    default:
      return given.type.toLowerCase();
  }
}
