import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { assign, enqueueActions, setup } from 'xstate';
import { type Begun, Conversation, conversationId, forgetRecent } from '../../src/dialog/conversation.ts';
import { conversations } from '../../src/dialog/conversations.ts';
import { dialog } from '../../src/dialog/dialog.ts';
import { type Catalogue, type Flow, type FlowInput, say, service } from '../../src/dialog/flow.ts';
import type { Before, Inbound, Interpret } from '../../src/dialog/input.ts';
import { loadVocabulary } from '../../src/dialog/loadCatalogue.ts';
import type { Acting } from '../../src/dialog/openFlow.ts';
import { provided, type Services, type Turn } from '../../src/dialog/turn.ts';
import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import { collection } from '../../src/store/collection.ts';
import { vault } from '../../src/store/vault.ts';
import { codeOf } from '../support/codeOf.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const US = '+862880000001';
const community = { _id: 'qingsong', name: '青松社区', language: 'zh-CN', timezone: 'Asia/Shanghai', phone: US } as CommunityRecord;

/** Asks for a text, has it kept by a service, and says so. */
const keeper = (version: string) =>
  setup({
    types: {} as Flow<{ text: string; greeting?: string }, FlowInput>,
    actors: { keep: service<{ kept: boolean }, { text: string }>('keep') },
    actions: { say: enqueueActions(say), hold: assign({ text: (_, text: string) => text }) },
  }).createMachine({
    id: 'keeper',
    version,
    context: { text: '' },
    initial: 'asking',
    states: {
      asking: {
        meta: { ask: () => ({ key: 'propose.which', expects: 'freeText', command: 'propose', maxSeconds: 60, maxChars: 300 }) },
        on: { FREE_TEXT: { target: 'keeping', actions: { type: 'hold', params: ({ event }) => event.text ?? '' } } },
      },
      keeping: {
        tags: 'busy',
        invoke: { id: 'keep', src: 'keep', input: ({ context }) => ({ text: context.text }), onDone: 'over' },
      },
      over: {
        type: 'final',
        entry: { type: 'say', params: ({ context: { text, greeting } }) => [{ key: 'kept', params: { text, ...(greeting && { greeting }) } }] },
      },
    },
  });

const flows = (version = '1', migrations?: Catalogue[string]['migrations']): Catalogue => ({
  menu: { machine: keeper(version), role: 'menu', commands: ['propose', 'menu'], ...(migrations && { migrations }) },
});

/** Before such a deadline a turn has come as far as its service, on a busy machine too. */
const REACHED_MS = 1_500;

/** What a test opens when it is time. */
function gate<Value = void>(): { readonly opened: Promise<Value>; open(value: Value): void } {
  let open: (value: Value) => void = () => {};
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open: (value) => open(value) };
}

