import { expect } from 'chai';
import fc from 'fast-check';
import { ballotOf, CHINESE } from '../../../scripts/flows/samples.ts';
import type { Step } from '../../../src/channels/voice/callState.ts';
import { interpret, readBack } from '../../../src/channels/voice/interpret.ts';
import type { Interpretation, Spoken } from '../../../src/dialog/input.ts';
import type { OpenFlow } from '../../../src/dialog/openFlow.ts';
import type { Answer, Option, Param, Question, Reply } from '../../../src/dialog/question.ts';
import { NOTHING_UNDERSTOOD } from '../../support/nothingUnderstood.ts';

const CLOSES_AT = '2026-12-15T12:00:00.000Z';
const PICK: Question = { key: 'vote.pick', params: { closesAt: CLOSES_AT }, expects: 'numbers', options: ballotOf(12, CHINESE), min: 2, max: 3 };
/** The same with eight projects, any of which is enough. */
const EIGHT: Question = { ...PICK, options: PICK.options.slice(0, 8), min: 1 };
const CARD: Question = { key: 'identify.card', expects: 'code', length: 9 };
const MENU: Question = { key: 'menu.top', expects: 'choice', options: [0, 1, 2, 3, 4].map((number) => ({ number, label: 'menu.vote' })) };
const CONFIRM: Question = { key: 'vote.confirm', expects: 'confirmation', options: PICK.options };
const TELL: Question = { key: 'propose.tell', expects: 'freeText', command: 'propose', maxSeconds: 120, maxChars: 300 };

const opened = (asked: Question, resident = 'one'): OpenFlow => ({
  flow: 'vote',
  role: 'vote',
  version: '1',
  snapshot: { status: 'active', output: undefined, error: undefined },
  asked,
  misses: 0,
  acting: { resident, withCard: false },
});

/** A call over the machine alone. Each answer that it hands on is answered with the question that is open then. */
function calling(first: Question, isMobile = true) {
  let turn = 0;
  const open = opened(first);
  let callState: string | undefined;
  let call = 'one';
  const handedOn: Extract<Interpretation, { meaning: unknown }>['meaning'][] = [];
  const said: Reply[] = [];
  const take = (given: Partial<Step>, after = open): Reply => {
    const step: Step = { call, turn, keys: '', isHashed: false, isOver: false, isMobile, at: 0, ...given };
    const heard = interpret(step)({ open, ...(callState !== undefined && { callState }) }, NOTHING_UNDERSTOOD);
    if ('meaning' in heard) handedOn.push(heard.meaning);
    const told: Spoken = 'meaning' in heard ? heard.finish({ reply: { says: [], asks: after.asked }, open: after }) : heard;
    callState = told.callState;
    turn += 1;
    said.push(told.reply);
    return told.reply;
  };
  const callAgain = (resident: string, at = 0) => {
    call = 'another';
    turn = 0;
    return take({ at }, opened(first, resident));
  };
  take({});
  handedOn.splice(0);
  return {
    handedOn,
    said,
    press: (keys: string) => (keys.endsWith('#') && keys !== '#' ? take({ keys: keys.slice(0, -1), isHashed: true }) : take({ keys })),
    hash: () => take({ isHashed: true }),
    silence: () => take({}),
    speak: (recording: string) => take({ recording }),
    hangUp: () => take({ isOver: true }),
    step: take,
    callAgain,
    readBack: () => readBack({ open, ...(callState !== undefined && { callState }) }),
  };
}

type NumbersAnswer = Extract<Answer, { type: 'NUMBERS' }>;
const asked = ({ asks }: Reply) => asks?.key;
const picksIn = (picks: Param): readonly Option[] => (Array.isArray(picks) ? picks.filter((pick): pick is Option => typeof pick === 'object') : []);
const numbers = (...picks: number[]) => ({ kind: 'answer', answer: { type: 'NUMBERS', numbers: picks } });

