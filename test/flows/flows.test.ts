import { expect } from 'chai';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { ask } from '../../flows/ask.ts';
import { digits } from '../../flows/digits.ts';
import { disownBallot } from '../../flows/disownBallot.ts';
import { eraseMe } from '../../flows/eraseMe.ts';
import { identify } from '../../flows/identify.ts';
import { flows } from '../../flows/index.ts';
import { language } from '../../flows/language.ts';
import { menu } from '../../flows/menu.ts';
import { nearMiss } from '../../flows/nearMiss.ts';
import { person } from '../../flows/person.ts';
import { progress } from '../../flows/progress.ts';
import { projects } from '../../flows/projects.ts';
import { propose } from '../../flows/propose.ts';
import { receipt } from '../../flows/receipt.ts';
import { requestMembership } from '../../flows/requestMembership.ts';
import { start } from '../../flows/start.ts';
import { stop } from '../../flows/stop.ts';
import { answers, ballotOf, CHINESE, CLOSES, inputs, outcomes } from '../../scripts/flows/samples.ts';
import type { FlowInput } from '../../src/dialog/flow.ts';
import type { CardShown, CodeChecked } from '../../src/fund/people/index.ts';
import { type Played, play } from './play.ts';

const vote = { flow: 'vote', input: { command: 'vote' as const, numbers: [3, 7] } };

describe('every flow', () => {
  for (const [name, { machine }] of Object.entries(flows)) {
    it(`${name} can be brought to its end`, () => {
      const ends = [{}, ...(inputs(CHINESE)[name] ?? [])].map((input) => pathsToEnd(machine, input));
      expect(ends.every((paths) => paths > 0)).to.equal(true);
    });
  }
});

