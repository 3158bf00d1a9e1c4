import { expect } from 'chai';
import { vote } from '../../flows/vote.ts';
import { ballotOf, CHINESE, CLOSES, OPENS } from '../../scripts/flows/samples.ts';
import type { FlowInput } from '../../src/dialog/flow.ts';
import type { Cast, CastRefusal, Opened } from '../../src/fund/ballots/index.ts';
import { play } from './play.ts';

const ten = ballotOf(10, CHINESE);
const open: Extract<Opened, { open: unknown }> = {
  open: { cycle: 'q', projects: ten, min: 1, max: 3, budget: 300_000, currency: 'CNY', closesAt: CLOSES },
};
const castOf = (picks: readonly number[], changed = false): Cast => ({
  receipt: '4820917735',
  changed,
  picks: ten.filter(({ number }) => picks.includes(number)),
  closesAt: CLOSES,
});

interface Given {
  opened?: (picks: readonly number[]) => Opened;
  cast?: (picks: readonly number[]) => Cast;
}

const voting = ({ opened = () => open, cast = castOf }: Given = {}) =>
  play(vote, {
    openBallot: ({ picks = [] }: { picks?: readonly number[] }) => opened(picks),
    castBallot: ({ picks }: { picks: readonly number[] }) => cast(picks),
  });
const cast = ({ asked }: ReturnType<typeof voting>) => asked.filter(({ service }) => service === 'castBallot').map(({ input }) => input);

