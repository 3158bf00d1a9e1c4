import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type EndDeps, type EndOfCall, endOfCall } from '../../src/carriers/callStep.ts';
import type { Said } from '../../src/dialog/dialog.ts';
import { until } from '../support/until.ts';

const FORM = { CallSid: 'CA1', CallStatus: 'completed' };
interface Ended {
  readonly form: typeof FORM;
  readonly turn: number;
}
const said = (outcome: Said['outcome']): Said => ({ language: 'zh-CN', outcome });

describe('endOfCall', () => {
  let ending: EndOfCall<Ended>;
  /** The acts in their order: a step by its turn, or the question by SMS. */
  let done: (number | 'sms')[];
  let logged: string[];

  beforeEach(() => {
    done = [];
    logged = [];
  });
  afterEach(() => ending.stop());

  /** The end of a call. Its steps have these results, one after the other; the last result comes again and again. `asked`: whether each question by SMS could be recorded. */
  function end(outcomes: readonly Said['outcome'][], asked: readonly (boolean | Error)[] = [true], waitsMs = [1, 1, 1, 1]): EndOfCall<Ended> {
    const deps: EndDeps<Ended> = {
      take: async ({ form, turn }) => {
        expect(form).to.equal(FORM);
        const steps = done.filter((each) => each !== 'sms').length;
        done.push(turn);
        return said(outcomes[steps] ?? outcomes.at(-1) ?? 'answered');
      },
      askBySms: async ({ form }) => {
        expect(form).to.equal(FORM);
        const questions = done.filter((each) => each === 'sms').length;
        done.push('sms');
        const outcome = asked[questions] ?? asked.at(-1) ?? true;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      log: { error: ({ code, error }) => void logged.push(`${code} ${error instanceof Error && 'code' in error ? error.code : error}`) },
      waitsMs,
    };
    ending = endOfCall(deps);
    return ending;
  }
  /** Waits until so many acts and errors came, and a moment for what should not come. */
  const came = async (acts: number, errors = 0) => {
    await until(`${acts} acts, ${errors} errors`, () => done.length >= acts && logged.length >= errors);
    await sleep(50);
  };

  it('takes the step once, asks by SMS once, and gives what the step said', async () => {
    expect(await end(['answered']).take({ form: FORM, turn: 4 })).to.deep.equal(said('answered'));
    await came(2);
    expect(done).to.deep.equal([4, 'sms']);
    expect(logged).to.deep.equal([]);
  });

  it('takes the same step again until it is recorded, and asks by SMS only then', async () => {
    expect(await end(['nothingRecorded', 'notKnown', 'answered']).take({ form: FORM, turn: 4 }), 'the carrier is answered at once').to.deep.equal(
      said('nothingRecorded'),
    );
    await came(4);
    expect(done).to.deep.equal([4, 4, 4, 'sms']);
    expect(logged).to.deep.equal([]);
  });

  it('goes on as well if only the question by SMS could not be recorded', async () => {
    await end(['answered', 'repeated'], [false, new Error('the database is away'), true]).take({ form: FORM, turn: 4 });
    await came(6, 1);
    expect(done).to.deep.equal([4, 'sms', 4, 'sms', 4, 'sms']);
    expect(logged).to.have.length(1);
  });

  it('gives up after four more tries, and says that it is lost', async () => {
    await end(['nothingRecorded']).take({ form: FORM, turn: 0 });
    await came(5, 1);
    expect(done).to.deep.equal([0, 0, 0, 0, 0]);
    expect(logged).to.deep.equal(['end-not-recorded end-not-recorded']);
  });

  it('tries no more once it is stopped, and calls nothing lost', async () => {
    await end(['nothingRecorded'], [true], [20]).take({ form: FORM, turn: 0 });
    ending.stop();
    await sleep(60);
    expect(done).to.deep.equal([0]);
    expect(logged).to.deep.equal([]);
  });
});
