import { Address } from '../../src/contacts/addressBook.ts';
import { Entry, openSecret } from '../../src/fund/ballots/ledger/entry.ts';
import { Letter, letterText } from '../../src/fund/inquiries/letter.ts';
import { WrongCards } from '../../src/fund/people/cardLocks.ts';
import { askerOf, JoinRequest } from '../../src/fund/people/requestToJoin.ts';
import { personOf, Resident } from '../../src/fund/people/resident.ts';
import { Proposal, proposalText } from '../../src/fund/proposals/proposal.ts';
import { native } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { tiesOf } from '../support/onRoster.ts';
import { openidOf } from './openidOf.ts';

/** What a conversation left behind, without what differs from one channel and one run to the next. */
export async function records(world: World) {
  const [entries, proposals, letters, requests, residents, addresses, wrongCards] = await Promise.all([
    ledger(world),
    native(Proposal)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray(),
    native(Letter)
      .find({}, { sort: { '_id.number': 1 } })
      .toArray(),
    native(JoinRequest)
      .find({}, { sort: { '_id.request': 1 } })
      .toArray(),
    native(Resident)
      .find({}, { sort: { _id: 1 } })
      .toArray(),
    native(Address).find({}).toArray(),
    native(WrongCards).find({}).toArray(),
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
    letters: letters.map(({ _id, kind, text, resident }) => ({ number: _id.number, kind, text: letterText(world.vault, { _id, text }), resident })),
    requests: requests.map((asked) => {
      const { name, building } = askerOf(world.vault, asked) ?? {};
      return { request: asked._id.request, name, building, state: asked.state };
    }),
    residents: residents.map((resident) => {
      const { name, phone } = personOf(world.vault, resident);
      return {
        _id: resident._id,
        name,
        ties: tiesOf(world, resident).filter((tie) => tie !== `wechat|${openidOf(phone ?? '')}`).length,
        hasLeft: resident.leftAt !== undefined,
        isLeaving: resident.leaving !== undefined,
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
  const entries = await native(Entry)
    .find({ secret: { $exists: true } }, { sort: { '_id.seq': 1 }, promoteBuffers: true })
    .toArray();
  return entries.map((entry) => openSecret(vault, entry));
}
