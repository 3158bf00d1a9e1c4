import { Conversation, type ConversationRecord } from '../../dialog/conversation.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Channel } from '../../fund/act.ts';
import { stageAt } from '../../fund/calendar/stageAt.ts';
import { communityByNumber } from '../../fund/communityByNumber.ts';
import { currentCycle } from '../../fund/cycles/currentCycle.ts';
import { holdersOf } from '../../fund/roster/holdersOf.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { eachApart } from '../eachApart.ts';
import { enqueue } from '../enqueue.ts';
import { remindable } from './remindable.ts';
import { Sweep } from './sweepRecord.ts';

const SAID: Partial<Record<string, string>> = {
  vote: 'notice.unfinishedVote',
  propose: 'notice.unfinishedPropose',
  ask: 'notice.unfinishedAsk',
};

const HOUR_MS = 60 * 60 * 1_000;
/** Who has not gone on for so long is reminded … */
const AFTER_MS = 3 * HOUR_MS;
/** … and after so long no more: by then nothing of what was said is kept either. */
const WITHIN_MS = 24 * HOUR_MS;
const AT_ONCE = 500;
/** How far the conversations have been looked through. */
const CURSOR = 'unfinished';

/**
 * Reminds who left a vote, a proposal or a question unfinished three hours ago, once, if they are on the roster. Each conversation's last
 * turn is looked at once, in the order of time: cut off in the middle, the next look goes on there.
 */
export function unfinished(world: World, channels: readonly Channel[]): () => Promise<void> {
  const holders = holdersOf(world);
  const bySlug = communityByNumber(world);
  const current = currentCycle(world);
  const mayBeReminded = remindable(world);
  const tell = enqueue(world);
  return async () => {
    const now = world.now().getTime();
    const to = new Date(now - AFTER_MS);
    const kept = await native(Sweep).findOne({ _id: CURSOR });
    const from = new Date(Math.min(Math.max(Number(kept?.cursor ?? 0), now - WITHIN_MS), to.getTime()));
    const left = await native(Conversation)
      .find(
        { at: { $gt: from, $lte: to }, recent: { $exists: true } },
        { projection: { at: 1, open: 1, language: 1 }, sort: { at: 1 }, limit: AT_ONCE, promoteBuffers: true },
      )
      .toArray();
    const reached = left.length === AT_ONCE ? (left.at(-1)?.at ?? to) : to;
    const cursor = String(reached.getTime());
    try {
      await eachApart(left, 'reminders', remind);
    } finally {
      await native(Sweep).updateOne({ _id: CURSOR }, { $set: { cursor }, $setOnInsert: { at: world.now() } }, { upsert: true });
    }
  };

  async function remind({ _id, at, open, language }: ConversationRecord): Promise<void> {
    const flow = open && at && openIn(_id, open).flow;
    const key = flow && SAID[flow];
    const [channel, address = '', number = ''] = _id.split('|');
    const place = { channel: channel === 'wechat' ? ('wechat' as const) : ('sms' as const), address };
    if (!key || channel === 'voice' || !channels.includes(place.channel)) return;
    const community = await bySlug(number);
    const cycle = community && (await current(community._id, world.now()));
    if (!cycle || (flow === 'vote' && stageAt(cycle, world.now()) !== 'vote')) return;
    const { holders: found } = await holders({ community: community._id, ...place });
    const [holder, another] = found;
    const occasion = `unfinished|${cycle._id}|${at.toISOString()}`;
    if (!holder || another) return;
    const may = await mayBeReminded([{ resident: holder.resident, at: place }], { cycle: cycle._id, timezone: community.timezone, occasion });
    if (!may.has(holder.resident)) return;
    await tell({
      occasion,
      community: community._id,
      ...place,
      resident: holder.resident,
      language: language ?? holder.language ?? community.language,
      kind: 'notice',
      said: { key },
      until: new Date(at.getTime() + WITHIN_MS),
      reminds: cycle._id,
      ...(flow === 'vote' && { unlessVoted: cycle._id }),
    });
  }

  /** What was encrypted by us is of the shape that we encrypted. */
  function openIn(id: string, encrypted: Buffer): Pick<OpenFlow, 'flow'> {
    return JSON.parse(world.vault.decrypt('conversationOpen', id, encrypted));
  }
}
