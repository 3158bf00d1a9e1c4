import { z } from 'zod';
import { wholeDay } from '../../contacts/addressBook.ts';
import { act, done, line, refuse, tick } from '../act/index.ts';
import { voteUnderWay } from '../cycles/index.ts';
import { contactIdsOf, DAILY_WORK, noteLeaving } from '../people/index.ts';
import { resident } from './residentInput.ts';

/**
 * Removes a resident as `删除` does, by somebody's hand: they are noted as leaving, and `eraseNoted` deletes them; if the process ends in between, `eraseDue`
 * does. The log's entry says that somebody was removed and why, not who; the reason stays and names nobody.
 */
export const removeResident = act({
  name: 'resident.remove',
  may: DAILY_WORK,
  on: resident,
  input: z.strictObject({ reason: line(300), sure: tick() }),
  /** `voting`: until the ledger is sealed nobody is taken off the roster. `office`: who signed in has the office taken first, by two (`changeResident`). */
  refusals: { voting: 'reason', office: 'reason' },
  async run({ world, session, on: { record }, input: { reason }, actor }) {
    const at = world.now();
    if (await voteUnderWay(record.community, at)) return refuse('voting');
    if (record.role !== 'resident' && actor.kind === 'staff') return refuse('office');
    if (record.erasureRequest) return done({}); // somebody does it just now
    const key = world.vault.hmac('act', world.randomBytes(16).toString('hex'), 'removeResident');
    const erasureRequest = { at: wholeDay(at), key, from: contactIdsOf(record)[0] ?? key };
    await noteLeaving(record, erasureRequest, session);
    return done({}, { reason });
  },
});
