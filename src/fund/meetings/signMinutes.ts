import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { decideProposals, examinedSince, unlessChanged } from '../proposals/index.ts';
import { phonesOfPerson, staffRole } from '../staff/index.ts';
import { wasThere } from './holdMeeting.ts';
import {
  type Attendance,
  addendumText,
  attendanceOf,
  encryptedAddendum,
  LONGEST_ADDENDUM,
  Meeting,
  type MeetingRecord,
  meetingSubject,
  problemOf,
  type Signature,
  signedHash,
} from './meeting.ts';

export type Signed =
  | { readonly signed: true; readonly isFinal: boolean }
  /**
   * `early`: it has not been held yet. `undecided`: there is a quorum, and an item without a decision. `twice`: they have signed, in whatever role.
   * `needsCouncil`: neither of both is of the council or a supervisor. `notThere`: a member of the council who was not there. `changed`: somebody
   * changed the minutes, or one of the proposals, meanwhile. `rules`: by the community's quorum and majority of now something could not be decided so.
   * `examined`: the opinion on one that they decide on was given after the first signature, so that
   * both would sign something else: what is written is saved, and signed, anew.
   */
  | { readonly refused: 'examined'; readonly numbers: readonly number[] }
  | { readonly refused: 'noMeeting' | 'early' | 'undecided' | 'twice' | 'needsCouncil' | 'notThere' | 'rules' | 'changed' | 'final' };

/**
 * Signs the minutes. With the second person's signature they are final: what was decided moves the proposals on, and each author of one that was
 * recommended or refused is notified. `seen`: the revision that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function signMinutes(world: World, notify: Notify): (sign: { cycle: string; number: number; seen: number; actor: Actor }) => Promise<Signed> {
  return async ({ cycle, number, seen, actor }) => {
    const _id = { cycle, number };
    const meeting = await collection(Meeting).findOne({ _id }, { promoteBuffers: true });
    if (!meeting) return { refused: 'noMeeting' };
    const { community } = meeting;
    const acting = checkRight(actor, 'signMinutes', community);
    const own = await staffRole(world, actor.id);
    const attendance = attendanceOf(meeting, (await findCommunity(community))?.council);
    const refused = own ? signProblem(world, meeting, actor, await phonesOfPerson(world, community, own.phone), attendance) : 'notThere';
    if (refused || !own) return { refused: refused ?? 'notThere' };
    if (meeting.revision !== seen) return { refused: 'changed' };
    const signature: Signature = { phone: own.phone, name: actor.name, role: actor.role, at: world.now() };
    const signatures = [...meeting.signatures, signature];
    const isFinal = signatures.length === 2;
    const hash = signedHash(world.vault, meeting);
    return unlessChanged(
      withLog(world)(community, async (session, write): Promise<Signed> => {
        const decided = meeting.items.flatMap(({ proposal, decision }) => (decision ? [proposal] : []));
        const [first] = meeting.signatures;
        const numbers = first ? await examinedSince({ cycle, numbers: decided, since: first.at }, session) : [];
        if (numbers.length > 0) return { refused: 'examined', numbers };
        const which = { _id, revision: seen, final: { $exists: false }, signatures: { $size: meeting.signatures.length } };
        const { quorum, majority } = attendance;
        const rules = isFinal && { quorum, majority };
        const set = { signatures, ...(isFinal && { final: { at: signature.at, hash, ...rules } }) };
        const { matchedCount } = await collection(Meeting).updateOne(which, { $set: set }, { session });
        if (matchedCount === 0) return { refused: 'changed' };
        await write({ ...acting, subject: meetingSubject(_id), detail: { after: { isFinal, hash, ...rules } } });
        if (isFinal) await decideProposals(world, notify, { cycle, meeting: number, by: actor.name, at: signature.at }, meeting.items, session);
        return { signed: true, isFinal };
      }),
    );
  };
}

/** Why somebody cannot sign the minutes as they stand; undefined if they can. */
function signProblem(
  world: World,
  meeting: MeetingRecord,
  actor: Actor,
  phones: readonly string[],
  attendance: Attendance,
): Exclude<Signed, { signed: true } | { refused: 'examined' }>['refused'] | undefined {
  const { signatures, final, items, at } = meeting;
  if (final) return 'final';
  if (at > world.now()) return 'early';
  if (signatures.some((signature) => phones.includes(signature.phone))) return 'twice';
  if (actor.role === 'council' && !wasThere(meeting, actor)) return 'notThere';
  if (signatures.length > 0 && [...signatures, actor].every(({ role }) => role === 'cadre')) return 'needsCouncil';
  if (items.some((item) => problemOf(item, attendance))) return 'rules';
  return attendance.isQuorate && items.some(({ decision }) => !decision) ? 'undecided' : undefined;
}

export type Added = { readonly added: true } | { readonly refused: 'noMeeting' | 'notFinal' | 'text' | 'notThere' | 'tooMany' };

const MOST_ADDENDA = 20;

/** Adds to final minutes what has to be mended, once; what was signed stays as it is. Rejects with `not-allowed` (`checkRight`). */
export function addAddendum(world: World): (addendum: { cycle: string; number: number; text: string; actor: Actor }) => Promise<Added> {
  return async ({ cycle, number, text: written, actor }) => {
    const _id = { cycle, number };
    const meeting = await collection(Meeting).findOne({ _id });
    if (!meeting) return { refused: 'noMeeting' };
    const acting = checkRight(actor, 'addAddendum', meeting.community);
    if (actor.role === 'council' && !wasThere(meeting, actor)) return { refused: 'notThere' };
    if (!meeting.final) return { refused: 'notFinal' };
    const text = cleanText(written);
    if (text === '' || [...text].length > LONGEST_ADDENDUM) return { refused: 'text' };
    return withLog(world)(meeting.community, async (session, write): Promise<Added> => {
      const now = await collection(Meeting).findOne({ _id }, { session, projection: { addenda: 1 }, promoteBuffers: true });
      const index = now?.addenda.length ?? 0;
      const last = now?.addenda.at(-1);
      if (last?.by === actor.name && addendumText(world.vault, _id, index - 1, last.text) === text) return { added: true };
      if (index >= MOST_ADDENDA) return { refused: 'tooMany' };
      const addendum = { text: encryptedAddendum(world.vault, _id, index, text), by: actor.name, role: actor.role, at: world.now() };
      await collection(Meeting).updateOne({ _id, addenda: { $size: index } }, { $push: { addenda: addendum } }, { session });
      await write({ ...acting, subject: meetingSubject(_id), detail: { after: { text } } });
      return { added: true };
    });
  };
}
