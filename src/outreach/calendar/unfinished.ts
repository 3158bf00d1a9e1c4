import { CHANNELS, type Channel } from '../../contacts/channel.ts';
import { Conversation, type ConversationPlace, type ConversationRecord } from '../../dialog/conversation.ts';
import type { FlowRole } from '../../dialog/flow.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import { communityByNumber } from '../../fund/communities/index.ts';
import { currentCycle, stageAt } from '../../fund/cycles/index.ts';
import { holdersOf } from '../../fund/people/index.ts';
import { collection } from '../../store/collection.ts';
import { forEachSettled } from '../../store/inTime.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { AnnouncementProgress } from './nudge.ts';
import { remindable } from './remindable.ts';

const SAID: Partial<Record<FlowRole, string>> = {
  vote: 'notice.unfinishedVote',
  propose: 'notice.unfinishedPropose',
  ask: 'notice.unfinishedAsk',
};

/** A resident who has not gone on for so long is reminded … */
const AFTER_MS = 3 * HOUR_MS;
/** … but not after so long: by then nothing of what was said is kept either. */
const WITHIN_MS = 24 * HOUR_MS;
const AT_ONCE = 500;
/** How far the conversations have been looked through. */
const CURSOR = 'unfinished';
/** Sorts after every `_id`. */
const LAST_ID = '~';

/**
 * Reminds residents on the roster who left a vote, a proposal or a question unfinished three hours ago (to the hour), once. Each conversation's last
 * turn is looked at once, in the order of time. If a look is cut off in the middle, the next one goes on there.
 */
export function unfinished(world: World, channels: readonly Channel[]): () => Promise<void> {
  const holders = holdersOf(world);
  const bySlug = communityByNumber(world);
  const current = currentCycle(world);
  const mayBeReminded = remindable(world);
  const notify = enqueue(world);
  return async () => {
    const now = world.now().getTime();
    const to = new Date(now - AFTER_MS);
    const kept = await collection(AnnouncementProgress).findOne({ _id: CURSOR });
    const [hour, after = LAST_ID] = kept?.cursor?.split('|') ?? [];
    const from = new Date(Math.min(Math.max(Number(hour ?? 0), now - WITHIN_MS), to.getTime()));
    const left = await collection(Conversation)
      .find(
        { $or: [{ at: { $gt: from, $lte: to } }, { at: from, _id: { $gt: after } }], recent: { $exists: true } },
        { projection: { at: 1, place: 1, open: 1, language: 1 }, sort: { at: 1, _id: 1 }, limit: AT_ONCE, promoteBuffers: true },
      )
      .toArray();
    const last = left.length === AT_ONCE ? left.at(-1) : undefined;
    const cursor = last?.at ? `${last.at.getTime()}|${last._id}` : String(to.getTime());
    try {
      await forEachSettled(left, 'reminders', remind);
    } finally {
      await collection(AnnouncementProgress).updateOne({ _id: CURSOR }, { $set: { cursor }, $setOnInsert: { at: world.now() } }, { upsert: true });
    }
  };

  async function remind({ _id, at, place: kept, open, language }: ConversationRecord): Promise<void> {
    if (!at || !kept || !open) return;
    const { role } = openIn(_id, open);
    const key = role && SAID[role];
    const { channel, address, to } = placeIn(_id, kept);
    const contact = { channel, address };
    if (!key || CHANNELS[channel].isSpoken || !channels.includes(channel)) return;
    const community = await bySlug(to);
    const cycle = community && (await current(community._id, world.now()));
    if (!cycle || (role === 'vote' && stageAt(cycle, world.now()) !== 'vote')) return;
    const { holders: found } = await holders({ community: community._id, ...contact });
    const [holder, another] = found;
    const occasion = `unfinished|${cycle._id}|${at.toISOString()}`;
    if (!holder || another) return;
    const may = await mayBeReminded([{ resident: holder.resident, at: contact }], {
      community: community._id,
      cycle: cycle._id,
      timezone: community.timezone,
      occasion,
    });
    if (!may.has(holder.resident)) return;
    await notify({
      occasion,
      community: community._id,
      ...contact,
      resident: holder.resident,
      language: language ?? holder.language ?? community.language,
      kind: 'notice',
      said: { key },
      until: new Date(at.getTime() + WITHIN_MS),
      reminds: cycle._id,
      ...(role === 'vote' && { unlessVoted: cycle._id }),
    });
  }

  /** Decrypts a place. It needs no check of its form, because we encrypted it. */
  function placeIn(id: string, encrypted: Buffer): ConversationPlace {
    return JSON.parse(world.vault.decrypt('conversationPlace', id, encrypted));
  }

  function openIn(id: string, encrypted: Buffer): Pick<OpenFlow, 'role'> {
    return JSON.parse(world.vault.decrypt('conversationOpen', id, encrypted));
  }
}
