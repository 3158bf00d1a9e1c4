import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { askProof, codePlaces, tryEachCode } from '../people/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { staffPhones } from '../staff/index.ts';
import { progressSender } from './progressSender.ts';
import { SentProgress, type SentProgressRecord, sentIn } from './sentProgress.ts';
import { addTold, type NotAdded } from './tellProgress.ts';

type Named = Pick<BallotItem, 'number' | 'label'>;

/** What came of six digits that were repeated to make news public. */
export type ProgressProved =
  /** It is public, or will be once its pictures are fetched. `left`: so many more from there wait for digits of their own. */
  | { readonly noted: Named; readonly text: string; readonly pictures: number; readonly left: number }
  | { readonly wrong: number }
  /** They were too late, or tried too often: others are on their way to `phone`, for the newest that is held. */
  | { readonly anew: Named; readonly text: string; readonly pictures: number; readonly phone: string }
  /** It is kept, and their phone has had enough digits for today. */
  | { readonly heldOn: Named }
  /** Nothing is held any more, or its sender lost the role. */
  | { readonly nothing: true }
  | NotAdded;

/**
 * Service: makes news public that was held (`tellProgress`), once the digits that were sent for it are repeated where it was written. Of several that wait,
 * the one whose digits they are. A chat is tied to the phone by them.
 */
export function proveProgress(world: World, notify: Notify): (input: { digits: string }, act: Act) => Promise<ProgressProved> {
  const senderOf = progressSender(world);
  const ask = askProof(world, notify);
  return async ({ digits }, act) => {
    const { community } = act;
    const from = addressHmac(world.vault, act);
    const sender = await senderOf(act);
    if (sender?.phone === undefined) return { nothing: true };
    const { phone } = sender;
    const places = codePlaces({ community, phone: addressHmac(world.vault, { community, ...phoneContact(phone) }) }, 'news');
    const tried = await tryEachCode(world, { _id: { $in: places }, chat: from }, { phone, digits }, act);
    if ('right' in tried) {
      if (CHANNELS[act.channel].isSenderProved) await staffPhones(world).link(phone, act);
      const record = await collection(SentProgress).findOne({ from, code: tried.of }, { promoteBuffers: true });
      return record ? publish(record) : { nothing: true };
    }
    if (tried.refused === 'wrong') return { wrong: tried.triesLeft };
    const newest = await collection(SentProgress).findOne({ from, state: 'held' }, { sort: { at: -1 }, promoteBuffers: true });
    const sent = newest && sentIn(world.vault, newest);
    if (!newest || !sent) return { nothing: true };
    const item = itemOf(newest, sent);
    const asked = await ask({ ...sender, phone }, 'news', act);
    if (asked === 'enough') return { heldOn: item };
    await collection(SentProgress).updateOne({ _id: newest._id, state: 'held' }, { $set: { code: asked.key } });
    return { anew: item, phone, text: sent.text, pictures: sent.pictures.length };

    async function publish(record: SentProgressRecord): Promise<ProgressProved> {
      const held = sentIn(world.vault, record);
      if (!sender || !held) return { nothing: true };
      const { text, pictures } = held;
      const ours = itemOf(record, held);
      const isWhole = pictures.length === 0;
      const wrong = isWhole && (await addTold(world, sender.actor, { cycle: record.work.cycle, item: ours }, { ...held, at: record.at }, act));
      if (wrong) return wrong;
      act.beginWrite();
      const how = isWhole ? { state: 'done' as const } : { state: 'waiting' as const, dueAt: act.at };
      await collection(SentProgress).updateOne({ _id: record._id, state: 'held' }, { $set: { ...how, provedAt: act.at } });
      return { noted: ours, text, pictures: pictures.length, left: await collection(SentProgress).countDocuments({ from, state: 'held' }) };
    }
  };
}

function itemOf({ work }: Pick<SentProgressRecord, 'work'>, { title }: { title: string }): Named {
  return { number: work.number, label: title };
}
