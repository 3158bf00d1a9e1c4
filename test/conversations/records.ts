import { Address } from '../../src/contacts/addressBook.ts';
import { decryptSecret, Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { Inquiry, inquiryText } from '../../src/fund/inquiries/index.ts';
import { Objection, objectionText } from '../../src/fund/meetings/objection.ts';
import { WrongCards } from '../../src/fund/people/cardLocks.ts';
import { askerOf, MembershipRequest, personOf, Resident } from '../../src/fund/people/index.ts';
import { Proposal, proposalText } from '../../src/fund/proposals/index.ts';
import { Support } from '../../src/fund/proposals/support.ts';
import { Rating } from '../../src/fund/works/ratings.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { linkedContactsOf } from '../support/onRoster.ts';
import { openidOf } from './openidOf.ts';

export type Records = Awaited<ReturnType<typeof records>>;

/** The records that a conversation left, without the parts that differ between channels or between runs. */
export async function records(world: World) {
  const [entries, proposals, inquiries, requests, residents, addresses, wrongCards, supports, objections, ratings] = await Promise.all([
    ledger(world),
    collection(Proposal)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray(),
    collection(Inquiry)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray(),
    collection(MembershipRequest)
      .find({}, { sort: { '_id.request': 1 } })
      .toArray(),
    collection(Resident)
      .find({}, { sort: { _id: 1 } })
      .toArray(),
    collection(Address).find({}).toArray(),
    collection(WrongCards).find({}).toArray(),
    collection(Support)
      .find({}, { sort: { '_id.number': 1, given: 1, counts: 1 } })
      .toArray(),
    collection(Objection)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray(),
    collection(Rating)
      .find({}, { sort: { '_id.number': 1, stars: 1 } })
      .toArray(),
  ]);
  const voters = [...new Set(entries.map(({ voter }) => voter))];
  return {
    ballots: entries.map(({ voter, picks }) => ({ voter: voters.indexOf(voter), picks })),
    proposals: proposals.map(({ _id, text, public: isPublic, by }) => ({
      number: _id.number,
      text: proposalText(world.vault, { _id, text }),
      isPublic,
      isResidents: residents.some((one) => one._id === by),
    })),
    supports: supports.map(({ _id, given, counts }) => ({ number: _id.number, given, counts })),
    ratings: ratings.map(({ _id, stars }) => ({ ..._id, stars })),
    objections: objections.map((objection) => ({
      number: objection._id.number,
      about: objection.about,
      text: objectionText(world.vault, objection),
    })),
    inquiries: inquiries.map(({ _id, kind, text, resident }) => ({
      number: _id.number,
      kind,
      text: inquiryText(world.vault, { _id, text }),
      resident,
    })),
    requests: requests.map((asked) => {
      const { name, building } = askerOf(world.vault, asked) ?? {};
      return { request: asked._id.request, name, building, state: asked.state };
    }),
    residents: residents.map((resident) => {
      const { name, phone } = personOf(world.vault, resident);
      return {
        _id: resident._id,
        name,
        linkedContacts: linkedContactsOf(world, resident).filter((contact) => contact !== `wechat|${openidOf(phone ?? '')}`).length,
        hasLeft: resident.erasedAt !== undefined,
        isLeaving: resident.erasureRequest !== undefined,
      };
    }),
    wrongCards: wrongCards.map(({ count }) => count).sort(),
    addresses: addresses
      .map(({ stoppedAt, needsCard }) => ({
        hasStopped: stoppedAt !== undefined,
        needsCard: needsCard !== undefined,
      }))
      .filter((address) => Object.values(address).some(Boolean))
      .toSorted((one, other) => Number(one.hasStopped) - Number(other.hasStopped) || Number(one.needsCard) - Number(other.needsCard)),
  };
}

/** The picks of every entry, in order, and whose they are. */
export async function ledger({ vault }: World): Promise<{ voter: string; picks: number[] }[]> {
  const entries = await collection(Entry)
    .find({ secret: { $exists: true } }, { sort: { '_id.seq': 1 }, promoteBuffers: true })
    .toArray();
  return entries.map((entry) => decryptSecret(vault, entry));
}