describe('identify', () => {
  const card = '609317855';
  const joining = (shown: (given: { card: string; link: boolean }) => CardShown) => play(identify, { showCard: shown });
  const known = { resident: 'r1', name: '王大明', linked: true, own: false };

  it('links with 加入 and a card, and greets by surname', async () => {
    const flow = joining(() => known);
    const { says, settled } = await flow.start({ command: 'identify', card });
    expect(says).to.deep.equal(['identify.knownByName']);
    expect(settled.output).to.deep.equal({ identified: { resident: 'r1', withCard: true } });
    expect(flow.asked[0]?.input).to.deep.equal({ card, link: true });
  });

  it('says why the card is asked for, and hands on who it is', async () => {
    const flow = joining(() => ({ ...known, linked: false }));
    const asking = await flow.start({ why: 'shared', flowTarget: vote });
    expect([asking.says, asking.asks]).to.deep.equal([['identify.notYetRecorded', 'identify.why.shared'], 'identify.card']);
    const { says, settled } = await flow.answer({ type: 'CODE', digits: card });
    expect([says, settled.output]).to.deep.equal([[], { identified: { resident: 'r1', withCard: true } }]);
  });

  it('links where a card is needed once, never where it is needed every time or came with a vote', async () => {
    const linkedContacts = async (why: NonNullable<FlowInput['why']>, withVote?: { card: string }) => {
      const flow = joining(() => known);
      await flow.start({ why, flowTarget: vote, ...withVote });
      if (!withVote) await flow.answer({ type: 'CODE', digits: card });
      return flow.asked[0]?.input;
    };
    for (const why of ['stranger', 'card'] as const) expect(await linkedContacts(why)).to.deep.equal({ card, link: true });
    for (const why of ['shared', 'strict', 'locked', 'newPhone'] as const) expect(await linkedContacts(why)).to.deep.equal({ card, link: false });
    expect(await linkedContacts('card', { card })).to.deep.equal({ card, link: false });
  });

  it('tells a stranger how to get in, and that nothing is recorded yet', async () => {
    const { says, asks } = await joining(() => known).start({ why: 'stranger', flowTarget: vote });
    expect([says, asks]).to.deep.equal([['identify.notYetRecorded', 'identify.why.stranger'], 'identify.cardOrRequest']);
  });

  it('asks again after a wrong card, and ends when cards are locked', async () => {
    const outcomes: CardShown[] = [{ refused: 'mistyped' }, { refused: 'unknown', triesLeft: 4 }, { refused: 'locked' }];
    const flow = joining(() => outcomes.shift() ?? known);
    await flow.start({ command: 'identify' });
    const turns = [];
    for (let turn = 0; turn < 3; turn++) turns.push(await flow.answer({ type: 'CODE', digits: card }));
    expect(turns.map(({ says, asks }) => [says, asks])).to.deep.equal([
      [['identify.refused.mistyped'], 'identify.card'],
      [['identify.refused.unknown'], 'identify.card'],
      [['identify.refused.locked'], undefined],
    ]);
    expect(turns[2]?.settled.output).to.deep.equal({});
    const busy = await joining(() => ({ refused: 'lockedForStrangers' })).start({ command: 'identify', card });
    expect([busy.says, busy.asks]).to.deep.equal([['identify.refused.lockedForStrangers'], undefined]);
  });

  describe('by phone', () => {
    const phone = '+8613800000001';
    const look = { flow: 'vote', input: { command: 'vote' as const } };
    const byPhone = (checks: CodeChecked[], shown: CardShown = known) =>
      play(identify, { sendCode: () => ({ phone }), checkCode: () => checks.shift(), moveChat: () => ({ moved: true }), showCard: () => shown });
    const told = ({ says, asks, settled }: Played) => [says, asks, settled.output];
    const untilCode = async (flow: ReturnType<typeof play>) => {
      await flow.start({ why: 'newChat', flowTarget: look });
      const sent = await flow.answer({ type: 'PHONE', phone: '138 0000 0001' });
      expect(told(sent)).to.deep.equal([[], 'identify.code', {}]);
    };

    it('sends six digits and links the chat of who repeats them', async () => {
      const flow = byPhone([
        { refused: 'wrong', triesLeft: 2 },
        { resident: 'r1', name: '王大明', linked: true },
      ]);
      await untilCode(flow);
      expect(told(await flow.answer({ type: 'CODE', digits: '204817' }))).to.deep.equal([['identify.refused.wrong'], 'identify.code', {}]);
      const identified = { resident: 'r1', withCard: false };
      expect(told(await flow.answer({ type: 'CODE', digits: '204816' }))).to.deep.equal([['identify.greeted'], undefined, { identified }]);
      expect(flow.asked.map(({ input }) => input)).to.deep.include.members([{ phone: '138 0000 0001' }, { phone, digits: '204816' }]);
    });

    it('asks for the card where 不是我 was sent from the phone, and says so also to who has just come', async () => {
      const flow = play(identify, { sendCode: () => ({ phone }), checkCode: () => ({ refused: 'needsCard' }) });
      await flow.start({ why: 'newChat', flowTarget: { flow: 'welcome', input: {} } });
      await flow.answer({ type: 'PHONE', phone });
      expect(told(await flow.answer({ type: 'CODE', digits: '204816' }))).to.deep.equal([['identify.why.lockedPhone'], 'identify.card', {}]);
    });

    it('asks for card or phone again where the code is used up, and for the card where the phone is shared', async () => {
      const flow = byPhone([{ refused: 'over' }, { refused: 'shared' }]);
      await untilCode(flow);
      expect(told(await flow.answer({ type: 'CODE', digits: '204816' }))).to.deep.equal([['identify.refused.over'], 'identify.cardOrPhone', {}]);
      await flow.answer({ type: 'PHONE', phone });
      expect(told(await flow.answer({ type: 'CODE', digits: '204816' }))).to.deep.equal([['identify.why.shared'], 'identify.card', {}]);
      expect((await flow.answer({ type: 'PHONE', phone })).settled.understood).to.equal(false);
      await flow.answer({ type: 'CODE', digits: card });
      expect(flow.asked.at(-1)?.input).to.deep.equal({ card, link: true });
    });

    it('asks before it ends another chat of theirs; who keeps that one is known here by a card alone', async () => {
      const checked = { resident: 'r1', linked: false };
      const moved = byPhone([checked]);
      await untilCode(moved);
      expect(told(await moved.answer({ type: 'CODE', digits: '204816' }))).to.deep.equal([[], 'identify.otherChat', {}]);
      expect(told(await moved.answer({ type: 'YES' }))).to.deep.equal([
        ['identify.moved'],
        undefined,
        { identified: { resident: 'r1', withCard: false } },
      ]);
      const kept = byPhone([checked]);
      await untilCode(kept);
      await kept.answer({ type: 'CODE', digits: '204816' });
      expect(told(await kept.answer({ type: 'NO' }))).to.deep.equal([['identify.stays'], undefined, {}]);
      const shown = byPhone([], { ...known, linked: false, hasOther: true });
      await shown.start({ why: 'newChat', flowTarget: look });
      await shown.answer({ type: 'CODE', digits: card });
      expect(told(await shown.answer({ type: 'NO' }))).to.deep.equal([
        ['identify.stays'],
        undefined,
        { identified: { resident: 'r1', withCard: true } },
      ]);
    });

    it('takes a phone only from a chat that nobody has', async () => {
      const flow = byPhone([]);
      await flow.start({ why: 'stranger', flowTarget: look });
      expect((await flow.answer({ type: 'PHONE', phone })).settled.understood).to.equal(false);
    });
  });
});

