import { expect } from 'chai';
import fc from 'fast-check';
import type { Alternative, Heard, Step } from '../../../src/channels/voice/callState.ts';
import { interpret } from '../../../src/channels/voice/interpret.ts';
import type { Interpretation } from '../../../src/dialog/input.ts';
import { understoodOnCall } from '../../../src/dialog/interpretInbound.ts';
import type { OpenFlow } from '../../../src/dialog/openFlow.ts';
import type { Expected, Option, Question } from '../../../src/dialog/question.ts';
import { words as VOCABULARY } from '../../dialog/understand/words.ts';

const TITLES = ['楼道扶手', '健身角', '社区花园', '老年食堂', '电动车充电桩', '路灯', '快递柜'];
const BALLOT: readonly Option[] = TITLES.map((label, index) => ({ number: index + 1, label }));
const PICK: Question = { key: 'vote.pick', expects: 'numbers', options: BALLOT, min: 1, max: 3 };
const CONFIRM: Question = {
  key: 'vote.confirm',
  outcome: 'askConfirmation',
  params: { picks: BALLOT.slice(5, 6), max: 3 },
  expects: 'confirmation',
  options: BALLOT,
};
const MENU: Question = { key: 'menu.top', expects: 'choice', options: [0, 1, 2, 3, 4].map((number) => ({ number, label: 'menu.vote' })) };
const STARS: Question = { ...MENU, key: 'rate.which', bindsAtOnce: true };
const CARD: Question = { key: 'identify.card', expects: 'code', length: 9 };
const DELETE: Question = { key: 'eraseMe.confirm', expects: 'confirmation', command: 'delete' };

const understood = understoodOnCall(BALLOT, VOCABULARY, undefined);
const opened = (asked: Question): OpenFlow => ({
  flow: 'vote',
  role: 'vote',
  version: '1',
  snapshot: { status: 'active', output: undefined, error: undefined },
  asked,
  misses: 0,
});

/** A call that has come to a question of a flow, and what was keyed and said since. */
function calling(asked: Question) {
  const open = opened(asked);
  let [turn, callState] = [1, JSON.stringify({ call: 'one', turn: 1, at: 0, silences: 0, misses: 0, hears: true, told: ['limits', 'hash'] })];
  return (given: Partial<Step>) => {
    const step: Step = { call: 'one', turn, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0, ...given };
    const meant = interpret(step)({ open, callState }, understood);
    const told = 'meaning' in meant ? meant.finish({ reply: { says: [], asks: asked }, open }) : meant;
    turn += 1;
    callState = told.callState ?? callState;
    return { meaning: meaningIn(meant), reply: told.reply };
  };
}
const meaningIn = (meant: Interpretation) => ('meaning' in meant ? meant.meaning : undefined);
const said = (asked: Question, ...heard: (string | Alternative)[]) =>
  calling(asked)({ heard: heard.map((one) => (typeof one === 'string' ? { text: one } : one)) });
const answer = (found: ReturnType<typeof said>) => (found.meaning?.kind === 'answer' ? found.meaning.answer : found.meaning?.kind);

