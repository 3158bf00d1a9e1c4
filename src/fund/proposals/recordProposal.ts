import type { Act } from '../../contacts/act.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import { dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { communityBySlug } from '../communities/index.ts';
import { currentCycle, type Stage, stageAt } from '../cycles/index.ts';
import { awaitRecording, refuseRecording } from '../inquiries/index.ts';
import { holdersOf } from '../people/index.ts';
import { encryptedProposal, encryptedProposalAddress, LONGEST_PROPOSAL, lastNumber, Proposal, type ProposalRecord } from './proposal.ts';

export type Proposed =
  /** `public`: whether it is on the public list at once. */
  | { readonly number: number; readonly public: boolean; readonly stage?: Stage }
  | {
      readonly refused:
        | { readonly reason: 'tooLong'; readonly max: number }
        /** `max` 3: this person has made enough; 50: people who are not on the roster have made enough. */
        | { readonly reason: 'enoughToday'; readonly max: number }
        | { readonly reason: 'empty' | 'none' | 'over' };
    };

const A_PERSON = 3;
const STRANGERS = 50;
/** Once so many of the strangers' places are taken, each address gets one: so a few forged senders do not use up the day. */
const BEFORE_SLOWER = 25;

/**
 * Records what a person asks for in the current cycle, at any stage before `closed` (docs/contract.md: Messages): 1 to 300 characters, three in a
 * calendar day for each person, whatever number they write from. If the person is not on the roster, the proposal is not public yet, and a community
 * takes at most 50 of these in a day. `recording`: the proposal was spoken, and this is the carrier's id of the recording; there is no text until
 * somebody has written it down. If the proposal is refused, its recording is deleted at the carrier.
 */
export function recordProposal(world: World): (input: { text: string; recording?: string }, act: Act) => Promise<Proposed> {
  const holders = holdersOf(world);
  const current = currentCycle(world);
  const communityOf = communityBySlug(world);
  return async (input, act) => {
    const proposed = await propose(input, act);
    if ('refused' in proposed && input.recording !== undefined) {
      act.beginWrite();
      await refuseRecording(world, input.recording, act);
    }
    return proposed;
  };

  async function propose(input: { text: string; recording?: string }, act: Act): Promise<Proposed> {
    const key = world.vault.hmac('act', act.key, 'recordProposal');
    const before = await collection(Proposal).findOne({ key });
    const [cycle, community] = await Promise.all([current(act.community, act.at), communityOf(act.community)]);
    const stage = cycle ? stageAt(cycle, act.at) : undefined;
    if (before) return recorded(before, stage);
    if (!cycle || !community) return { refused: { reason: 'none' } };
    if (stage === 'closed') return { refused: { reason: 'over' } };
    const text = cleanText(input.text);
    const { recording } = input;
    if (text === '' && recording === undefined) return { refused: { reason: 'empty' } };
    if ([...text].length > LONGEST_PROPOSAL) return { refused: { reason: 'tooLong', max: LONGEST_PROPOSAL } };

    const { holders: here } = await holders(act);
    const isKnown = act.resident !== undefined || here.length > 0;
    const by = act.resident ?? (here.length === 1 && here[0] ? here[0].resident : addressHmac(world.vault, act));
    const day = dayOf(act.at, community.timezone);
    act.beginWrite();
    const proposal = {
      community: act.community,
      at: act.at,
      origin: act.channel,
      channel: act.channel,
      state: 'received' as const,
      public: isKnown,
      by,
      key,
      history: [],
    };
    return numbered(
      () => lastNumber(cycle._id),
      async (number) => {
        const strangers = isKnown ? undefined : await freeSlot('strangerSlot', `${act.community}|${day}`, STRANGERS, {});
        const most = strangers && strangers.place > BEFORE_SLOWER ? 1 : A_PERSON;
        const own = await freeSlot('slot', `${by}|${day}`, most, { '_id.cycle': cycle._id });
        if (!own) return { refused: { reason: 'enoughToday', max: most } };
        if (!isKnown && !strangers) return { refused: { reason: 'enoughToday', max: STRANGERS } };
        const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' as const };
        const _id = { cycle: cycle._id, number };
        const made: ProposalRecord = {
          _id,
          ...proposal,
          address: encryptedProposalAddress(world.vault, _id, act.address),
          ...(text !== '' && { text: encryptedProposal(world.vault, _id, text) }),
          ...(spoken && { spoken }),
          slot: own.slot,
          ...(strangers && { strangerSlot: strangers.slot }),
        };
        return recorded(await inserted(made), stage);
      },
    );
  }
}

function recorded({ _id, public: isPublic }: ProposalRecord, stage: Stage | undefined): Proposed {
  return { number: _id.number, public: isPublic, ...(stage && { stage }) };
}

/** The first of `name|1` … `name|most` that no proposal has; undefined if all are taken. A unique index keeps two proposals from taking the same. */
async function freeSlot(
  field: 'slot' | 'strangerSlot',
  name: string,
  most: number,
  within: { '_id.cycle'?: string },
): Promise<{ readonly slot: string; readonly place: number } | undefined> {
  const slots = Array.from({ length: most }, (_, index) => ({ slot: `${name}|${index + 1}`, place: index + 1 }));
  const found = await collection(Proposal)
    .find({ ...within, [field]: { $in: slots.map(({ slot }) => slot) } }, { projection: { [field]: 1 } })
    .toArray();
  const taken = new Set(found.map((proposal) => proposal[field]));
  return slots.find(({ slot }) => !taken.has(slot));
}

/** The proposal once it is written; if it was written before under its key, that one. */
async function inserted(proposal: ProposalRecord): Promise<ProposalRecord> {
  try {
    await collection(Proposal).insertOne(proposal);
    return proposal;
  } catch (error) {
    const same = isDuplicate(error) && (await collection(Proposal).findOne({ key: proposal.key }));
    if (same) return same;
    throw error;
  }
}