describe('requestMembership', () => {
  const registering = () => play(requestMembership, { requestMembership: () => ({ request: 12, again: false }) });

  for (const [text, name, building] of [
    ['王芳 3栋', '王芳', '3栋'],
    ['王芳3栋2单元', '王芳', '3栋2单元'],
    ['欧阳小明，三号楼', '欧阳小明', '三号楼'],
    ['Ann Novak, building 3', 'Ann Novak', 'building 3'],
    ['Ann Novak building 3', 'Ann Novak', 'building 3'],
    ['Ann Novak 3b', 'Ann Novak', '3b'],
    ['Ann Novak, The Mill', 'Ann Novak', 'The Mill'],
    ['王芳三栋', '王芳', '三栋'],
    ['欧阳三 5栋', '欧阳三', '5栋'],
    ['我叫王芳，住3栋。', '王芳', '3栋'],
    ['王芳住在三号院2单元', '王芳', '三号院2单元'],
    ['3栋王芳', '王芳', '3栋'],
    ['我是3栋二单元501的王芳', '王芳', '3栋二单元501'],
    ['我住3栋，叫王芳', '王芳', '3栋'],
    ['王芳 家属院3栋', '王芳', '家属院3栋'],
    ["I'm Ann Novak, building 3", 'Ann Novak', 'building 3'],
  ] as const) {
    it(`reads "${text}"`, async () => {
      const flow = registering();
      expect((await flow.start({ command: 'requestMembership', text })).says).to.deep.equal(['requestMembership.noted']);
      expect(flow.asked[0]?.input).to.deep.equal({ name, building });
    });
  }

  for (const text of [
    '我不想给名字',
    '了没得',
    '登记要好久',
    '不登记可以投不',
    'no thanks',
    '姓名 楼号',
    '姓名，楼号',
    '您的姓名',
    'your name and building',
    'name, building',
  ])
    it(`does not register "${text}", which is no name or stands on posters`, async () => {
      const flow = registering();
      expect((await flow.start({ command: 'requestMembership', text })).asks).to.equal('requestMembership.name');
      expect(flow.asked).to.deep.equal([]);
    });

  it('asks for what is missing, one after the other', async () => {
    const flow = registering();
    expect((await flow.start({ command: 'requestMembership' })).asks).to.equal('requestMembership.name');
    expect((await flow.answer({ type: 'FREE_TEXT', text: '王芳' })).asks).to.equal('requestMembership.building');
    await flow.answer({ type: 'FREE_TEXT', text: '我住3栋' });
    expect(flow.asked[0]?.input).to.deep.equal({ name: '王芳', building: '3栋' });
    expect((await flow.start({ command: 'requestMembership', text: '5栋' })).asks).to.equal('requestMembership.name');
    await flow.answer({ type: 'FREE_TEXT', text: '王芳' });
    expect(flow.asked[1]?.input).to.deep.equal({ name: '王芳', building: '5栋' });
  });
});