describe('words on a call', () => {
  it('takes numbers and titles, whole or in part, with fillers, as picks that are read back', () => {
    const spoken = { 路灯: [6], 三号: [3], '嗯，那个，花园': [3], 我要投三号和六号: [3, 6], 充电桩: [5], 食堂吧: [4], 扶手和路灯: [1, 6] };
    for (const [text, numbers] of Object.entries(spoken)) expect(answer(said(PICK, text)), text).to.deep.equal({ type: 'NAMED', numbers });
  });

  it('takes what sounds like a title, or nearly, and nothing that sounds like two or like none', () => {
    const spoken = { 鹿灯: [6], 社去花圆: [3], 我要投老年十堂: [4], 电动车冲电状: [5] };
    for (const [text, numbers] of Object.entries(spoken)) expect(answer(said(PICK, text)), text).to.deep.equal({ type: 'NAMED', numbers });
    const television = '本台记者从现场发回的报道说道路灯光已经恢复通行请大家放心出门';
    for (const text of ['今天天气好', '哗啦哗啦', '不要老年十堂', television]) expect(answer(said(PICK, text)), text).to.equal(undefined);
  });

  it('takes short answers as they sound, never a yes that only sounds alike, and weighs the ways to write it down', () => {
    for (const text of ['兑', '队。', '嗯，队']) expect(answer(said(CONFIRM, text)), text).to.deep.equal({ type: 'YES' });
    for (const text of ['补对', '部队', '布兑']) expect(answer(said(CONFIRM, text)), text).to.deep.equal({ type: 'NO' });
    for (const text of ['退', '贵', '嘴', '得', '对门']) expect(answer(said(CONFIRM, text)), text).not.to.deep.equal({ type: 'YES' });
    expect(said(PICK, '在说一片').meaning).to.deep.equal({ kind: 'command', command: { name: 'repeat' } });
    expect(said(PICK, '召人').meaning).to.deep.equal({ kind: 'command', command: { name: 'person' } });
    for (const [text, numbers] of Object.entries({ 福手和鹿灯: [1, 6], '楼灯，快弟柜': [6, 7], 我头散号: [3] }))
      expect(answer(said(PICK, text)), text).to.deep.equal({ type: 'NAMED', numbers });
    const ways = [
      { text: '健身角', confidence: 0.45 },
      { text: '社区花园', confidence: 0.4 },
      { text: '社去花园', confidence: 0.38 },
    ];
    expect(answer(said(PICK, ...ways)), 'two of three').to.deep.equal({ type: 'NAMED', numbers: [3] });
    expect(answer(said(CONFIRM, { text: '对', confidence: 0.9 }, { text: '不队', confidence: 0.31 })), 'a no among them').to.equal(undefined);
  });

  it('puts what was keyed and what is said together, and reads all of it back', () => {
    const step = calling(PICK);
    step({ keys: '1' });
    step({ keys: '3', isHashed: true });
    expect(answer(step({ heard: [{ text: '路灯' }] }))).to.deep.equal({ type: 'NAMED', numbers: [3, 6] });
    const done = calling(PICK);
    done({ keys: '1' });
    done({ keys: '3', isHashed: true });
    expect(answer(done({ heard: [{ text: '就这些' }] }))).to.deep.equal({ type: 'NAMED', numbers: [3] });
  });

  it('takes a title while picks are read back for one more, and what denies or changes for what it says', () => {
    expect(answer(said(CONFIRM, '花园'))).to.deep.include({ type: 'NAMED', numbers: [6, 3] });
    expect(answer(said(CONFIRM, '不对，三号'))).to.deep.include({ type: 'NAMED', numbers: [3] });
    expect(answer(said(CONFIRM, '还要花园'))).to.deep.include({ type: 'NAMED', numbers: [6, 3] });
  });

  it('takes a yes that was heard surely, and none that lasted longer, is unsure, or may be a no', () => {
    for (const text of ['对', '对的', '嗯，对', '是的', '就投这个']) expect(answer(said(CONFIRM, text)), text).to.deep.equal({ type: 'YES' });
    for (const text of ['不对', '不是', '不要']) expect(answer(said(CONFIRM, text)), text).to.deep.equal({ type: 'NO' });
    for (const one of [
      { text: '对', isLonger: true as const },
      { text: '对', confidence: 0.35 },
      { text: '对', confidence: 0.1 },
    ])
      expect(answer(said(CONFIRM, one)), JSON.stringify(one)).to.equal(undefined);
    expect(answer(said(CONFIRM, '对', '不对'))).to.equal(undefined);
    const sure = (text: string, confidence: number) => ({ text, confidence });
    expect(answer(said(CONFIRM, sure('是的', 0.29), sure('对的', 0.25)))).to.deep.equal({ type: 'YES' });
    expect(answer(said(CONFIRM, sure('是的', 0.2), sure('对的', 0.15)))).to.equal(undefined);
    const noisy = [sure('好', 0.17), sure('对头', 0.16), sure('对', 0.15), sure('不', 0.12), sure('是', 0.12)]; // a 不对 over the noise of a hall
    expect(answer(said(CONFIRM, ...noisy))).to.equal(undefined);
    expect(answer(said(CONFIRM, sure('对', 0.6), sure('不对', 0.25)))).to.equal(undefined);
    expect(answer(said(CONFIRM, sure('对', 0.8), sure('不对', 0.1)))).to.deep.equal({ type: 'YES' });
  });

  it('asks about stopping and deleting where the word was said, guesses neither, and takes digits and what records at once by keys alone', () => {
    expect(said(MENU, '退订').meaning).to.deep.equal({ kind: 'near', command: { name: 'stop' } });
    expect(said(MENU, '删除').meaning).to.deep.equal({ kind: 'near', command: { name: 'delete' } });
    expect(said(PICK, '哗啦哗啦').meaning).to.equal(undefined);
    expect(answer(said(STARS, '三'))).to.equal(undefined);
    expect(answer(said(CARD, '204681717'))).to.equal(undefined);
    expect(answer(said(DELETE, { text: '对', isLonger: true }))).to.equal(undefined);
    expect(said(STARS, '嗯').reply.listensFor).to.equal(undefined);
    expect(said(CARD, '嗯').reply.listensFor).to.equal(undefined);
  });

  it('connects with a person, says it again, and leads a proposal to the tone', () => {
    expect(said(PICK, '找人').meaning).to.deep.equal({ kind: 'command', command: { name: 'person' } });
    expect(said(PICK, '再说一遍').meaning).to.deep.equal({ kind: 'command', command: { name: 'repeat' } });
    expect(said(MENU, '我要提议修个亭子').meaning).to.deep.equal({ kind: 'command', command: { name: 'propose' } });
  });

  it('says what may be expected, in groups: what is likeliest at the question last, and no numbers while picks are read back', () => {
    const listens = (asked: Question, ...steps: Partial<Step>[]) => {
      const step = calling(asked);
      const told = steps.map((given) => step(given)).at(-1);
      return told?.reply.listensFor ?? expect.fail('listens for nothing');
    };
    const has = (groups: readonly Expected[], ...texts: string[]) =>
      groups.map(({ words, several }) => [...texts.filter((text) => words.includes(text)), ...(several ? ['several'] : [])]);
    const unclear = { heard: [{ text: '哗啦哗啦' }] };
    expect(has(listens(PICK, unclear), '找人', '三号', '路灯', '花园', '就这些')).to.deep.equal([
      ['找人'],
      ['就这些'],
      ['三号', '路灯', '花园', 'several'],
    ]);
    expect(has(listens(CONFIRM, unclear), '找人', '就这些', '不', '路灯', '三号')).to.deep.equal([['找人'], ['路灯', 'several'], ['就这些', '不']]);
    const picked = [{ keys: '1' }, { keys: '3', isHashed: true }];
    for (const more of [picked, [...picked, { keys: '' }]])
      expect(has(listens(PICK, ...more), '找人', '就这些', '路灯')).to.deep.equal([['找人'], ['路灯', 'several'], ['就这些']]);
    expect(listens(MENU, unclear)).to.deep.equal([
      { words: ['人工', '没听清', '再说一遍', '找人'] },
      { words: ['提议', '进度', '查票'] },
      { words: ['投票'] },
    ]);
  });

  it('asks again, and after the second time listens no more; at once where nothing came in time', () => {
    const step = calling(PICK);
    const first = step({ heard: [{ text: '哗啦哗啦' }] });
    expect([first.reply.says[0]?.key, first.reply.listensFor?.some(({ words }) => words.includes('路灯'))]).to.deep.equal(['heard.again', true]);
    const second = step({ heard: [{ text: '哗啦哗啦' }] });
    expect([second.reply.says[0]?.key, second.reply.listensFor]).to.deep.equal(['heard.byKeys', undefined]);
    const late = said(PICK, '');
    expect(late.reply.says[0]?.key).to.equal('heard.again');
    const failed = calling(PICK)({ heard: 'failed' });
    expect([failed.reply.says[0]?.key, failed.reply.listensFor]).to.deep.equal(['heard.byKeys', undefined]);
  });

  it('whatever is heard: casts, stops and deletes nothing by itself, and gives no digits that prove something', () => {
    const texts = fc.oneof(
      fc.constantFrom(
        '路灯',
        '投三号',
        '投 3 7',
        '退订',
        'STOP',
        '删除',
        '不是我',
        '不是我 204681717',
        '登记 王芳 3栋',
        '卡 204681717',
        '支持 2',
        '就这些',
        '3 5',
        '三号五分',
      ),
      fc.string({ unit: fc.constantFrom(...'投三七号对不是删除退订路灯花园卡就这些嗯，0123456789') }),
    );
    const heard: fc.Arbitrary<Heard> = fc.oneof(
      fc.array(fc.record({ text: texts, confidence: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 3 }),
      fc.constant('failed' as const),
    );
    const keyed: fc.Arbitrary<Partial<Step>> = fc.constantFrom({ keys: '1' }, { keys: '2' }, { keys: '3', isHashed: true });
    fc.assert(
      fc.property(fc.constantFrom(PICK, CONFIRM, MENU, STARS, CARD, DELETE), fc.array(keyed, { maxLength: 3 }), heard, (asked, keys, words) => {
        const step = calling(asked);
        for (const one of keys) step(one);
        const { meaning } = step({ heard: words });
        if (meaning?.kind === 'command')
          expect(
            meaning.command.numbers === undefined &&
              !['stop', 'start', 'delete', 'disownBallot', 'support', 'rate', 'identify', 'subscribe'].includes(meaning.command.name),
          ).to.equal(true);
        if (meaning?.kind === 'command' || meaning?.kind === 'near') expect(meaning.command.text).to.equal(undefined);
        if (meaning?.kind !== 'answer') return;
        expect(meaning.answer.type).to.be.oneOf(['NAMED', 'YES', 'NO', 'CHOSE', 'MORE', 'AFRESH']);
        if (meaning.answer.type === 'YES') expect(asked.expects).to.equal('confirmation');
        if (meaning.answer.type === 'CHOSE') expect(asked).to.equal(MENU);
      }),
      { numRuns: 400 },
    );
  });
});
