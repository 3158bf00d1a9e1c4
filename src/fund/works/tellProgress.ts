import type { Act } from '../../contacts/act.ts';
import { addressHmac } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import type { Context } from '../act/index.ts';
import { type Actor, askProof } from '../people/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { addProgress, LONGEST_NEWS } from './progress.ts';
import { progressSender } from './progressSender.ts';
import { isOwnWork, type WorkHere, workHere } from './readWorks.ts';
import { encryptedSent, mayShow, type Sent, SentProgress, type SentProgressRecord, shownDigits } from './sentProgress.ts';
import { findWork } from './work.ts';

/** Why news cannot be added. */
export type NotAdded =
  | { readonly unknown: number }
  /** An implementer whose work it is not. */
  | { readonly notYours: Pick<BallotItem, 'number' | 'label'> };

/** What came of news by message. `pictures`: so many came with it. */
export type ProgressTold =
  /** It is public, or will be once its pictures are fetched. */
  | { readonly noted: BallotItem; readonly text: string; readonly pictures: number }
  /** It is kept, and public once six digits are repeated, which are on their way to `phone`. */
  | { readonly held: BallotItem; readonly text: string; readonly pictures: number; readonly phone: string }
  /** It is kept, and their phone has had enough digits for today: the answer shows twelve. */
  | { readonly heldShown: Pick<BallotItem, 'number' | 'label'> & { readonly text: string; readonly pictures: number }; readonly digits: string }
  /** It is kept, and came from another phone than the one that has to prove itself: no answer may show digits. */
  | { readonly heldOn: BallotItem }
  /** The roster has no phone of theirs to which digits could go. */
  | { readonly noPhone: true }
  /** The sender is neither a cadre nor an implementer: the message was meant for something else. */
  | { readonly notStaff: true }
  | NotAdded
  | { readonly tooLong: number }
  /** Pictures alone, and nothing was told before that they could belong to. */
  | { readonly alone: true };

/** Pictures that follow within this time belong to what was told before. */
const FOLLOWS_MS = HOUR_MS;
const MOST_PICTURES = 10;

type Telling = Act & { readonly language: string };

/**
 * Service: takes news of a work from a cadre's or implementer's own phone or chat. From a chat that is tied to their role a text is public at once, and with
 * pictures once these were fetched (`fetchSentPictures`). From a phone, whose number may be forged, it is held until six digits are repeated
 * (`proveProgress`). Without a number it belongs to what the same phone or chat told last.
 */
export async function tellProgress(
  world: World,
  notify: Notify,
  { number: given, text, pictures: all }: { number?: number; text: string; pictures: readonly string[] },
  act: Telling,
): Promise<ProgressTold> {
  const find = workHere(world);
  const pictures = all.slice(0, MOST_PICTURES);
  const sender = await progressSender(world, act);
  if (!sender) return { notStaff: true };
  const { actor, phone } = sender;
  const number = given ?? (await lastTold(addressHmac(world.vault, act), act.at))?.work.number;
  if (number === undefined) return { alone: true };
  const work = await find(number, act);
  if (!work) return { unknown: number };
  const { item } = work;
  if ([...text].length > LONGEST_NEWS) return { tooLong: LONGEST_NEWS };
  const told = { text, pictures: pictures.length };
  if (sender.isProved) {
    const wrong = pictures.length === 0 && (await addTold({ world, notify }, actor, work, { text, at: act.at, key: act.key }, act));
    if (wrong) return wrong;
    await keep(act, work, actor, { text, pictures }, pictures.length > 0 ? { state: 'waiting', dueAt: act.at } : { state: 'done' });
    return { noted: item, ...told };
  }
  if (phone === undefined) return { noPhone: true };
  if (!(await isTheirs(work, actor))) return { notYours: item };
  const asked = await askProof(world, notify, { ...sender, phone }, 'news', act);
  await keep(act, work, actor, { text, pictures }, { state: 'held', ...(asked !== 'enough' && { code: asked.key }) });
  if (asked !== 'enough') return { held: item, phone, ...told };
  return mayShow(act, phone) ? { heldShown: { ...item, ...told }, digits: shownDigits(world.vault, act) } : { heldOn: item };

  async function isTheirs({ cycle, item }: WorkHere, actor: Actor): Promise<boolean> {
    const work = await findWork(cycle, item.number);
    if (!work) return false;
    return isOwnWork(world, work, actor).then(() => true, isNotAllowed);
  }

  async function keep(
    act: Telling,
    { cycle, item }: WorkHere,
    { name: by }: Actor,
    told: Pick<Sent, 'text' | 'pictures'>,
    how: Pick<SentProgressRecord, 'state' | 'dueAt' | 'code'>,
  ): Promise<void> {
    const { community, at, channel, address, key, language } = act;
    const _id = world.vault.hmac('act', key, 'sentProgress');
    const sent = encryptedSent(world.vault, _id, { channel, address, key, language, title: item.label, by, ...told });
    const record: Omit<SentProgressRecord, '_id'> = {
      ...{ community, work: { cycle, number: item.number }, from: addressHmac(world.vault, act), at, attempts: 0 },
      ...how,
      ...(how.state !== 'done' && { sent }),
    };
    act.beginWrite();
    await collection(SentProgress).updateOne({ _id }, { $setOnInsert: record }, { upsert: true });
  }
}

function isNotAllowed(error: unknown): false {
  if (error instanceof CodedError && error.code === 'not-allowed') return false;
  throw error;
}

/** Makes a text public, once for its key; gives the reason if it is refused. */
export async function addTold(
  context: Context,
  actor: Actor,
  { cycle, item }: { cycle: string; item: Pick<BallotItem, 'number' | 'label'> },
  { text, at, key }: { text: string; at: Date; key: string },
  { beginWrite, community }: Pick<Act, 'beginWrite' | 'community'>,
): Promise<NotAdded | undefined> {
  beginWrite();
  try {
    const outcome = await addProgress.perform(context, { community, at: { cycle, number: String(item.number) }, input: { text, at, key }, actor });
    return outcome.is === 'done' ? undefined : { unknown: item.number };
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not-allowed') return { notYours: item };
    throw error;
  }
}

function lastTold(from: string, at: Date): Promise<SentProgressRecord | null> {
  return collection(SentProgress).findOne({ from, at: { $gt: new Date(at.getTime() - FOLLOWS_MS) } }, { sort: { at: -1 } });
}