describe('propose, ask and person', () => {
  it('records what came with the command, else asks for it', async () => {
    const flow = play(propose, { recordProposal: () => ({ number: 12, public: true, stage: 'propose' }) });
    expect((await flow.start({ text: '修路灯' })).says).to.deep.equal(['propose.noted', 'propose.public']);
    expect((await flow.start()).asks).to.equal('propose.tell');
    expect((await flow.answer({ type: 'FREE_TEXT', text: ' ' })).settled.understood).to.equal(false);
    expect((await flow.answer({ type: 'FREE_TEXT', text: '修路灯' })).asks).to.equal('propose.confirm');
    expect(flow.asked.map(({ input }) => input)).to.deep.equal([{ text: '修路灯' }]);
    await flow.answer({ type: 'YES' });
    expect(flow.asked.map(({ input }) => input)).to.deep.equal([{ text: '修路灯' }, { text: '修路灯' }]);
  });

  it('records nothing that was read back and is not meant; what is spoken, and what is too long, is not read back', async () => {
    const flow = play(propose, { recordProposal: () => ({ number: 12, public: true, stage: 'propose' }) });
    await flow.start();
    await flow.answer({ type: 'FREE_TEXT', text: '我要投2号健身角和5号' });
    expect((await flow.answer({ type: 'NO' })).asks).to.equal('propose.tell');
    expect(flow.asked).to.deep.equal([]);
    for (const told of [{ recording: 'RE1' }, { text: '长'.repeat(301) }]) {
      await flow.start();
      expect((await flow.answer({ type: 'FREE_TEXT', ...told })).settled.isOver).to.equal(true);
    }
    expect(flow.asked.map(({ input }) => input)).to.deep.equal([{ text: '', recording: 'RE1' }, { text: '长'.repeat(301) }]);
  });

  it('asks for the words where ours were sent, and records none', async () => {
    const flow = play(propose, { recordProposal: () => ({ number: 12, public: true, stage: 'propose' }) });
    for (const text of ['加要说的事', '您想办的事', '楼下放椅子', 'your idea', 'what is needed', 'Chairs downstairs.'])
      expect((await flow.start({ command: 'propose', text })).asks).to.equal('propose.tell');
    expect(flow.asked).to.deep.equal([]);
    const asking = play(ask, { writeInquiry: () => ({ number: 1 }) });
    for (const text of ['加要说的话', '要问的', 'your question']) expect((await asking.start({ command: 'ask', text })).asks).to.equal('ask.tell');
    expect(asking.asked).to.deep.equal([]);
  });

  it('asks again for a shorter one, and ends where no more is taken', async () => {
    const flow = play(propose, {
      recordProposal: ({ text }: { text: string }) => ({
        refused: text.length > 3 ? { reason: 'tooLong', max: 300 } : { reason: 'enoughToday', max: 3 },
      }),
    });
    const long = await flow.start({ text: '修一修路灯' });
    expect([long.says, long.asks]).to.deep.equal([['propose.tooLong'], 'propose.tell']);
    await flow.answer({ type: 'FREE_TEXT', text: '路灯' });
    const enough = await flow.answer({ type: 'YES' });
    expect([enough.says, enough.settled.isOver]).to.deep.equal([['propose.enoughToday'], true]);
  });

  it('says who will see a proposal, and when it comes too late for this year', async () => {
    const told = async (outcome: object) => (await play(propose, { recordProposal: () => outcome }).start({ text: '路灯' })).says[1];
    expect(await told({ number: 1, public: false, isLate: true })).to.equal('propose.notPublicYet');
    expect(await told({ number: 1, public: true, isLate: true })).to.equal('propose.forNextTime');
  });

  it('keeps a question apart from a complaint, and asks for a call', async () => {
    const inquiries = { writeInquiry: () => ({ number: 31 }) };
    const asking = play(ask, inquiries);
    expect((await asking.start({ command: 'complain', text: '太吵' })).says).to.deep.equal(['ask.complaint']);
    await asking.start({ command: 'ask' });
    expect((await asking.answer({ type: 'FREE_TEXT', text: '几点收垃圾' })).says).to.deep.equal(['ask.question']);
    const calling = play(person, inquiries);
    expect((await calling.start({ command: 'person' })).says).to.deep.equal(['person.calls']);
    expect([...asking.asked, ...calling.asked].map(({ input }) => input)).to.deep.equal([
      { kind: 'complaint', text: '太吵' },
      { kind: 'question', text: '几点收垃圾' },
      { kind: 'call', text: '' },
    ]);
  });
});

