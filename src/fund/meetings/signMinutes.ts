import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { act, done, lines, refuse } from '../act/index.ts';
import { findCommunity } from '../communities/index.ts';
import { type Actor, DAILY_WORK } from '../people/index.ts';
import { decideProposals, examinedSince } from '../proposals/index.ts';
import { phonesOfPerson, staffRole } from '../staff/index.ts';
import { meeting, wasThere } from './holdMeeting.ts';
import {
  type Attendance,
  addendumText,
  attendanceOf,
  encryptedAddendum,
  LONGEST_ADDENDUM,
  Meeting,
  type MeetingRecord,
  problemOf,
  type Signature,
  signedHash,
} from './meeting.ts';

/**
 * Signs the minutes. With the second person's signature they are final: what was decided moves the proposals on, and each author of one that was
 * recommended or refused is notified. Not the operator: who signs is a person who signed in. `early`: it has not been held yet. `undecided`: there is a quorum,
 * and an item without a decision. `twice`: they have signed, in whatever role. `needsCouncil`: neither of both is of the council or a supervisor. `notThere`: a
 * member of the council who was not there. `changed`: somebody changed one of the proposals meanwhile. `rules`: by the community's quorum and majority of now
 * something could not be decided so. `examined`: the opinion on one that they decide on was given after the first signature, so that both would sign
 * something else: what is written is saved, and signed, anew.
 */
export const signMinutes = act({
  name: 'meeting.sign',
  may: ['staff cadre', 'staff council', 'staff supervisor'],
  on: meeting,
  input: z.strictObject({}),
  refusals: {
    ...{ final: null, early: null, twice: null, notThere: null, needsCouncil: null },
    ...{ rules: null, undecided: null, examined: null, changed: null },
  },
  async run({ world, notify, session, on, actor }) {
    const { _id, community } = on;
    const own = await staffRole(world, actor.id);
    if (!own) return refuse('notThere');
    const attendance = attendanceOf(on, (await findCommunity(community))?.council);
    const wrong = signProblem(world, on, actor, await phonesOfPerson(world, community, own.phone), attendance);
    if (wrong) return refuse(wrong);
    const signature: Signature = { phone: own.phone, name: actor.name, role: actor.role, at: world.now() };
    const signatures = [...on.signatures, signature];
    const isFinal = signatures.length === 2;
    const hash = signedHash(world.vault, on);
    const decided = on.items.flatMap(({ proposal, decision }) => (decision ? [proposal] : []));
    const [first] = on.signatures;
    const numbers = first ? await examinedSince({ cycle: _id.cycle, numbers: decided, since: first.at }, session) : [];
    if (numbers.length > 0) return refuse('examined', { numbers });
    const { quorum, majority } = attendance;
    const rules = isFinal && { quorum, majority };
    const set = { signatures, ...(isFinal && { final: { at: signature.at, hash, ...rules } }) };
    await collection(Meeting).updateOne({ _id }, { $set: set }, { session });
    const by = { cycle: _id.cycle, meeting: _id.number, by: actor.name, at: signature.at };
    if (isFinal && !(await decideProposals(world, notify, by, on.items, session))) return refuse('changed');
    return done({ signed: true, isFinal }, { after: { isFinal, hash, ...rules } });
  },
});

/** Why somebody cannot sign the minutes as they stand; undefined if they can. */
function signProblem(
  world: World,
  { signatures, final, items, at, roll }: MeetingRecord,
  actor: Actor,
  phones: readonly string[],
  attendance: Attendance,
) {
  if (final) return 'final';
  if (at > world.now()) return 'early';
  if (signatures.some((signature) => phones.includes(signature.phone))) return 'twice';
  if (actor.role === 'council' && !wasThere({ roll }, actor)) return 'notThere';
  if (signatures.length > 0 && [...signatures, actor].every(({ role }) => role === 'cadre')) return 'needsCouncil';
  if (items.some((item) => problemOf(item, attendance))) return 'rules';
  return attendance.isQuorate && items.some(({ decision }) => !decision) ? 'undecided' : undefined;
}

const MOST_ADDENDA = 20;

/** Adds to final minutes what has to be mended, once; what was signed stays as it is. */
export const addAddendum = act({
  name: 'meeting.addend',
  may: [...DAILY_WORK, 'staff council'],
  on: meeting,
  input: z.strictObject({ addendum: lines(LONGEST_ADDENDUM) }),
  refusals: { notThere: null, notFinal: null, tooMany: null },
  async run({ world, session, on, input: { addendum: text }, actor }) {
    if (actor.role === 'council' && !wasThere(on, actor)) return refuse('notThere');
    if (!on.final) return refuse('notFinal');
    const { _id, addenda } = on;
    const last = addenda.at(-1);
    if (last?.by === actor.name && addendumText(world.vault, _id, addenda.length - 1, last.text) === text) return done({});
    if (addenda.length >= MOST_ADDENDA) return refuse('tooMany');
    const addendum = { text: encryptedAddendum(world.vault, _id, addenda.length, text), by: actor.name, role: actor.role, at: world.now() };
    await collection(Meeting).updateOne({ _id }, { $push: { addenda: addendum } }, { session });
    return done({}, { after: { text } });
  },
});
