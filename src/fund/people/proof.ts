import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { type CommunityContact, contactText, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { canReceiveSms } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import { index, optional, records } from '../../store/records.ts';
import { isSame } from '../../store/vault.ts';
import { DAY_MS, dayOf } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { communityBySlug } from '../communities/index.ts';
import { WrongCards } from './cardLocks.ts';
import { ForeignDay, holdersOf } from './holders.ts';
import { HourOfStaff } from './hourly.ts';
import { PhoneCode, sixDigits, twelveDigits } from './phoneCode.ts';

/** The acts that a forged sender must not bring about: 不是我, 删除. */
export type ProofOf = 'disownBallot' | 'eraseMe';

/** `proof` tells `checkDigits` which digits were asked for. */
export type DigitsAsked =
  /** The digits are to be shown in the reply, or spoken on a call that we placed. */
  | { readonly digits: string; readonly proof: string }
  /** The digits are on their way to the caller's number by text, and are never to be spoken. */
  | { readonly texted: true; readonly proof: string }
  /**
   * On a call. `over`: no tries are left for today. `texted`: no texts are left for today. `noText`: the number takes no texts. `stranger`: the
   * number is nobody's here and gets no text.
   */
  | { readonly refused: 'over' | 'texted' | 'noText' | 'stranger' };

export type DigitsChecked =
  | { readonly right: true }
  /** `triesLeft`: for six digits; twelve digits may be tried again and again. */
  | { readonly refused: 'wrong'; readonly triesLeft?: number }
  /** No tries of six digits are left for today: ask for digits again. */
  | { readonly refused: 'over' };

/** Wrong tries of six digits, and texts to a number, in a calendar day, however often digits are asked for again. */
const A_DAY = 3;
const TWELVE = 12;

/**
 * Asks for six digits that only the person who really has the phone or chat can see: in the reply; on a call, by text, because a caller's number is
 * only a claim. The digits are made from the turn's key and kept nowhere. Texts go only to numbers on the roster, at most three a day for each thing.
 * A forged sender can use up the day's tries: then twelve digits, which cannot be guessed by any number of tries, are shown to the person who really
 * has the phone.
 */
export async function askDigits(world: World, notify: Notify, { of }: { of: ProofOf }, act: Act): Promise<DigitsAsked> {
  const { vault } = world;
  const holders = holdersOf(world);
  const bySlug = communityBySlug(world);
  const home = await bySlug(act.community);
  const _id = dayId(world, of, act, home?.timezone);
  const isOver = (await wrongToday(_id)) >= A_DAY;
  const proof = act.key;
  if (CHANNELS[act.channel].isAnswerPrivate || act.isPlaced) return { digits: isOver ? twelveOf(world, of, proof) : sixOf(world, of, proof), proof };
  if (isOver) return { refused: 'over' };
  const [holder] = (await holders(act)).holders;
  if (!holder) return { refused: 'stranger' };
  if (canReceiveSms(act) === 'no') return { refused: 'noText' };
  act.beginWrite();
  const key = vault.hmac('act', act.key, 'askDigits');
  if (!(await counted(_id, 'texted', key, act.at)).includes(key)) return { refused: 'texted' };
  await notify({
    occasion: `digits|${act.key}`,
    community: act.community,
    ...phoneContact(act.address),
    resident: holder.resident,
    language: holder.language ?? home?.language ?? 'zh-CN',
    kind: 'code',
    said: { key: `notice.digits.${of}`, params: { digits: sixOf(world, of, proof) } },
  });
  return { texted: true, proof };
}

/**
 * Checks digits that are repeated. After three wrong tries in a calendar day, six digits are never right any more on that day, no matter what was
 * asked for meanwhile.
 */
export async function checkDigits(
  world: World,
  { of, proof, digits }: { of: ProofOf; proof: string; digits: string },
  act: Act,
): Promise<DigitsChecked> {
  const bySlug = communityBySlug(world);
  if (digits.length === TWELVE) return isSame(digits, twelveOf(world, of, proof)) ? { right: true } : { refused: 'wrong' };
  const _id = dayId(world, of, act, (await bySlug(act.community))?.timezone);
  if (isSame(digits, sixOf(world, of, proof))) return (await wrongToday(_id)) < A_DAY ? { right: true } : { refused: 'over' };
  act.beginWrite();
  const wrong = await counted(_id, 'wrong', world.vault.hmac('act', act.key, 'checkDigits'), act.at);
  return wrong.length < A_DAY ? { refused: 'wrong', triesLeft: A_DAY - wrong.length } : { refused: 'over' };
}

function sixOf({ vault }: World, of: ProofOf, proof: string): string {
  return sixDigits(vault.hmac('proofDigits', of, proof));
}

function twelveOf({ vault }: World, of: ProofOf, proof: string): string {
  return twelveDigits(vault.hmac('proofDigits', of, proof, 'twelve'));
}

function dayId({ vault }: World, of: ProofOf, act: CommunityContact & Pick<Act, 'at'>, timezone = 'Asia/Shanghai'): string {
  return vault.hmac('proofDay', act.community, contactText(act), of, dayOf(act.at, timezone));
}

async function wrongToday(_id: string): Promise<number> {
  return (await collection(ProofDay).findOne({ _id }, { projection: { wrong: 1 } }))?.wrong?.length ?? 0;
}

/** Counts an act once, as long as there is room; gives the acts that count. */
async function counted(_id: string, what: 'wrong' | 'texted', key: string, at: Date): Promise<readonly string[]> {
  const before = { $ifNull: [`$${what}`, []] };
  const stays = { $or: [{ $in: [key, before] }, { $gte: [{ $size: before }, A_DAY] }] };
  const day = await collection(ProofDay).findOneAndUpdate(
    { _id },
    [{ $set: { at, [what]: { $cond: [stays, before, { $concatArrays: [before, [key]] }] } } }],
    { upsert: true, returnDocument: 'after' },
  );
  return day?.[what] ?? [];
}

/**
 * How often six digits were repeated wrongly, and how often they were sent by text: for one thing, from one phone or chat, on one calendar day. Kept
 * for two days.
 */
export const ProofDay = records(
  'proofdays',
  {
    /** `vault.hmac('proofDay', slug, contact, thing, day)`. */
    _id: String,
    /** The keys of the acts that repeated the digits wrongly. */
    wrong: optional([String]),
    /** The keys of the acts for which the digits were sent by text. */
    texted: optional([String]),
    at: Date,
  },
  [index({ at: 1 })],
);

/** Deletes codes, and counts of tries and of answers, that no longer count for any day. */
export async function forgetCodes(now: Date): Promise<void> {
  const daysAgo = (days: number) => ({ at: { $lte: new Date(now.getTime() - days * DAY_MS) } });
  await collection(PhoneCode).deleteMany(daysAgo(1));
  await collection(WrongCards).deleteMany(daysAgo(1));
  await collection(HourOfStaff).deleteMany(daysAgo(1));
  await collection(ProofDay).deleteMany(daysAgo(2));
  await collection(ForeignDay).deleteMany(daysAgo(2));
}