describe('six digits', () => {
  const shown = { askDigits: () => ({ digits: '204816', proof: 'k' }) };
  const right = { type: 'CODE', digits: '204816' } as const;
  const DELETE = { flow: 'eraseMe', input: { command: 'delete' as const } };

  it('are asked for before a ballot is voided or somebody is deleted', async () => {
    const started = async (machine: AnyStateMachine) => {
      const flow = play(machine);
      const { settled } = await flow.start();
      expect(flow.asked).to.deep.equal([]);
      return settled.output.next;
    };
    expect(await started(disownBallot)).to.deep.equal({
      flow: 'digits',
      input: { flowTarget: { flow: 'disownBallot', input: { command: 'disownBallot' } } },
    });
    expect(await started(eraseMe)).to.deep.equal({ flow: 'digits', input: { flowTarget: DELETE } });
  });

  it('lead on only when they are right; wrong ones may be tried again, or twelve once it is enough', async () => {
    const flow = play(digits, { ...shown, checkDigits: () => ({ right: true }) });
    const asking = await flow.start({ flowTarget: DELETE });
    expect([asking.asks, asking.settled.reply.asks?.params]).to.deep.equal(['digits.eraseMe', { digits: '204816' }]);
    const { settled } = await flow.answer(right);
    expect(settled.output.next).to.deep.equal({ flow: 'eraseMe', input: { command: 'delete', proved: true } });
    expect(flow.asked.at(-1)).to.deep.equal({ service: 'checkDigits', input: { of: 'eraseMe', proof: 'k', digits: '204816' } });

    const wrong = play(digits, { ...shown, checkDigits: () => ({ refused: 'wrong', triesLeft: 2 }) });
    await wrong.start({ flowTarget: DELETE });
    const again = await wrong.answer(right);
    expect([again.says, again.asks]).to.deep.equal([['digits.refused.wrong'], 'digits.eraseMe']);

    const over = play(digits, { ...shown, checkDigits: () => ({ refused: 'over' }) });
    await over.start({ flowTarget: DELETE });
    const anew = await over.answer(right);
    expect([anew.says, anew.asks]).to.deep.equal([[], 'digits.eraseMe']);
    expect(over.asked.at(-1)).to.have.property('service', 'askDigits');

    const long = play(digits, { askDigits: () => ({ digits: '204681717336', proof: 'k' }), checkDigits: () => ({ refused: 'wrong' }) });
    expect((await long.start({ flowTarget: DELETE })).settled.reply.asks).to.include({ key: 'digits.eraseMeLong', length: 12 });
    const longAgain = await long.answer({ type: 'CODE', digits: '204681717337' });
    expect([longAgain.says, longAgain.asks]).to.deep.equal([['digits.refused.again'], 'digits.eraseMeLong']);

    const called = await play(digits, { askDigits: () => ({ refused: 'over' }) }).start({ flowTarget: DELETE });
    expect([called.says, called.settled.output]).to.deep.equal([['digits.refused.over.eraseMe'], {}]);
  });

  it('that went by text are not said', async () => {
    const flow = play(digits, { askDigits: () => ({ texted: true, proof: 'k' }) });
    const { settled } = await flow.start({ flowTarget: DELETE });
    expect(settled.reply.asks).to.include({ key: 'digits.eraseMeTexted', length: 6 }).and.not.to.have.property('params');
  });

  it('void a ballot, or write to the inbox once the vote is over', async () => {
    const voided = play(disownBallot, { voidBallot: () => ({ voided: true }) });
    expect((await voided.start({ proved: true })).says).to.deep.equal(['disownBallot.voided']);
    const late = play(disownBallot, { voidBallot: () => ({ afterClose: true }), writeInquiry: () => ({ number: 31 }) });
    expect((await late.start({ proved: true })).says).to.deep.equal(['disownBallot.reported']);
    expect(late.asked.at(-1)).to.deep.equal({ service: 'writeInquiry', input: { kind: 'disownBallot', text: '' } });
  });

  it('delete somebody, note it while voting is open, or ask for the card on a shared phone and then no more for digits', async () => {
    const left = (outcome: object) => play(eraseMe, { eraseMe: () => outcome }).start({ proved: true });
    expect((await left({ erased: true })).says).to.deep.equal(['eraseMe.erased']);
    expect((await left({ noted: { closesAt: CLOSES } })).says).to.deep.equal(['eraseMe.noted']);
    expect((await left({ shared: true })).settled.output.next).to.deep.equal({
      flow: 'identify',
      input: { why: 'shared', flowTarget: { flow: 'eraseMe', input: { command: 'delete', proved: true } } },
    });
  });
});

