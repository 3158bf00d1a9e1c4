import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isSame } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { askProof, codePlaces, tryEachCode } from '../people/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { staffPhones } from '../staff/index.ts';
import { progressSender } from './progressSender.ts';
import { mayShow, SentProgress, type SentProgressRecord, sentIn, shownDigits } from './sentProgress.ts';
import { addTold, type NotAdded } from './tellProgress.ts';

/** Digits that are shown, where no more are sent. */
const LONG = 12;
/** Of one phone so many are looked through. */
const MOST_HELD = 100;

type Named = Pick<BallotItem, 'number' | 'label'>;

/** News that is held, as it is quoted: who did not write it has to see that before they repeat digits. */
interface Quoted extends Named {
  readonly text: string;
  readonly pictures: number;
}

/** What came of digits that were repeated to make news public. */
export type ProgressProved =
  /** It is public, or will be once its pictures are fetched. `more`: the newest of what else is held from there, and waits for digits of its own. */
  | { readonly noted: Named; readonly text: string; readonly pictures: number; readonly more?: Quoted }
  | { readonly wrong: number }
  /** They were too late, or tried too often: others are on their way to `phone`, for the newest that is held. */
  | { readonly anew: Quoted; readonly phone: string }
  /** It is kept, and their phone has had enough digits for today: the answer shows twelve, or may not. */
  | { readonly heldShown: Quoted; readonly digits: string }
  | { readonly heldOn: Named }
  /** Nothing is held any more, or its sender lost the role. */
  | { readonly nothing: true }
  | NotAdded;

/**
 * Service: makes news public that was held (`tellProgress`), once the digits that were sent for it are repeated where it was written. Of several that wait,
 * the one whose digits they are. A chat is tied to the phone by them.
 */
export async function proveProgress(world: World, notify: Notify, { digits }: { digits: string }, act: Act): Promise<ProgressProved> {
  const { community } = act;
  const from = addressHmac(world.vault, act);
  const sender = await progressSender(world, act);
  if (sender?.phone === undefined) return { nothing: true };
  const { phone } = sender;
  if (digits.length === LONG) {
    const shown = await shownFor(digits);
    return shown ? publish(shown) : again(await newestHeld());
  }
  const places = codePlaces({ community, phone: addressHmac(world.vault, { community, ...phoneContact(phone) }) }, 'news');
  const tried = await tryEachCode(world, { _id: { $in: places }, chat: from }, { phone, digits }, act);
  if ('right' in tried) {
    if (CHANNELS[act.channel].isSenderProved) await staffPhones(world).link(phone, act);
    const record = await collection(SentProgress).findOne({ from, code: tried.of }, { promoteBuffers: true });
    return record ? publish(record) : { nothing: true };
  }
  if (tried.refused === 'wrong') return { wrong: tried.triesLeft };
  const newest = await newestHeld();
  const anew = quoted(newest);
  if (!newest || !anew) return { nothing: true };
  const asked = await askProof(world, notify, { ...sender, phone }, 'news', act);
  if (asked === 'enough') return again(newest);
  await collection(SentProgress).updateOne({ _id: newest._id, state: 'held' }, { $set: { code: asked.key } });
  return { anew, phone };

  function newestHeld(): Promise<SentProgressRecord | null> {
    return collection(SentProgress).findOne({ from, state: 'held' }, { sort: { at: -1 }, promoteBuffers: true });
  }

  /** The held news to which these twelve digits were shown. */
  async function shownFor(given: string): Promise<SentProgressRecord | undefined> {
    const held = await collection(SentProgress)
      .find({ from }, { sort: { at: -1 }, limit: MOST_HELD, promoteBuffers: true })
      .toArray();
    return held.find((record) => {
      const its = sentIn(world.vault, record);
      return its && isSame(given, shownDigits(world.vault, its));
    });
  }

  /** What is held is asked for with twelve digits in the answer, where it may show them. */
  function again(record: SentProgressRecord | null): ProgressProved {
    const [its, held] = [record && sentIn(world.vault, record), quoted(record)];
    if (!its || !held) return { nothing: true };
    return mayShow(act, phone) ? { heldShown: held, digits: shownDigits(world.vault, its) } : { heldOn: held };
  }

  function quoted(record: SentProgressRecord | null): Quoted | undefined {
    const its = record && sentIn(world.vault, record);
    return its ? { ...itemOf(record, its), text: its.text, pictures: its.pictures.length } : undefined;
  }

  async function publish(record: SentProgressRecord): Promise<ProgressProved> {
    const held = sentIn(world.vault, record);
    if (!sender || !held) return { nothing: true };
    const { text, pictures } = held;
    const ours = itemOf(record, held);
    const isWhole = pictures.length === 0;
    const wrong =
      isWhole && (await addTold({ world, notify }, sender.actor, { cycle: record.work.cycle, item: ours }, { ...held, at: record.at }, act));
    if (wrong) return wrong;
    act.beginWrite();
    const how = isWhole ? { state: 'done' as const } : { state: 'waiting' as const, dueAt: act.at };
    await collection(SentProgress).updateOne({ _id: record._id, state: 'held' }, { $set: { ...how, provedAt: act.at } });
    const more = quoted(await newestHeld());
    return { noted: ours, text, pictures: pictures.length, ...(more && { more }) };
  }
}

function itemOf({ work }: Pick<SentProgressRecord, 'work'>, { title }: { title: string }): Named {
  return { number: work.number, label: title };
}