describe('the keypad', () => {
  it('takes numbers one at a time, and hands the flow one answer', () => {
    const phone = calling(PICK);
    expect(asked(phone.press('1'))).to.equal('voice.number');
    const heard = phone.press('3#');
    expect([heard.says, asked(heard)]).to.deep.equal([[{ key: 'voice.heard', params: { picks: [PICK.options[2]] } }], 'voice.more']);
    expect(heard.asks?.params).to.deep.equal({ left: 2 });
    expect(phone.readBack()).to.deep.equal([PICK.options[2]]);
    phone.press('12#');
    expect(phone.handedOn).to.deep.equal([]);
    phone.hash();
    expect(phone.handedOn).to.deep.equal([numbers(3, 12)]);
  });

  it('is done at the last pick allowed, and not before there are enough', () => {
    const phone = calling(PICK);
    for (const keys of ['1', '3#']) phone.press(keys);
    expect(phone.hash().says).to.deep.equal([{ key: 'voice.atLeast', params: { min: 2 } }]);
    expect(asked(phone.press('7#'))).to.equal('voice.last');
    phone.press('5#');
    expect(phone.handedOn).to.deep.equal([numbers(3, 7, 5)]);
  });

  it('takes a number without its hash after a pause, a zero before it, and takes out what is keyed twice more', () => {
    const phone = calling(PICK);
    for (const keys of ['1', '3', '07']) phone.press(keys);
    expect(phone.press('3#').says).to.deep.equal([{ key: 'voice.alreadyIn', params: { picks: [PICK.options[2]] } }]);
    expect(phone.press('3#').says).to.deep.equal([{ key: 'voice.takenOut', params: { picks: [PICK.options[2]] } }]);
    phone.press('10#');
    phone.hash();
    expect(phone.handedOn).to.deep.equal([numbers(7, 10)]);
  });

  it('guesses nothing of a doubled or dropped key: there is no such number, and after three times a person is offered, not called', () => {
    const phone = calling(PICK);
    phone.press('1');
    const one = phone.press('33#');
    const two = phone.press('99#');
    expect([one.says[0]?.key, asked(one), asked(two)]).to.deep.equal(['voice.noSuchNumber', 'voice.numberMissed', 'voice.numberMissedAgain']);
    expect(phone.press('4*4#').says.map(({ key }) => key)).to.deep.equal(['voice.notUnderstood', 'voice.offerPerson']);
    expect(phone.handedOn).to.deep.equal([]);
  });

  it('takes 0 and * as commands only alone, and # alone with nothing entered as the menu', () => {
    for (const [keys, name] of [
      ['0', 'person'],
      ['0#', 'person'],
      ['*', 'repeat'],
    ] as const) {
      const phone = calling(PICK);
      phone.press('1');
      phone.press(keys);
      expect(phone.handedOn, keys).to.deep.equal([{ kind: 'command', command: { name } }]);
    }
    const ten = calling(PICK);
    for (const keys of ['1', '10#']) ten.press(keys);
    expect(ten.handedOn).to.deep.equal([]);
    for (const question of [PICK, CARD, MENU, CONFIRM]) {
      const phone = calling(question);
      if (question === CARD) phone.hash();
      else phone.press('#');
      expect(phone.handedOn).to.deep.equal([{ kind: 'command', command: { name: 'menu' } }]);
    }
  });

  it('takes a number that is not on the ballot for its digits, reads them back, and casts none of them', () => {
    const phone = calling(EIGHT);
    phone.press('1');
    const two = phone.press('37#');
    expect([two.says, asked(two)]).to.deep.equal([[{ key: 'voice.heard', params: { picks: [EIGHT.options[2], EIGHT.options[6]] } }], 'voice.last']);
    expect(phone.readBack()).to.deep.equal([EIGHT.options[2], EIGHT.options[6]]);
    for (const [keys, why] of [
      ['15#', 'voice.oneByOne'],
      ['34#', 'voice.oneByOne'],
    ] as const)
      expect(phone.press(keys).says[0]?.key, keys).to.equal(why);
    phone.hash();
    expect(phone.handedOn).to.deep.equal([numbers(3, 7)]);
  });

  it('takes no digits of a number that would reach the last pick allowed, or is none of several', () => {
    for (const [keys, why] of [
      ['378#', 'voice.oneByOne'],
      ['33#', 'voice.noSuchNumber'],
      ['39#', 'voice.noSuchNumber'],
      ['30#', 'voice.noSuchNumber'],
      ['9#', 'voice.noSuchNumber'],
    ] as const) {
      const phone = calling(EIGHT);
      phone.press('1');
      expect(phone.press(keys).says[0]?.key, keys).to.equal(why);
      expect(phone.handedOn).to.deep.equal([]);
    }
  });

  it('leads from the numbers to the reading by # alone, and from there, with nothing picked, to the menu', () => {
    const phone = calling(EIGHT);
    phone.press('1');
    expect(asked(phone.hash())).to.equal('voice.project');
    phone.press('2');
    expect(phone.handedOn).to.deep.equal([]);
    expect(phone.press('#').says[0]).to.deep.equal({ key: 'voice.nothingPicked' });
    expect(phone.handedOn).to.deep.equal([{ kind: 'command', command: { name: 'menu' } }]);
  });

  it('reads the ballot one project at a time: take it, the next, # when done', () => {
    const phone = calling(PICK);
    const first = phone.press('2');
    expect(first.asks?.params).to.deep.equal({ number: 1, label: '楼道装扶手', cost: 25_000, detail: '' });
    expect(first.says).to.deep.equal([{ key: 'voice.howMany', params: { count: 12 } }]);
    phone.press('2');
    expect(phone.press('1').says).to.deep.equal([
      { key: 'voice.noted', params: { picks: [PICK.options[1]] } },
      { key: 'voice.mayAdd', params: { left: 2 } },
      { key: 'voice.whereHash' },
    ]);
    for (let i = 0; i < 9; i += 1) phone.press('2');
    expect(asked(phone.press('2'))).to.equal('voice.listEnd');
    expect(phone.press('2').asks?.params?.number).to.equal(1);
    const second = phone.press('1');
    expect([second.says[1], asked(second)]).to.deep.equal([{ key: 'voice.mayAddLast' }, 'voice.project']);
    phone.press('#');
    expect(phone.handedOn).to.deep.equal([numbers(2, 1)]);
  });

  it('takes the number of the project that is read for no pick: 3 is asked again, 2 says that it is left out', () => {
    const phone = calling(EIGHT);
    phone.press('2');
    phone.press('2');
    expect(phone.press('2').says).to.deep.equal([{ key: 'voice.leftOut', params: { number: 2 } }]);
    expect(asked(phone.press('3'))).to.equal('voice.projectMissed');
    phone.press('1');
    phone.press('#');
    expect(phone.handedOn).to.deep.equal([numbers(3)]);
  });

  it('reads the picks back where # follows a key that means nothing: `7#` while projects are read casts nothing', () => {
    const phone = calling(EIGHT);
    for (const keys of ['2', '1', '7']) phone.press(keys);
    const { says, asks } = phone.press('#');
    expect([says, asks?.key]).to.deep.equal([
      [{ key: 'voice.chosen', params: { picks: [EIGHT.options[0]] } }, { key: 'voice.hashAgain' }],
      'voice.projectMissed',
    ]);
    expect([phone.handedOn, phone.readBack()]).to.deep.equal([[], [EIGHT.options[0]]]);
    phone.press('#');
    expect(phone.handedOn).to.deep.equal([numbers(1)]);
  });

  it('tells once in a call how many may be picked and until when, before the choice, and where the hash key is', () => {
    const step: Step = { call: 'one', turn: 0, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0 };
    for (const [max, key] of [
      [3, 'voice.upTo'],
      [1, 'voice.upToOne'],
    ] as const) {
      const begun = interpret(step)({}, NOTHING_UNDERSTOOD);
      if (!('meaning' in begun)) throw new Error('a call begins with a command');
      const { reply } = begun.finish({ reply: { says: [], asks: { ...EIGHT, max } }, open: opened({ ...EIGHT, max }) });
      expect(reply.says).to.deep.equal([max > 1 ? { key, params: { max } } : { key }, { key: 'voice.until', params: { closesAt: CLOSES_AT } }]);
    }
    const phone = calling(EIGHT);
    phone.press('1');
    for (const keys of ['3#', '3#', '4#', '99#']) phone.press(keys);
    phone.hash();
    const told = (key: string) => phone.said.flatMap(({ says }) => says).filter((said) => said.key === key).length;
    expect([told('voice.upTo'), told('voice.until'), told('voice.whereHash')]).to.deep.equal([1, 1, 1]);
  });

  it('knows each question’s own keys', () => {
    for (const [question, keys, meaning] of [
      [MENU, '4', { kind: 'answer', answer: { type: 'CHOSE', number: 4 } }],
      [MENU, '0', { kind: 'answer', answer: { type: 'CHOSE', number: 0 } }],
      [MENU, '7', { kind: 'unknown' }],
      [CONFIRM, '1', { kind: 'answer', answer: { type: 'YES' } }],
      [CONFIRM, '2', { kind: 'answer', answer: { type: 'NO' } }],
      [CARD, '609317855', { kind: 'answer', answer: { type: 'CODE', digits: '609317855' } }],
      [CARD, '6093178#', { kind: 'unknown' }],
      [CARD, '6093178*', { kind: 'unknown' }],
      [PICK, '9', { kind: 'unknown' }],
    ] as const) {
      const phone = calling(question);
      phone.press(keys);
      expect(phone.handedOn, keys).to.deep.equal([meaning]);
    }
    const phone = calling(TELL);
    phone.speak('RE1');
    expect(phone.handedOn).to.deep.equal([{ kind: 'answer', answer: { type: 'FREE_TEXT', recording: 'RE1' } }]);
  });

  it('asks what was not understood again in its own words, and passes on what came of a turn', () => {
    const step: Step = { call: 'one', turn: 0, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0 };
    const begun = interpret(step)({}, NOTHING_UNDERSTOOD);
    if (!('meaning' in begun)) throw new Error('a call begins with a command');
    for (const [misses, key] of [
      [1, 'vote.pickMissed'],
      [2, 'vote.pickMissedAgain'],
    ] as const) {
      const { reply } = begun.finish({
        reply: { says: [{ key: 'any' }], outcome: 'notUnderstood' },
        open: { ...opened({ ...PICK, params: {} }), misses },
      });
      expect([reply.says, asked(reply)]).to.deep.equal([[{ key: 'voice.notUnderstood' }], key]);
    }
    const aside = begun.finish({ reply: { says: [{ key: 'any' }], outcome: 'askPerson' }, open: opened({ ...PICK, params: {} }) }).reply;
    expect([aside.says, asked(aside), aside.outcome]).to.deep.equal([[{ key: 'any' }], 'vote.pick', 'askPerson']);
    for (const [outcome, key] of [
      ['cast', 'voice.afterCast'],
      ['changed', 'voice.afterCast'],
      ['alreadyCast', 'voice.after'],
      ['askPerson', 'voice.after'],
    ] as const) {
      const { reply } = begun.finish({ reply: { says: [{ key: 'any' }], outcome } });
      expect([reply.outcome, asked(reply)]).to.deep.equal([outcome, key]);
    }
  });

  it('takes what was spoken into a call that was hung up, before its end is told of or after', () => {
    const spoken = { kind: 'answer', answer: { type: 'FREE_TEXT', recording: 'RE1' } };
    const early = calling(TELL);
    early.step({ recording: 'RE1', isOver: true });
    early.hangUp();
    const late = calling(TELL);
    late.step({ turn: 0, isOver: true });
    late.step({ turn: 1, recording: 'RE1' });
    late.step({ turn: 2, recording: 'RE2' });
    expect([early.handedOn, late.handedOn]).to.deep.equal([[spoken], [spoken]]);
  });

  it('asks who said nothing whether to speak again, for keys are lost while it records', () => {
    const phone = calling(TELL);
    expect(asked(phone.silence())).to.equal('voice.speakAgain');
    expect(asked(phone.press('1'))).to.equal('propose.tell');
    phone.silence();
    phone.press('#');
    expect(phone.handedOn).to.deep.equal([{ kind: 'command', command: { name: 'menu' } }]);
  });

  it('hears silence three times in a row, not three in all', () => {
    const phone = calling(PICK);
    phone.press('1');
    for (const _ of [1, 2]) phone.silence();
    phone.press('3#');
    expect(asked(phone.silence())).to.equal('voice.moreMissed');
    expect(asked(phone.silence())).to.equal('voice.moreMissedAgain');
    expect(phone.silence()).to.deep.equal({ says: [{ key: 'voice.nobodyThere' }] });
  });

  it('asks again what stands, where a step comes out of its order, and goes on from there', () => {
    const phone = calling(PICK);
    for (const keys of ['1', '3#']) phone.press(keys);
    expect(phone.step({ turn: 9, keys: '7', isHashed: true })).to.deep.include({ says: [] });
    expect(asked(phone.said.at(-1) ?? { says: [] })).to.equal('voice.more');
    phone.step({ turn: 10, keys: '7', isHashed: true });
    phone.step({ turn: 11, isHashed: true });
    expect(phone.handedOn).to.deep.equal([numbers(3, 7)]);
  });

  it('goes on after a call that was cut off only for whom it was', () => {
    for (const [resident, key] of [
      ['one', 'voice.goOn'],
      ['another', 'vote.pick'],
    ] as const) {
      const phone = calling(PICK);
      for (const keys of ['1', '3#']) phone.press(keys);
      expect(asked(phone.callAgain(resident))).to.equal(key);
    }
  });

  it('goes on for a quarter of an hour after the last step, also of a call whose end was never told', () => {
    for (const [minutes, key] of [
      [14, 'voice.goOn'],
      [16, 'vote.pick'],
    ] as const) {
      const phone = calling(PICK);
      for (const keys of ['1', '3#']) phone.press(keys);
      expect(asked(phone.callAgain('one', minutes * 60_000))).to.equal(key);
    }
  });

  const presses = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 13 }).map((number) => `${number}#`) },
      { weight: 2, arbitrary: fc.constantFrom('1', '2', '3', '0', '*', '#', '') },
      { weight: 1, arbitrary: fc.stringMatching(/^[0-9*#]{1,9}$/) },
    ),
    { maxLength: 25 },
  );
  const follow = (keys: readonly string[], question = PICK) => {
    const phone = calling(question);
    for (const each of keys) {
      if (each === '') phone.silence();
      else if (each === '#') phone.hash();
      else phone.press(each);
    }
    return phone;
  };
  const castsOf = ({ handedOn }: ReturnType<typeof follow>) =>
    handedOn.flatMap((meaning) => (meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS' ? [meaning.answer.numbers] : []));

  it('whatever is pressed: casts only numbers on the ballot, each once, as many as may be', () => {
    fc.assert(
      fc.property(presses, (keys) => {
        for (const picks of castsOf(follow(keys))) {
          expect(new Set(picks).size).to.equal(picks.length);
          expect(picks.length).to.be.within(2, 3);
          for (const pick of picks) expect(PICK.options.some(({ number }) => number === pick)).to.equal(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('whatever is pressed while projects are read: casts only what was read back as chosen, and the last pick allowed only by 1 as it is read', () => {
    const isCast = (meaning: ReturnType<typeof follow>['handedOn'][number]): meaning is { kind: 'answer'; answer: NumbersAnswer } =>
      meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS';
    const casts = { byHash: 0, byLast: 0 };
    const keys = fc.array(fc.constantFrom(...'11111112222222345789##*', ''), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(keys, (pressed) => {
        const phone = calling(EIGHT);
        phone.press('2');
        const chosen = new Set<number>();
        for (const key of pressed) {
          const before = phone.said.at(-1);
          const read = before?.asks?.key.startsWith('voice.project') ? before.asks.params?.number : undefined;
          const handedOn = phone.handedOn.length;
          const { says } = key === '' ? phone.silence() : phone.press(key);
          const cast = phone.handedOn.slice(handedOn).find(isCast);
          if (cast) {
            casts[key === '1' ? 'byLast' : 'byHash'] += 1;
            const last = key === '1' ? [read] : [];
            expect(last.length === 0 || cast.answer.numbers.length === EIGHT.max).to.equal(true);
            for (const pick of cast.answer.numbers) expect([...chosen, ...last]).to.include(pick);
            return;
          }
          if (phone.handedOn.some(({ kind }) => kind === 'command')) return;
          for (const { key, params } of says.filter((said) => said.key === 'voice.noted')) {
            expect(
              picksIn(params?.picks).map(({ number }) => number),
              key,
            ).to.deep.equal([read]);
            chosen.add(Number(read));
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(casts.byHash, casts.byLast)).to.be.greaterThan(50);
  });

  it('whatever is pressed: what a hang-up casts was read back to the caller, every number of it', () => {
    let casts = 0;
    fc.assert(
      fc.property(presses, (keys) => {
        const phone = follow(['1', ...keys]);
        const before = castsOf(phone).length;
        const named = new Set(
          phone.said
            .flatMap(({ says }) => says.flatMap(({ params }) => (Array.isArray(params?.picks) ? params.picks : [])))
            .map((pick) => (typeof pick === 'number' ? pick : pick.number)),
        );
        phone.hangUp();
        const [picks] = castsOf(phone).slice(before);
        if (picks) casts += 1;
        for (const pick of picks ?? []) expect(named.has(pick)).to.equal(true);
      }),
      { numRuns: 500 },
    );
    expect(casts).to.be.greaterThan(20);
  });
});