describe('menu, language, near misses', () => {
  it('leads each number to its flow', async () => {
    const led = async (...numbers: number[]) => {
      const flow = play(menu);
      let played = await flow.start();
      for (const number of numbers) played = await flow.answer({ type: 'CHOSE', number });
      return played.settled.output.next?.flow;
    };
    expect([await led(1), await led(2), await led(3), await led(0)]).to.deep.equal(['vote', 'propose', 'progress', 'person']);
    expect([await led(4, 1, 1), await led(4, 2), await led(4, 4), await led(4, 0)]).to.deep.equal(['ask', 'language', 'eraseMe', 'person']);
    expect([await led(4, 3, 1), await led(4, 3, 2), await led(7)]).to.deep.equal(['stop', 'start', undefined]);
  });

  it('leads from what is asked most to its answer, and to a person at every step', async () => {
    const asked = async (...numbers: number[]) => {
      const flow = play(menu);
      await flow.start();
      const played = [];
      for (const number of numbers) played.push(await flow.answer({ type: 'CHOSE', number }));
      const next = played.at(-1)?.settled.output.next;
      return next?.input.intent ?? next?.flow;
    };
    const first = [await asked(4, 1, 2), await asked(4, 1, 3), await asked(4, 1, 0)];
    expect(first).to.deep.equal(['how', 'until', 'person']);
    const others = [1, 2, 3, 4, 0].map((number) => asked(4, 1, 4, number));
    expect(await Promise.all(others)).to.deep.equal(['fraud', 'noCard', 'money', 'turnout', 'person']);
  });

  it('changes the language by its command, or asks which', async () => {
    expect((await play(language).start({ command: 'english' })).says).to.deep.equal(['language.englishSet']);
    const led = async (sichuan: boolean, number: number) => {
      const flow = play(language, { spokenDialects: () => ({ sichuan }) });
      await flow.start();
      return (await flow.answer({ type: 'CHOSE', number })).settled.output.next?.input.command;
    };
    expect([await led(false, 1), await led(false, 3), await led(true, 3)]).to.deep.equal(['mandarin', undefined, 'sichuan']);
  });

  it('goes on with a near miss only on yes', async () => {
    const flowTarget = { flow: 'stop', input: { command: 'stop' as const } };
    const flow = play(nearMiss);
    const asking = await flow.start({ flowTarget });
    expect([asking.says, asking.asks]).to.deep.equal([['nearMiss.stop'], 'nearMiss.confirm']);
    expect((await flow.answer({ type: 'YES' })).settled.output.next).to.deep.equal(flowTarget);
    await flow.start({ flowTarget });
    const left = await flow.answer({ type: 'NO' });
    expect([left.says, left.settled.output]).to.deep.equal([['nearMiss.left'], {}]);
  });

  it('stops and starts with the words that were sent', async () => {
    const stopping = play(stop, { stopMessages: () => ({ stopped: true }) });
    await stopping.start({ command: 'stop', text: '退订' });
    const starting = play(start, { startMessages: () => ({ started: true, stays: false }) });
    await starting.start({ command: 'start' });
    expect([...stopping.asked, ...starting.asked].map(({ input }) => input)).to.deep.equal([{ words: '退订' }, { words: 'start' }]);
  });
});

