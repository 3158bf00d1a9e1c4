import { z } from 'zod';
import { addEntry, detailOf, ENTRY_REFUSALS, entryOf, LONGEST_PAPER } from '../accounts/index.ts';
import { act, amount, day, done, line, refuse } from '../act/index.ts';
import { todayIn } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { hasDocument } from './documents.ts';
import { isDueDay, isStepDay, stepDetail, takeStep } from './takeStep.ts';
import { onWork, type WorkStep } from './work.ts';

/**
 * Records the contract (`paper`: its number) with who was chosen, in whole units of the cycle's currency; the work is to be finished `until` a day. Its sum
 * becomes an entry of the account. It may not be more than the chosen offer, nor more than what was granted and brought.
 */
export const signContract = act({
  name: 'work.sign',
  may: DAILY_WORK,
  on: onWork,
  input: z.strictObject({
    ...{ paper: line(LONGEST_PAPER), amount: amount(), day: day() },
    ...{ until: day().optional(), document: line(24).optional() },
  }),
  refusals: { ...ENTRY_REFUSALS, notChosen: null, beyondOffer: 'amount', until: 'until', noDocument: 'document' },
  async run({ world, session, on, input: { paper, amount, day, until, document }, actor, acting }) {
    const { _id, community, state, chosen } = on;
    const { cycle, number } = _id;
    if (state !== 'chosen') return refuse('notChosen');
    if (amount <= 0) return refuse('amount');
    if (chosen && amount > chosen.amount) return refuse('beyondOffer');
    const today = await todayIn(world, community);
    if (!isStepDay(on, day, today)) return refuse('day');
    if (until !== undefined && !isDueDay(until, day)) return refuse('until');
    if (document !== undefined && !(await hasDocument(on, document))) return refuse('noDocument');
    const shown = document === undefined ? {} : { document };
    const key = `${number}/${on.revision}`;
    const given = entryOf(world, acting, cycle, { work: number, kind: 'contracted', amount, day, paper, ...shown, key });
    const entry = await addEntry(world.vault, cycle, given, today, session);
    if ('refused' in entry) return entry;
    const step: WorkStep = { state: 'signed', day, by: actor.name, at: world.now() };
    const finish = until === undefined ? {} : { until };
    await takeStep(world, on, step, session, undefined, { contract: { number: paper, amount, day, ...finish, ...shown } });
    const { before, after } = stepDetail(on, step);
    return done({ signed: true }, { before, after: { ...after, ...detailOf(entry.entry, given).after, ...finish } });
  },
});
