import { z } from 'zod';
import { needNoCard } from '../../contacts/addressBook.ts';
import { addressHmac, contactText, parseContact, phoneContact } from '../../contacts/contact.ts';
import { phone } from '../../contacts/phone.ts';
import { act, done, line, refuse, subject } from '../act/index.ts';
import { type CommunityRecord, findCommunity } from '../communities/index.ts';
import { isVoting } from '../cycles/index.ts';
import { DAILY_WORK, endCardLock } from '../people/index.ts';

/** Locked phones and chats stand with each other on a page; which one it is, the form says. */
const lock = subject({
  path: '/people/locks/:lock',
  find: (_, community, __, session) => findCommunity(community, session),
  name: (_: CommunityRecord) => 'address',
  isOneOfMany: true,
});

/**
 * Ends both locks of a phone or chat (`contact`: a number as people write it, or a `contactText`): the lock of card entry, and the rule that every ballot from it
 * needs the card. While voting is open it takes two persons.
 */
export const unlockAddress = act({
  name: 'address.unlock',
  may: DAILY_WORK,
  approval: { by: 'supervisor', when: ({ world, on }) => isVoting(on._id, world.now()) },
  on: lock,
  input: z.strictObject({ contact: line(200), reason: line(300).optional() }),
  refusals: { phoneWrong: 'contact', noReason: 'reason', notLocked: null },
  async run({ world, session, on, input: { contact, reason }, actor }) {
    const community = on._id;
    const number = phone(contact, on.phone);
    const point = parseContact(contact) ?? (number === undefined ? undefined : phoneContact(number));
    if (!point) return refuse('phoneWrong');
    if (reason === undefined && actor.kind === 'staff') return refuse('noReason');
    const from = { community, ...point };
    const at = world.now();
    const _id = addressHmac(world.vault, from);
    const wrongCards = await endCardLock(world, from, at, session);
    const needsCard = await needNoCard(world.vault, { _id, community, at, by: actor.name, isNoted: wrongCards }, session);
    if (!wrongCards && !needsCard) return refuse('notLocked');
    return done(
      {},
      { about: _id, before: { address: contactText(from), wrongCards, needsCard }, ...(reason !== undefined && { reason }), names: [_id] },
    );
  },
});
