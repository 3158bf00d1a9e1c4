import type { Act } from '../contacts/act.ts';
import { CHANNEL_NAMES, type Channel } from '../contacts/channel.ts';
import type { ChannelSituation, Situation } from '../dialog/cadreOutcome.ts';
import { inTens, turnout, turnoutStep } from '../fund/ballots/index.ts';
import { currentCycle, keyingUntil, voteOf } from '../fund/cycles/index.ts';
import { collection } from '../store/collection.ts';
import { DAY_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';
import { laneFacts, laneOf, MESSAGE_STATES, Message, type MessageState } from './outbox/message.ts';

const LATELY_MS = 7 * DAY_MS;
const WAITING: readonly MessageState[] = ['pending', 'leased', 'sending'];

/**
 * 情况: how many voted, and the states of the messages that we sent in the last seven days, by channel. Nothing by project, and nothing about one person: as
 * long as votes come in, every number that one vote may change is told in tens.
 */
export async function readSituation(world: World, _: unknown, { community, at }: Pick<Act, 'community' | 'at'>): Promise<Situation> {
  const current = currentCycle(world);
  const cycle = await current(community, at);
  const vote = cycle && voteOf(cycle, at);
  const sent = await channelsOf(laneOf({ kind: 'notice', community }), new Date(at.getTime() - LATELY_MS));
  if (!cycle || !vote || at < vote.from) return { channels: sent };
  const isOpen = at < vote.to;
  const keyedUntil = keyingUntil(cycle, at);
  const channels = isOpen ? sent.map(asTens) : sent;
  const { voters, residents } = await (isOpen || keyedUntil ? turnoutStep(world, cycle._id) : turnout(world)(cycle._id));
  const share = residents === 0 ? 0 : Math.floor((voters / residents) * 100);
  const dates = { closesAt: vote.to.toISOString(), isOver: !isOpen, ...(keyedUntil && { keyedUntil }) };
  return { turnout: { voters, residents, share, ...dates }, channels };
}

/** Reminders go to those who have not voted: how many were sent tells of them, and why one failed whose it was. */
function asTens({ channel, ...counts }: ChannelSituation): ChannelSituation {
  const { waiting, sent, delivered, failed, unknown, stopped } = counts;
  return {
    ...{ channel, reasons: '...', waiting: inTens(waiting), sent: inTens(sent), delivered: inTens(delivered) },
    ...{ failed: inTens(failed), unknown: inTens(unknown), stopped: inTens(stopped) },
  };
}

async function channelsOf(lane: string, since: Date): Promise<ChannelSituation[]> {
  const ours = { community: laneFacts(lane).community, channel: { $in: [...CHANNEL_NAMES] }, lane, dueAt: { $gte: since } };
  const hint = { channel: 1, state: 1, lane: 1, dueAt: 1 };
  const [states, reasons] = await Promise.all([
    collection(Message)
      .aggregate<{ _id: { channel: Channel; state: MessageState }; count: number }>(
        [
          { $match: { ...ours, state: { $in: [...MESSAGE_STATES] } } },
          { $group: { _id: { channel: '$channel', state: '$state' }, count: { $sum: 1 } } },
        ],
        { hint },
      )
      .toArray(),
    collection(Message)
      .aggregate<{ _id: { channel: Channel; reason?: string }; count: number }>(
        [
          { $match: { ...ours, state: 'failed' } },
          { $group: { _id: { channel: '$channel', reason: '$reason' }, count: { $sum: 1 } } },
          { $sort: { count: -1, '_id.reason': 1 } },
        ],
        { hint },
      )
      .toArray(),
  ]);
  return CHANNEL_NAMES.flatMap((channel) => {
    const count = (...wanted: readonly MessageState[]) =>
      states.reduce((sum, { _id, count }) => sum + (_id.channel === channel && wanted.includes(_id.state) ? count : 0), 0);
    if (count(...MESSAGE_STATES) === 0) return [];
    const why = reasons.filter(({ _id }) => _id.channel === channel).slice(0, 3);
    return {
      channel,
      waiting: count(...WAITING),
      sent: count('sent'),
      delivered: count('delivered'),
      failed: count('failed'),
      reasons: why.map(({ _id, count }) => `${_id.reason ?? '?'} x ${count}`).join(' '),
      unknown: count('unknown'),
      stopped: count('stopped'),
    };
  });
}