describe('the dialog', () => {
  const { world } = useDatabase('dialog');
  let sent = 0;
  const errors: unknown[] = [];
  const missed: string[] = [];

  const talk = (
    services: Services,
    catalogue = flows(),
    who: () => Acting | { ask: 'stranger' } = () => ({ ask: 'stranger' }),
    held: readonly string[] = [],
  ) =>
    dialog({
      world,
      catalogue: provided(catalogue, services),
      vocabulary: loadVocabulary(),
      conversations: conversations({ ...world }),
      lookAhead: () => undefined,
      communityOf: async (to) => (to === US ? community : null),
      departed: async () => undefined,
      ballotOf: async () => [],
      projectsOf: async () => [],
      castOf: async () => null,
      mayAnswer: () => true,
      wroteSince: async () => false,
      missed: (miss) => missed.push(miss.text),
      report: (error) => errors.push(error),
      whoActs: async () => who(),
      isInForce: async () => true,
      languageOf: async () => undefined,
      hasHolder: async ({ address }) => held.includes(address),
    });
  const message = (address: string, text: string, ms = 5_000): Inbound => {
    const at = world.now();
    sent += 1;
    return { channel: 'sms', address, to: US, key: world.vault.hmac('delivery', String(sent)), at, deadline: at.getTime() + ms, input: { text } };
  };
  const idOf = (address: string) => conversationId(world.vault, { channel: 'sms', address, to: US });
  const stored = (address: string) => collection(Conversation).findOne({ _id: idOf(address) }, { promoteBuffers: true });
  const kept: Services = { keep: async () => ({ kept: true }) };

  it('says that nothing was recorded where the deadline passes before a write began, and does not move on', async () => {
    const late = gate();
    const answer = talk({ keep: () => late.opened });
    await answer(message('+861', '提议'));
    const before = await stored('+861');
    const said = await answer(message('+861', '修路灯', 300));
    expect(said).to.deep.include({ outcome: 'nothingRecorded', reply: { says: [{ key: 'common.nothingRecorded' }] } });
    late.open();
    await sleep(300);
    expect((await stored('+861'))?.revision).to.equal(before?.revision);
    expect((await talk(kept)(message('+861', '修路灯'))).reply?.says).to.deep.equal([{ key: 'kept', params: { text: '修路灯' } }]);
  });

  it('says that it is not known yet where a write had begun', async () => {
    const late = gate();
    const answer = talk({
      keep: async (_: never, turn: Turn) => {
        await turn.hold();
        turn.beginWrite();
        await late.opened;
      },
    });
    await answer(message('+862', '提议'));
    expect(await answer(message('+862', '修路灯', REACHED_MS))).to.deep.include({
      ...{ outcome: 'notKnown', reply: { says: [{ key: 'common.notKnown' }] } },
    });
    late.open();
  });

  it('tells what was not understood, once it is answered; never what was asked for as a text', async () => {
    missed.length = 0;
    const answer = talk(kept);
    await answer(message('+8671', '乌鸦坐飞机'));
    expect(missed).to.deep.equal(['乌鸦坐飞机']);
    expect((await stored('+8671'))?.open).to.equal(undefined); // a menu would take a project's number
    for (const text of ['？！', '我住三栋', '提议', '提议 修路灯']) await answer(message('+8671', text));
    await answer(message('+8672', '轮子圆', 0));
    expect(missed).to.deep.equal(['乌鸦坐飞机']);
  });

  it('begins no write after the deadline', async () => {
    const [late, told] = [gate(), gate<unknown>()];
    const answer = talk({
      keep: async (_: never, turn: Turn) => {
        await turn.hold();
        await late.opened;
        told.open(await codeOf((async () => turn.beginWrite())()));
      },
    });
    await answer(message('+863', '提议'));
    const given = answer(message('+863', '修路灯', REACHED_MS));
    const deadline = performance.now() + REACHED_MS;
    await given; // a moment before it, for the way back
    await until('the deadline', () => performance.now() > deadline);
    late.open();
    expect(await told.opened).to.equal('deadline-passed');
  });

  it('counts the queue into the deadline: who waits too long is told, and nothing of theirs starts', async () => {
    const started: string[] = [];
    const answer = talk({
      keep: async ({ text }: { text: string }) => {
        started.push(text);
        await sleep(800);
        return { kept: true };
      },
    });
    await answer(message('+864', '提议'));
    const [first, second] = await Promise.all([answer(message('+864', '一')), answer(message('+864', '提议 二', 300))]);
    expect([first.outcome, second.outcome]).to.deep.equal(['answered', 'nothingRecorded']);
    await answer(message('+864', '三')); // after all that waited before it
    expect(started).to.deep.equal(['一']);
  });

  it('goes on with the next message where a turn never ends', async () => {
    let isFirst = true;
    const answer = talk({
      keep: async () => {
        if (isFirst) await new Promise(() => (isFirst = false));
        return { kept: true };
      },
    });
    await answer(message('+8630', '提议'));
    expect((await answer(message('+8630', '修路灯', REACHED_MS))).outcome).to.equal('nothingRecorded');
    expect((await answer(message('+8630', '修路灯'))).reply?.says[0]?.key).to.equal('kept');
  });

  it('apologises for a service that fails, tells the log, and goes on with the next message', async () => {
    errors.length = 0;
    await talk(kept)(message('+865', '提议'));
    const said = await talk({ keep: () => Promise.reject(new Error('the database is away')) })(message('+865', '修路灯'));
    expect(said.outcome).to.equal('nothingRecorded');
    expect(errors).to.have.length(1);
    expect((await talk(kept)(message('+865', '修路灯'))).reply?.says[0]?.key).to.equal('kept');
  });

  it('brings a snapshot of an older flow up step by step; where no step leads there it starts anew, and says so', async () => {
    await talk(kept)(message('+866', '提议'));
    await talk(kept)(message('+867', '提议'));
    const greets = { from: '1', to: '2', migrate: (snapshot: object) => ({ ...snapshot, context: { text: '', greeting: '您好' } }) as never };
    const next = await talk(kept, flows('2', [greets]))(message('+866', '修路灯'));
    expect(next.reply?.says).to.deep.equal([{ key: 'kept', params: { text: '修路灯', greeting: '您好' } }]);
    const lost = await talk(kept, flows('3'))(message('+867', '修路灯'));
    expect([lost.reply?.says[0]?.key, lost.reply?.asks?.key]).to.deep.equal(['common.restarted', 'propose.which']);
  });

  it('starts anew, and says so, where a stored snapshot does not fit its flow', async () => {
    await talk(kept)(message('+868', '提议'));
    const found = await stored('+868');
    const open = JSON.parse(world.vault.decrypt('conversationOpen', found?._id ?? '', found?.open ?? Buffer.alloc(0)));
    open.snapshot.value = 'nowhere';
    const changed = world.vault.encrypt('conversationOpen', found?._id ?? '', JSON.stringify(open));
    await collection(Conversation).updateOne({ _id: found?._id }, { $set: { open: changed } });
    const said = await talk(kept)(message('+868', '修路灯'));
    expect([said.reply?.says[0]?.key, said.reply?.asks?.key]).to.deep.equal(['common.restarted', 'propose.which']);
  });

  it('keeps nothing readable of what was said, and nothing that another secret decrypts', async () => {
    await talk(kept)(message('+869', '提议'));
    await talk(kept)(message('+869', '三号院门口太黑'));
    const found = await stored('+869');
    expect(JSON.stringify(found)).not.to.include('三号院');
    expect(world.vault.decrypt('conversationAnswer', found?._id ?? '', found?.answers?.[1]?.encrypted ?? Buffer.alloc(0))).to.include('三号院');
    const another = vault(randomBytes(32));
    expect(() => another.decrypt('conversationRecent', found?._id ?? '', found?.recent ?? Buffer.alloc(0))).to.throw();
  });

  it('forgets after a day what it answered', async () => {
    await talk(kept)(message('+8610', '提议'));
    const tomorrow = { now: () => new Date(world.now().getTime() + 25 * 60 * 60 * 1_000) };
    expect(await forgetRecent(world)).to.equal(0);
    expect(await forgetRecent(tomorrow)).to.be.greaterThan(0);
    expect(await stored('+8610')).to.not.have.any.keys('recent', 'answers');
  });

  it('says nowhere whose a conversation is nor to the minute when it was, and forgets within three days what was open', async () => {
    await talk(kept)(message('+8630000', '提议'));
    const found = await stored('+8630000');
    expect(JSON.stringify(found)).not.to.include('8630000');
    expect((found?.at?.getTime() ?? 1) % 3_600_000).to.equal(0);
    const left = async (hours: number) => {
      await forgetRecent({ now: () => new Date(world.now().getTime() + hours * 3_600_000) });
      return stored('+8630000');
    };
    expect(await left(26)).to.have.all.keys('_id', 'community', 'revision', 'language', 'open', 'at', 'strangerUntil');
    expect(await left(71)).to.have.any.keys('open');
    expect(await left(74)).to.have.all.keys('_id', 'community', 'revision', 'language', 'strangerUntil');
  });

  it('keeps nothing of an address that nobody on the roster was known at, thirty days after it wrote last', async () => {
    const catalogue = { menu: { ...flows().menu, machine: keeper('1'), commands: ['propose'], requires: 'resident' } } satisfies Catalogue;
    await talk(kept, catalogue, () => ({ resident: 'r1', withCard: false }))(message('+8640', '提议'));
    for (const address of ['+8640', '+8641', '+8642']) await talk(kept)(message(address, '提议'));
    await talk(kept, flows(), undefined, ['+8642'])(message('+8642', '修路灯'));
    const days = (n: number) => ({ now: () => new Date(world.now().getTime() + n * 86_400_000) });
    await forgetRecent(days(29));
    expect([await stored('+8640'), await stored('+8641')]).not.to.include(null);
    await forgetRecent(days(32));
    expect(await stored('+8640')).to.include({ revision: 2 });
    expect(await stored('+8641')).to.equal(null);
    expect(await stored('+8642'), 'who holds the number only talked, and is on the roster').to.include({ revision: 2 });
  });

  it('asks again what is open where it no longer knows what it answered last', async () => {
    const tomorrow = { now: () => new Date(world.now().getTime() + 25 * 60 * 60 * 1_000) };
    await talk(kept)(message('+8615', '提议'));
    await forgetRecent(tomorrow);
    expect((await talk(kept)(message('+8615', '*'))).reply?.asks?.key).to.equal('propose.which');
    expect((await talk(kept)(message('+8615', '修路灯'))).reply?.says[0]?.key).to.equal('kept');
  });

  it('goes on for who was known when it was asked only while the number is still theirs, and where they showed a card', async () => {
    const catalogue: Catalogue = {
      menu: { machine: keeper('1'), role: 'menu', commands: ['propose', 'menu'], requires: 'resident' },
      identify: { machine: keeper('1'), role: 'identify', commands: [] },
    };
    const acts = (resident: string, withCard = false) => talk(kept, catalogue, () => ({ resident, withCard }));
    const stranger = talk(kept, catalogue);
    for (const [address, known, then, key] of [
      ['+8616', acts('one'), acts('one'), 'kept'],
      ['+8617', acts('one'), acts('another'), 'common.restarted'],
      ['+8618', acts('one'), stranger, 'common.restarted'],
      ['+8619', acts('one', true), stranger, 'kept'],
    ] as const) {
      await known(message(address, '提议'));
      expect((await then(message(address, '修路灯'))).reply?.says[0]?.key).to.equal(key);
    }
  });

  it('says that it reads no pictures, and goes on with what it asked', async () => {
    await talk(kept)(message('+8620', '提议'));
    const said = await talk(kept)({ ...message('+8620', ''), input: { text: '', hasMediaOnly: true } });
    expect(said.reply?.says).to.deep.equal([{ key: 'common.notText' }]);
    expect((await talk(kept)(message('+8620', '修路灯'))).reply?.says[0]?.key).to.equal('kept');
  });

  it('lets a channel hear with its own ears: what is open stays open meanwhile, and what the channel keeps comes back encrypted', async () => {
    const answer = talk(kept);
    const heard: Before[] = [];
    const step = (hear: Interpret) => {
      const remembering: Interpret = (before, understood) => {
        heard.push(before);
        return hear(before, understood);
      };
      return answer({ ...message('+8621', ''), input: { interpret: remembering, readBack: () => undefined } });
    };
    await answer(message('+8621', '提议'));
    const meanwhile = { says: [{ key: 'keys.so.far' }] };
    expect((await step(() => ({ reply: meanwhile, callState: '{"keys":"3"}' }))).reply).to.deep.equal(meanwhile);
    expect(JSON.stringify(await stored('+8621'))).not.to.include('keys');
    const meaning = { kind: 'answer', answer: { type: 'FREE_TEXT', text: '修路灯' } } as const;
    const said = await step(() => ({ meaning, finish: ({ reply }) => ({ reply: { ...reply, isSlow: true } }) }));
    expect(said.reply).to.deep.equal({ says: [{ key: 'kept', params: { text: '修路灯' } }], isSlow: true });
    expect(heard.map(({ open, callState }) => [open?.asked.key, callState])).to.deep.equal([
      ['propose.which', undefined],
      ['propose.which', '{"keys":"3"}'],
    ]);
    expect(await stored('+8621')).not.to.have.any.keys('callState', 'open');
  });

  it('takes what a channel knows for sure, with nothing to understand', async () => {
    const answer = talk(kept);
    expect((await answer({ ...message('+8622', ''), input: { command: { name: 'propose' } } })).reply?.asks?.key).to.equal('propose.which');
    const input = { answer: { type: 'FREE_TEXT', text: '修路灯' } } as const;
    expect((await answer({ ...message('+8622', ''), input })).reply?.says[0]?.key).to.equal('kept');
  });

  it('counts no further step of a call where somebody sends too much', async () => {
    const answer = talk(kept);
    for (let i = 0; i < 40; i += 1) await answer({ ...message('+8623', '提议'), isContinued: true });
    expect((await answer(message('+8623', '提议'))).reply?.asks?.key).to.equal('propose.which');
  });

  it('drops an open question after 72 hours', async () => {
    await talk(kept)(message('+8611', '提议'));
    await collection(Conversation).updateOne({ _id: idOf('+8611') }, { $set: { at: new Date(world.now().getTime() - 72 * 60 * 60 * 1_000) } });
    expect((await talk(kept)(message('+8611', '张三李四'))).reply?.says.map(({ key }) => key)).to.deep.equal(['common.unclearIdle']);
  });

  describe('its claim', () => {
    it('is one process’s at a time; one that ran out is taken over, and then casts and commits nothing', async () => {
      const [mine, other] = [conversations({ ...world }), conversations({ ...world })];
      const claim = await mine.claim('sms|+8612|x', 'key one');
      if (!claim) throw new Error('not claimed');
      expect(await other.claim('sms|+8612|x', 'key two')).to.equal(undefined);
      await collection(Conversation).updateOne({ _id: 'sms|+8612|x' }, { $set: { 'turn.since': new Date(world.now().getTime() - 13_001) } });
      const taken = await other.claim('sms|+8612|x', 'key two');
      expect(taken?.turn.key).to.equal('key two');
      const outcome = {
        begun: claim,
        community: 'x',
        at: world.now(),
        recent: Buffer.from(''),
        answered: { key: 'key', encrypted: Buffer.from('') },
      };
      expect(await codeOf(mine.commit(outcome))).to.equal('claim-lost');
      await mine.release(claim);
      expect((await collection(Conversation).findOne({ _id: 'sms|+8612|x' }))?.turn?.key).to.equal('key two');
    });

    it('is not needed to go on: a turn begins where this process left it, and what changed elsewhere is taken again', async () => {
      const id = 'sms|+8624|x';
      let ahead = 0;
      const moved = { ...world, vault: world.vault, now: () => new Date(world.now().getTime() + ahead) };
      const [mine, other] = [conversations(moved), conversations({ ...world })];
      const take = async (one: typeof mine, key: string) => {
        const begun = (await one.begin(id, key)) ?? (await one.claim(id, key));
        if (!begun) throw new Error('held');
        const answers = await one.answersOf(begun);
        await one.commit({
          begun,
          community: 'x',
          at: moved.now(),
          recent: Buffer.from(key),
          answered: { key, encrypted: Buffer.from(key) },
          open: Buffer.from(key),
        });
        const { revision, erased, open, isHeld } = begun;
        return { revision, left: erased, open: open?.toString(), answers: answers.map(({ key }) => key), isHeld };
      };
      const overtaken = async (key: string) => expect(await codeOf(take(mine, key))).to.equal('overtaken');
      expect(await take(mine, 'one')).to.deep.include({ revision: 0, open: undefined, isHeld: false });
      await collection(Conversation).updateOne({ _id: id }, { $set: { open: Buffer.from('not looked at') } });
      expect(await take(mine, 'two')).to.deep.include({ revision: 1, open: 'one', answers: ['one'], isHeld: false });
      expect(await take(other, 'three')).to.deep.include({ revision: 2, open: 'two', answers: ['two', 'one'] });
      await overtaken('four');
      expect(await take(mine, 'four')).to.deep.include({ revision: 3, open: 'three', answers: ['three', 'two', 'one'] });
      for (const key of ['five', 'six']) await take(mine, key);
      expect((await take(mine, 'seven')).answers).to.deep.equal(['six', 'five', 'four', 'three', 'two']);
      await collection(Conversation).updateOne({ _id: id }, { $set: { erased: true, open: Buffer.from('of who left') } });
      await overtaken('eight');
      expect(await take(mine, 'eight')).to.deep.include({ left: true, open: 'of who left' });
      await collection(Conversation).updateOne({ _id: id }, { $set: { open: Buffer.from('of long ago') } });
      ahead = 10 * 60 * 1_000;
      expect(await take(mine, 'ten minutes later')).to.deep.include({ open: 'of long ago' });
      await collection(Conversation).deleteOne({ _id: id });
      await overtaken('nine');
      expect(await take(mine, 'nine')).to.deep.include({ revision: 0, open: undefined, answers: [] });
    });

    it('is taken on the way only where the conversation still stands as the turn found it', async () => {
      const id = 'sms|+8626|x';
      const [mine, other] = [conversations({ ...world }), conversations({ ...world })];
      const begin = async (one: typeof mine, key: string) => {
        const begun = (await one.begin(id, key)) ?? (await one.claim(id, key));
        if (!begun) throw new Error('held');
        return begun;
      };
      const commit = (one: typeof mine, begun: Begun, key: string) =>
        one.commit({ begun, community: 'x', at: world.now(), recent: Buffer.from(key), answered: { key, encrypted: Buffer.from(key) } });
      await commit(mine, await begin(mine, 'first'), 'first');
      const [begun, late, later] = [await begin(mine, 'one'), await begin(other, 'two'), await begin(other, 'three')];
      await mine.hold(begun);
      await mine.hold(begun); // once more changes nothing
      expect(await codeOf(other.hold(late))).to.equal('overtaken');
      expect(await codeOf(commit(other, late, 'two'))).to.equal('overtaken');
      expect(await other.begin(id, 'two')).to.equal(undefined);
      await commit(mine, begun, 'one');
      expect(await codeOf(other.hold(later))).to.equal('overtaken');
      const gone = await begin(mine, 'four');
      await collection(Conversation).deleteOne({ _id: id });
      expect(await codeOf(mine.hold(gone))).to.equal('overtaken');
      await mine.release(gone);
      expect((await mine.claim(id, 'four'))?.revision).to.equal(0);
    });

    it('is told as soon as it is taken, by whoever takes it', async () => {
      const told: string[] = [];
      const claims = await Promise.all(['a', 'b'].map((key) => conversations({ ...world }).claim('sms|+8625|x', key, () => told.push(key))));
      expect(told).to.deep.equal(claims.flatMap((claim) => claim?.turn.key ?? []));
      expect(told).to.have.length(1);
    });

    it('is won by one of many first messages at once', async () => {
      const all = Array.from({ length: 8 }, () => conversations({ ...world }));
      const claims = await Promise.all(all.map((each, index) => each.claim('sms|+8613|x', `key ${index}`)));
      expect(claims.filter(Boolean)).to.have.length(1);
      const begun = await Promise.all(all.map((each, index) => each.begin('sms|+8627|x', `key ${index}`)));
      const codes = await Promise.all(
        all.map((each, index) => {
          const one = begun[index] ?? expect.fail('held');
          const answered = { key: `key ${index}`, encrypted: Buffer.from('') };
          return codeOf(index % 2 ? each.hold(one) : each.commit({ begun: one, community: 'x', at: world.now(), recent: Buffer.from(''), answered }));
        }),
      );
      expect(codes.filter((code) => code !== 'overtaken')).to.have.length(1);
    });

    it('waits for another process’s turn and then goes on', async () => {
      const claim = await conversations({ ...world }).claim(`sms|+8614|${US}`, 'elsewhere');
      if (!claim) throw new Error('not claimed');
      const waiting = talk(kept)(message('+8614', '提议'));
      await sleep(200);
      await conversations({ ...world }).release(claim);
      expect((await waiting).reply?.asks?.key).to.equal('propose.which');
    });
  });
});
