import type { Act } from '../../contacts/act.ts';
import { CHANNELS } from '../../contacts/channel.ts';
import { addressHmac, type CommunityContact, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import type { Actor } from './actor.ts';
import { holdersOf } from './holders.ts';
import type { StaffPhones } from './linkChat.ts';
import { type CodeKind, codeHmac, codePlaces, PhoneCode, placeCode, sixDigits, type Tried, tryCode } from './phoneCode.ts';
import { officeOf, personOf, Resident } from './resident.ts';

export type CadreProved =
  /** The chat is tied to a cadre's phone. */
  | { readonly proved: true }
  /** Six digits are on their way to the number on the roster. */
  | { readonly sent: { readonly phone: string } }
  /** `enough`: this number has had enough codes for today. */
  | { readonly refused: 'notCadre' | 'noPhone' | 'enough' };

/**
 * Proves that the person who writes is a cadre. A chat that the cadre's phone tied by digits is enough. Otherwise six digits are sent by text to the number
 * on the roster, because a sender can be forged, and a chat be linked by a card that somebody else has made.
 */
export async function proveCadre(world: World, notify: Notify, staff: StaffPhones, _: unknown, act: Act): Promise<CadreProved> {
  const cadre = await writingCadre(world, act);
  if (!cadre) return { refused: 'notCadre' };
  const { phone, language, actor } = cadre;
  if (!phone) return { refused: 'noPhone' };
  if (CHANNELS[act.channel].isSenderProved && (await staff.isTied(phone, act))) return { proved: true };
  const asked = await askProof(world, notify, { phone, resident: actor.id, ...(language && { language }) }, 'cadre', act);
  return asked === 'enough' ? { refused: 'enough' } : { sent: { phone } };
}

/** Whose phone (E.164) the digits go to. */
interface Proving {
  readonly phone: string;
  readonly resident?: string;
  readonly language?: string;
}

/**
 * Sends six digits by text to the phone of the person as whom somebody writes, once for each act: to be repeated where they were asked for. Gives the key
 * under which `tryEachCode` knows them; `enough` if the phone has had as many as it gets in a day.
 */
export async function askProof(
  world: World,
  notify: Notify,
  { phone: number, resident, language }: Proving,
  kind: CodeKind,
  act: Act,
): Promise<{ readonly key: string } | 'enough'> {
  const { vault } = world;
  const { community, at } = act;
  const to = { community, ...phoneContact(number) };
  const digits = sixDigits(vault.hmac('cadreDigits', act.key));
  const key = vault.hmac('act', act.key, 'proveCadre');
  const phone = addressHmac(vault, to);
  const code = { community, phone, chat: addressHmac(vault, act), digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
  act.beginWrite();
  const isKnown = await collection(PhoneCode).findOne({ _id: { $in: codePlaces(code, kind) }, key }, { projection: { _id: 1 } });
  if (!isKnown && !(await placeCode(code, kind))) return 'enough';
  await notify({
    ...to,
    occasion: `cadreCode|${act.key}`,
    ...(resident && { resident }),
    language: language ?? (await findCommunity(community))?.language ?? 'zh-CN',
    kind: 'code',
    said: { key: 'notice.cadreCode', params: { digits } },
  });
  return { key };
}

/** `at`: the moment of the proof, as a proof does not last. */
export type CadreChecked = { readonly proved: true; readonly at: string } | Exclude<Tried, { right: true }>;

/** Checks six digits that were sent to a cadre and are repeated where they were asked for. A chat is tied to their phone by them. */
export async function checkCadre({ vault }: World, staff: StaffPhones, given: { phone: string; digits: string }, act: Act): Promise<CadreChecked> {
  const phone = addressHmac(vault, { community: act.community, ...phoneContact(given.phone) });
  const places = codePlaces({ community: act.community, phone }, 'cadre');
  const tried = await tryCode({ vault }, { _id: { $in: places }, chat: addressHmac(vault, act) }, given, act);
  if (!('right' in tried)) return tried;
  if (CHANNELS[act.channel].isSenderProved) await staff.link(given.phone, act);
  return { proved: true, at: act.at.toISOString() };
}

/**
 * The cadre who writes from a phone or chat, as an actor; null if it is no cadre's. It does not prove that the cadre really writes: `proveCadre`
 * does.
 */
export async function actingCadre(world: World, act: CommunityContact): Promise<Actor | null> {
  return (await writingCadre(world, act))?.actor ?? null;
}

/** The cadre whose phone or chat this is, as the roster has it now, with the roster's number; null if it is no cadre's. */
export async function writingCadre(
  world: World,
  act: CommunityContact,
): Promise<{ readonly actor: Actor; readonly phone?: string; readonly language?: string } | null> {
  const holders = holdersOf(world);
  const { holders: here } = await holders(act);
  const inOffice = {
    community: act.community,
    _id: { $in: here.map(({ resident }) => resident) },
    role: 'cadre',
    erasedAt: { $exists: false },
  } as const;
  const found = await collection(Resident)
    .find(inOffice, { projection: { person: 1, language: 1, role: 1, officeMark: 1 } })
    .toArray();
  const cadre = found.find((each) => officeOf(world.vault, each) === 'cadre');
  if (!cadre) return null;
  const { name, rosterId, phone } = personOf(world.vault, cadre);
  const actor: Actor = { kind: 'resident', id: cadre._id, name: name ?? rosterId ?? '', role: 'cadre', community: act.community };
  return { actor, ...(phone && { phone }), ...(cadre.language && { language: cadre.language }) };
}