describe('vote', () => {
  it('casts at once what came with the command, and reads it back', async () => {
    const flow = voting();
    const { says, settled } = await flow.start({ command: 'vote', numbers: [7, 3] });
    expect(says).to.deep.equal(['vote.receipt']);
    expect(settled.reply.says[0]?.params).to.deep.include({ receipt: '4820917735', closesAt: CLOSES, picks: [ten[2], ten[6]] });
    expect(settled.isOver).to.equal(true);
    expect(flow.asked).to.deep.equal([{ service: 'castBallot', input: { picks: [7, 3] } }]);
  });

  it('shows the ballot when asked, and casts the numbers in answer at once', async () => {
    const flow = voting();
    const { asks, settled } = await flow.start({ command: 'vote' });
    expect(asks).to.equal('vote.pick');
    expect(settled.reply.asks).to.deep.include({ expects: 'numbers', min: 1, max: 3, options: ten });
    expect((await flow.answer({ type: 'NUMBERS', numbers: [3] })).says).to.deep.equal(['vote.receipt']);
    expect(cast(flow)).to.deep.equal([{ picks: [3] }]);
  });

  it('reads numbers out of the blue and picks by name back before it casts them', async () => {
    const blue = voting();
    expect((await blue.start({ numbers: [3, 7], unsure: true })).asks).to.equal('vote.confirm');
    expect(cast(blue)).to.deep.equal([]);
    await blue.answer({ type: 'YES' });
    expect(cast(blue)).to.deep.equal([{ picks: [3, 7] }]);

    const named = voting({ cast: (picks) => castOf(picks, true) });
    await named.start({ command: 'vote' });
    const { asks, settled } = await named.answer({ type: 'NAMED', numbers: [3, 1] });
    expect(asks).to.equal('vote.confirm');
    expect(settled.reply.asks?.params?.picks).to.deep.equal([ten[2], ten[0]]);
    expect((await named.answer({ type: 'YES' })).says).to.deep.equal(['vote.changed']);
  });

  it('tells what came of it, for who does not look at the words', async () => {
    const come = async (given: Given, input: FlowInput) => (await voting(given).start(input)).settled.reply.outcome;
    const numbers = { command: 'vote' as const, numbers: [3] };
    const refused = (refused: CastRefusal) => ({ cast: () => ({ refused }) });
    expect(await come({}, numbers)).to.equal('cast');
    expect(await come({ cast: (picks) => castOf(picks, true) }, numbers)).to.equal('changed');
    expect(await come({}, { numbers: [3], unsure: true })).to.equal('askConfirmation');
    expect(await come(refused({ reason: 'hasBallot', isSame: true }), numbers)).to.equal('alreadyCast');
    expect(await come(refused({ reason: 'hasBallot' }), numbers)).to.equal(undefined);
    expect(await come(refused({ reason: 'late', closedAt: CLOSES }), numbers)).to.equal(undefined);
    expect(await come({}, { command: 'vote' })).to.equal(undefined);
  });

  it('reads a number or a name in answer to the read-back back again, and leaves it open after a no', async () => {
    const flow = voting();
    await flow.start({ numbers: [3, 7], unsure: true });
    expect((await flow.answer({ type: 'NAMED', numbers: [2] })).asks).to.equal('vote.confirm');
    expect((await flow.answer({ type: 'NO' })).asks).to.equal('vote.left');
    expect(cast(flow)).to.deep.equal([]);
    await flow.answer({ type: 'NAMED', numbers: [2] });
    expect((await flow.answer({ type: 'NUMBERS', numbers: [5] })).asks).to.equal('vote.confirm');
    expect(cast(flow)).to.deep.equal([]);
    await flow.answer({ type: 'YES' });
    expect(cast(flow)).to.deep.equal([{ picks: [5] }]);
  });

  it('says why picks are refused and asks again, without the whole list', async () => {
    const flow = voting({ cast: (picks) => (picks.length > 3 ? { refused: { reason: 'tooMany', max: 3, count: picks.length } } : castOf(picks)) });
    const refused = await flow.start({ numbers: [1, 2, 3, 7] });
    expect([refused.says, refused.asks]).to.deep.equal([['vote.tooMany'], 'vote.pickAgain']);
    expect(refused.settled.reply.says[0]?.params).to.deep.equal({ max: 3, count: 4 });
    expect((await flow.answer({ type: 'NUMBERS', numbers: [1, 3, 7] })).says).to.deep.equal(['vote.receipt']);
  });

  it('never shows picks where they are not named picks: they must not be kept in what was answered', async () => {
    const flow = voting({ cast: () => ({ refused: { reason: 'tooMany', max: 1, count: 2 } }) });
    const { settled } = await flow.start({ numbers: [2, 4] });
    expect(JSON.stringify({ says: settled.reply.says, asks: settled.reply.asks?.params?.example })).not.to.match(/\b[24]\b.*\b[24]\b/);
    expect(Object.keys(settled.reply.asks?.params ?? {})).to.deep.equal(['cycle', 'shown', 'closesAt']);
  });

  it('refuses wrong picks of a vote that is to be confirmed before it reads them back', async () => {
    const flow = voting({ opened: () => ({ ...open, refused: { reason: 'unknown', numbers: [99] } }) });
    const { says, asks } = await flow.start({ numbers: [99], unsure: true });
    expect([says, asks]).to.deep.equal([['vote.unknown'], 'vote.pickAgain']);
  });

  it('says when it is too early or over, and that nothing was recorded where something was sent', async () => {
    const notYet = { opensAt: OPENS, closesAt: CLOSES, stage: 'propose' as const };
    expect((await voting({ opened: () => ({ notYet }) }).start()).says).to.deep.equal(['vote.early']);
    const early = { refused: { reason: 'early' as const, opensAt: OPENS } };
    expect((await voting({ cast: () => early }).start({ numbers: [3] })).says).to.deep.equal(['vote.notRecorded', 'vote.earlyOpenEnd']);
    expect((await voting({ cast: () => ({ refused: { reason: 'late', closedAt: CLOSES } }) }).start({ numbers: [3] })).says).to.deep.equal([
      'vote.late',
    ]);
    expect((await voting({ opened: () => ({ over: { closedAt: CLOSES } }) }).start()).says).to.deep.equal(['vote.counting']);
    const won = await voting({ opened: () => ({ over: { closedAt: CLOSES, winners: ten.slice(0, 2) } }) }).start();
    expect([won.says, won.settled.isOver]).to.deep.equal([['vote.winners'], true]);
  });

  it('says how many it takes at least, where one is not enough', async () => {
    const flow = voting({ opened: () => ({ open: { ...open.open, min: 2 } }) });
    const { says, settled } = await flow.start();
    expect([says, settled.reply.asks?.key]).to.deep.equal([['vote.upTo', 'vote.atLeast'], 'vote.pick']);
    expect(settled.reply.says[1]?.params).to.deep.equal({ min: 2 });
  });

  it('turns the pages of a long ballot round and round, and understands every number on each', async () => {
    const projects = ballotOf(30, CHINESE);
    const flow = voting({ opened: () => ({ open: { ...open.open, projects } }) });
    const pages = [await flow.start(), await flow.answer({ type: 'MORE' }), await flow.answer({ type: 'MORE' }), await flow.answer({ type: 'MORE' })];
    const shown = pages.map(({ settled }) => settled.reply.asks?.params?.shown);
    expect(shown).to.deep.equal([projects.slice(0, 12), projects.slice(12, 24), projects.slice(24), projects.slice(0, 12)]);
    for (const { asks, settled } of pages) {
      expect(asks).to.equal('vote.pickMore');
      expect(settled.reply.asks).to.deep.include({ options: projects });
    }
  });

  describe('by taps', () => {
    const tapping = (over: Partial<typeof open.open> = {}, first: readonly number[] = []) => {
      let mine = first;
      const flow = play(vote, {
        openBallot: () => ({ open: { ...open.open, ...over } }),
        myPicks: () => ({ picks: mine }),
        castBallot: ({ picks }: { picks: readonly number[] }) => {
          mine = picks;
          return castOf(picks, true);
        },
      });
      return { flow, begin: (number: number) => flow.start({ command: 'vote', numbers: [number], tapped: 'project' }) };
    };
    const tap = (flow: ReturnType<typeof voting>, number: number) => flow.answer({ type: 'ADD', number });
    const told = ({ says, asks, settled }: Awaited<ReturnType<typeof tap>>) => [...says, asks, settled.reply.asks?.params?.left];

    it('adds each to what is cast, in whatever way, and casts at once', async () => {
      const { flow, begin } = tapping({}, [1]);
      expect(told(await begin(3))).to.deep.equal(['vote.tapped', 'vote.addMore', 1]);
      expect(told(await tap(flow, 7))).to.deep.equal(['vote.tapped', 'vote.whole', undefined]);
      expect(cast(flow)).to.deep.equal([{ picks: [1, 3] }, { picks: [1, 3, 7] }]);
    });

    it('says what is in already, and refuses one too many and one that is not on the ballot; nothing is cast', async () => {
      const { flow, begin } = tapping({}, [1, 3, 7]);
      expect(told(await begin(3))).to.deep.equal(['vote.alreadyIn', 'vote.whole', undefined]);
      expect(told(await tap(flow, 2))).to.deep.equal(['vote.full', 'vote.whole', undefined]);
      expect(told(await tap(flow, 99))).to.deep.equal(['vote.unknown', 'vote.pick', undefined]);
      expect(cast(flow)).to.deep.equal([]);
    });

    it('says how many are missing before the minimum, and casts all from there on', async () => {
      const { flow, begin } = tapping({ min: 2 });
      expect(told(await begin(3))).to.deep.equal(['vote.missing', 1]);
      expect(told(await tap(flow, 3))).to.deep.equal(['vote.alreadyIn', 'vote.missing', 1]);
      expect(cast(flow)).to.deep.equal([]);
      expect(told(await tap(flow, 7))).to.deep.equal(['vote.tapped', 'vote.addMore', 1]);
      expect(cast(flow)).to.deep.equal([{ picks: [3, 7] }]);
    });

    it('begins again with nothing picked; what is cast counts until the next tap', async () => {
      const { flow, begin } = tapping({}, [1]);
      await begin(3);
      expect((await flow.answer({ type: 'AFRESH' })).asks).to.equal('vote.pick');
      expect(told(await tap(flow, 7))).to.deep.equal(['vote.tapped', 'vote.addMore', 2]);
      expect(told(await tap(flow, 2))).to.deep.equal(['vote.tapped', 'vote.addMore', 1]);
      expect(cast(flow)).to.deep.equal([{ picks: [1, 3] }, { picks: [7] }, { picks: [7, 2] }]);
    });

    it('takes numbers in one message for the whole ballot, and reads names back', async () => {
      const { flow, begin } = tapping();
      await begin(3);
      expect((await flow.answer({ type: 'NAMED', numbers: [7] })).asks).to.equal('vote.confirm');
      await tap(flow, 2);
      expect((await flow.answer({ type: 'NUMBERS', numbers: [1, 7] })).says).to.deep.equal(['vote.changed']);
      expect(cast(flow)).to.deep.equal([{ picks: [3] }, { picks: [3, 2] }, { picks: [1, 7] }]);
    });

    it('gives the receipt again where this very turn cast it before a crash', async () => {
      const flow = play(vote, {
        openBallot: () => open,
        myPicks: () => ({ picks: [1, 3], isCast: true }),
        castBallot: ({ picks }: { picks: readonly number[] }) => castOf(picks),
      });
      expect((await flow.start({ command: 'vote', numbers: [3], tapped: 'project' })).says).to.deep.equal(['vote.tapped']);
      expect(cast(flow)).to.deep.equal([{ picks: [1, 3] }]);
    });
  });
});
