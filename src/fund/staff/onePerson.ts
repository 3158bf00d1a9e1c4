import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { contactIdsOf, personOf, plainName, Resident } from '../people/index.ts';
import { type StaffGiven, staffOf, staffPhone } from './staff.ts';
import { StaffChat } from './staffChat.ts';

type Member = Pick<StaffGiven, 'name' | 'phone'>;

/**
 * What a community knows of the person behind a role, as HMACs: their name, their phone, the chat that it tied, and the phones and chats of the resident who
 * has this phone and this name on the roster. Who has one of these in common with somebody is taken for the same person (`haveOneInCommon`): a second role,
 * a second phone under the same name, a chat that belongs to both, a card that was shown from the other phone. Two people of one name are told apart by
 * writing their names apart. Who has another phone, and another name, and never uses them together, is not found out: that is what a supervisor is asked for
 * when the role is given.
 */
export async function marksOf({ vault }: Pick<World, 'vault'>, community: string, { name, phone }: Member): Promise<string[]> {
  const phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
  const staff = staffPhone(vault, phone);
  const [found, chats] = await Promise.all([
    collection(Resident)
      .find({ community, phoneId }, { projection: { person: 1, phoneId: 1, 'linkedContacts.id': 1 }, promoteBuffers: true })
      .toArray(),
    collection(StaffChat)
      .find({ community, $or: [{ phone: staff }, { before: staff }] }, { projection: { _id: 1 } })
      .toArray(),
  ]);
  const own = found.filter((resident) => plainName(personOf(vault, resident).name ?? name) === plainName(name));
  const marks = [`name|${plainName(name)}`, phoneId, ...chats.map(({ _id }) => _id), ...own.flatMap(contactIdsOf)];
  return [...new Set(marks.map((mark) => vault.hmac('staff', 'mark', community, mark)))];
}

/**
 * The same, with the marks of every role in the community that is the same person's by them: what links two of them may be gone when somebody looks again.
 */
export async function allMarksOf(world: Pick<World, 'vault'>, community: string, member: Member): Promise<string[]> {
  const staff = await staffOf(world, community);
  const known = new Set(await marksOf(world, community, member));
  let others = await Promise.all(staff.map((each) => marksOf(world, community, each)));
  for (;;) {
    const theirs = others.filter((marks) => marks.some((mark) => known.has(mark)));
    if (theirs.length === 0) return [...known];
    for (const mark of theirs.flat()) known.add(mark);
    others = others.filter((marks) => !theirs.includes(marks));
  }
}

/** Whether two lists of marks are one person's. */
export function haveOneInCommon(one: readonly string[], other: readonly string[]): boolean {
  return one.some((mark) => other.includes(mark));
}
