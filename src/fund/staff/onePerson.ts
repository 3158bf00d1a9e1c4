import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { lookOf } from '../../store/lookalike.ts';
import type { World } from '../../store/world.ts';
import { contactIdsOf, personOf, plainName, Resident } from '../people/index.ts';
import { type StaffGiven, staffOf, staffPhone } from './staff.ts';
import { StaffChat } from './staffChat.ts';

/*
 * Who of a community's staff is one person. A phone is one person's, in whatever roles; so are two phones whose roles bear the same name, or one that looks like it, or that have a
 * contact in common: a chat that both tied, or one that is linked to the resident who has the phone and the name on the roster, as is a phone from which
 * their card was shown. Two people of one name are told apart by writing their names apart. Who has another phone and another name, and never uses them
 * together, is not found out: that is what a supervisor is asked for when a role is given.
 */

type Member = Pick<StaffGiven, 'name' | 'phone'>;

/** The marks by which a person is known, as HMACs, and their phones (`staffPhone`). */
interface Person {
  readonly marks: Set<string>;
  readonly phones: string[];
}

/**
 * Everything by which a person of a community's staff is known now, under whatever phone: to be kept and compared with another's later
 * (`haveOneInCommon`), when what links two of their phones may be gone.
 */
export async function allMarksOf(world: Pick<World, 'vault'>, community: string, member: Member): Promise<string[]> {
  const people = await peopleIn(world, community, member);
  return [...(people.find(({ phones }) => phones.includes(staffPhone(world.vault, member.phone)))?.marks ?? [])];
}

/** Whether two lists of marks are one person's. */
export function haveOneInCommon(one: readonly string[], other: readonly string[]): boolean {
  return one.some((mark) => other.includes(mark));
}

/** Every phone of the person of a community's staff who has this one (`staffPhone` both), itself included. */
export async function phonesOfPerson(world: Pick<World, 'vault'>, community: string, phone: string): Promise<readonly string[]> {
  const people = await peopleIn(world, community);
  return people.find(({ phones }) => phones.includes(phone))?.phones ?? [phone];
}

/** The people behind the roles in a community, and behind `also`. */
async function peopleIn(world: Pick<World, 'vault'>, community: string, ...also: readonly Member[]): Promise<Person[]> {
  const members = [...(await staffOf(world, community)), ...also];
  const people: Person[] = [];
  for (const { marks, phones } of await knownOf(world, community, members)) {
    const same = people.filter((person) => [...marks].some((mark) => person.marks.has(mark)));
    for (const person of same) people.splice(people.indexOf(person), 1);
    const all = [{ marks, phones }, ...same];
    people.push({ marks: new Set(all.flatMap((each) => [...each.marks])), phones: [...new Set(all.flatMap((each) => each.phones))] });
  }
  return people;
}

/** What is known of each role alone. */
async function knownOf({ vault }: Pick<World, 'vault'>, community: string, members: readonly Member[]): Promise<Person[]> {
  const contactOf = ({ phone }: Member) => addressHmac(vault, { community, ...phoneContact(phone) });
  const phones = members.map(({ phone }) => staffPhone(vault, phone));
  const [residents, chats] = await Promise.all([
    collection(Resident)
      .find(
        { community, phoneId: { $in: members.map(contactOf) } },
        { projection: { person: 1, phoneId: 1, 'linkedContacts.id': 1 }, promoteBuffers: true },
      )
      .toArray(),
    collection(StaffChat)
      .find({ community, $or: [{ phone: { $in: phones } }, { before: { $in: phones } }] }, { projection: { phone: 1, before: 1 } })
      .toArray(),
  ]);
  return members.map((member) => {
    const [phone, phoneId, called] = [staffPhone(vault, member.phone), contactOf(member), nameSeen(member.name)];
    const own = residents.filter((each) => each.phoneId === phoneId && nameSeen(personOf(vault, each).name ?? member.name) === called);
    const tied = chats.filter((chat) => chat.phone === phone || chat.before?.includes(phone));
    const marks = [`name|${called}`, phoneId, ...tied.map(({ _id }) => _id), ...own.flatMap(contactIdsOf)];
    return { marks: new Set(marks.map((mark) => vault.hmac('staff', 'mark', community, mark))), phones: [phone] };
  });
}

function nameSeen(name: string): string {
  return lookOf(plainName(name));
}