describe('projects, progress and receipt', () => {
  const list = (count: number) => ({ projects: ballotOf(count, CHINESE), budget: 300_000, currency: 'CNY', stage: 'vote' });

  it('tells a short list in passing, and turns the pages of a long one', async () => {
    expect((await play(projects, { readProjects: () => list(10) }).start()).settled.isOver).to.equal(true);
    const long = play(projects, { readProjects: () => list(13) });
    expect((await long.start()).asks).to.equal('projects.page');
    expect((await long.answer({ type: 'MORE' })).settled.reply.asks?.params?.shown).to.have.length(1);
    const { settled } = await long.answer({ type: 'NUMBERS', numbers: [3, 7] });
    expect(settled.output.next).to.deep.equal({ flow: 'vote', input: { numbers: [3, 7], unsure: true } });
  });

  it('asks for the project or proposal whose number came along', async () => {
    const one = play(projects, { readProjects: () => ({ project: { number: 7, title: '修路灯', cost: 48_000 }, currency: 'CNY' }) });
    expect((await one.start({ numbers: [7] })).says).to.deep.equal(['projects.one']);
    expect(one.asked[0]?.input).to.deep.equal({ number: 7 });
    const mine = play(progress, { readProgress: () => ({ proposal: { number: 12, text: '路灯', state: 'merged', project: 7 } }) });
    expect((await mine.start({ numbers: [12] })).says).to.deep.equal(['progress.proposal.merged']);
  });

  it('tells stage, dates, winners and the three newest proposals of mine', async () => {
    const mine = [4, 3, 2, 1].map((number) => ({ number, text: '路灯', state: 'received' }));
    const told = async (standing: object) => (await play(progress, { readProgress: () => ({ title: '', mine: [], ...standing }) }).start()).says;
    expect(await told({ stage: 'propose', until: CLOSES, opensAt: CLOSES, mine })).to.deep.equal([
      'progress.proposeUntil',
      'progress.voteOpensOpenEnd',
      ...Array.from({ length: 3 }, () => 'progress.mine.received'),
    ]);
    expect(await told({ stage: 'vote', until: CLOSES, opensAt: CLOSES })).to.deep.equal(['progress.voteUntil']);
    expect(await told({ stage: 'implement', closesAt: CLOSES })).to.deep.equal(['progress.implement', 'progress.counting']);
    expect(await told({ stage: 'implement' })).to.deep.equal(['progress.workWithoutVote']);
    const winners = ballotOf(2, CHINESE);
    expect(await told({ stage: 'implement', winners, spent: 51_000 })).to.deep.equal([
      'progress.implement',
      'progress.winners',
      'progress.spent',
      'progress.ofOne',
    ]);
  });

  it('tells how far a project is, once the result is there; beside it a proposal of the same number', async () => {
    const seven = { number: 7, title: '修路灯', cost: 48_000, due: '2027-06' };
    const told = async (read: object) => (await play(progress, { readProgress: () => read }).start({ numbers: [7] })).says;
    expect(await told({ project: seven })).to.deep.equal(['progress.projectTold']);
    expect(await told({ project: { ...seven, isChosen: false } })).to.deep.equal(['progress.projectNotChosen']);
    expect(await told({ project: { ...seven, isChosen: true } })).to.deep.equal(['progress.projectDue']);
    expect(await told({ project: { ...seven, due: undefined, isChosen: true } })).to.deep.equal(['progress.projectChosen']);
    expect(await told({ project: { ...seven, isChosen: true, isDone: true } })).to.deep.equal(['progress.projectDone']);
    const proposal = { number: 7, text: '种花', state: 'received' };
    expect(await told({ proposal, project: seven })).to.deep.equal(['progress.proposal.received', 'progress.projectTold']);
    const last = { ...seven, isChosen: true, work: 'under-way' };
    expect(await told({ proposal, last })).to.deep.equal(['progress.proposal.received', 'progress.lastVote', 'progress.work.under-way']);
  });

  it('says that a ballot is there, never what it says', async () => {
    const { settled } = await play(receipt, { checkReceipt: () => ({ receipt: '4820917735', at: '2026-12-01' }) }).start();
    expect(settled.reply.says).to.deep.equal([{ key: 'receipt.counted', params: { receipt: '4820917735' } }]);
  });
});

function pathsToEnd(machine: AnyStateMachine, input: object): number {
  const paths = getShortestPaths(machine, {
    input,
    events: (snapshot: AnyMachineSnapshot) => [
      ...answers(CHINESE),
      ...Object.keys(snapshot.children).flatMap((service) =>
        (outcomes(CHINESE)[service] ?? []).map((output) => ({ type: `xstate.done.actor.${service}`, output })),
      ),
    ],
    serializeState: (snapshot: AnyMachineSnapshot) => JSON.stringify(snapshot.value),
    toState: (snapshot: AnyMachineSnapshot) => snapshot.status === 'done',
  });
  return paths.length;
}
