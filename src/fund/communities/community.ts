import type { mongo } from 'mongoose';
import { type CarrierName, type Channel, TEMPLATED, USUAL_CARRIER } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { recordMark } from '../../store/recordMark.ts';
import { index, oneOf, opaque, optional, type RecordOf, records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';

/** For how many days recordings are kept where a community says nothing else. */
export const RECORDINGS_DAYS = 180;
/** For how many days words that were answered are kept, and who wrote them; a community may keep them for less. */
export const LETTERS_DAYS = 730;
/** For how many days a list is published where a community says nothing else. */
export const PUBLISH_DAYS = 7;

/** Words that stand where a slug stands in an address or a command; no community is called by them. In small letters. */
export const RESERVED_SLUGS: ReadonlySet<string> = new Set(
  'all assets communities devices help link new overview overview.csv overview.xlsx passkeys persona sign-in sign-out start'.split(' '),
);

/** The council's quorum and majority where a community says nothing else. */
export const COUNCIL = { quorum: '2/3', majority: '1/2' } as const;

export const VERIFY = ['phone', 'card', 'either', 'strict'] as const;

export const PAPERS = ['required', 'warned'] as const;
export const DRAFTS = ['on', 'off'] as const;

/** An approved template of a carrier of SMS: the text that it stands for, and its slots. */
export interface SmsTemplate {
  /** The keys of what is said, with + between: `vote.receipt+common.first`. */
  text: string;
  /** How many things its lists hold; absent without a list. */
  variant?: string;
  language: 'zh-CN' | 'en';
  code: string;
  slots: string[];
}

interface About {
  money?: string;
  moneyEn?: string;
  notFor?: string;
  mayVote?: string;
  office?: string;
  answers?: { asks: string[]; says: string }[];
}

/** A village or neighbourhood, as `community.yaml` gives it (docs/contract.md: Files). */
export const Community = records(
  'communities',
  {
    /** The slug. */
    _id: String,
    name: String,
    /** Its name in English texts. */
    nameEn: optional(String),
    language: String,
    /** IANA name. */
    timezone: String,
    /** In E.164: the number that residents text and call. */
    phone: String,
    callback: optional(String),
    /** The number that residents text where it is another than `phone`: digits, as the carrier of SMS writes it. */
    textNumber: optional(String),
    /** What pages and paper show as the number to text, where `textNumber` is not the whole of it: digits. */
    shownNumber: optional(String),
    verify: oneOf(VERIFY),
    ballots: oneOf(['public', 'supervisors']),
    /** `HH:MM-HH:MM` in the community's zone. */
    quiet: String,
    person: { name: String, nameEn: optional(String), phone: String },
    /** For how many days recordings are kept (`RECORDINGS_DAYS` if absent), and letters that were answered (`LETTERS_DAYS`). */
    keep: optional({ recordings: optional(Number), letters: optional(Number) }),
    /** For how many days a list is published before the vote; `PUBLISH_DAYS` if absent. */
    publishDays: optional(Number),
    /** How many of the council decide, as fractions such as `2/3`: at least `quorum` of its members have to be there, more than `majority` of those be for it. */
    council: optional({ quorum: optional(String), majority: optional(String) }),
    /** A work that may cost more than `offersAbove` needs so many offers, or a reason why not; 3, and 0, if absent. */
    offers: optional(Number),
    offersAbove: optional(Number),
    /**
     * What one person pays of a work above it, since a second person last confirmed a payment, needs a second person; every payment if it is absent. In
     * whole units of the cycle's currency, as `offersAbove`.
     */
    twoPersonsAbove: optional(Number),
    /** Whether a work is accepted and paid off only with its papers (if absent, too), or lacking ones are only warned of. */
    papers: optional(oneOf(PAPERS)),
    /** Whether a machine's draft of a recording stands in the form for writing it down; `off` if absent. */
    drafts: optional(oneOf(DRAFTS)),
    /** What residents often ask, and what is answered then. */
    about: optional(opaque<About>()),
    /** Into which proposals are sorted, each with the words that suggest it. */
    categories: optional(opaque<{ name: string; words: string[] }[]>()),
    /** Where its courtyards and buildings lie: `x` to the east, `y` to the north, in any unit, from any point. */
    plan: optional(opaque<{ place: string; x: number; y: number }[]>()),
    /** The street office whose accounts with carriers it uses. */
    office: optional(String),
    /** Which carriers bring its channels; the usual one where none is named. */
    carriers: optional(opaque<Partial<Record<Channel, CarrierName>>>()),
    rates: optional(opaque<Partial<Record<Channel, number>>>()),
    prices: optional(opaque<Partial<Record<Channel, number>> & { currency?: string }>()),
    templates: optional(opaque<Record<string, string>>()),
    /** By which approved templates its texts go out where its carrier takes no others (`templates.yaml`). */
    smsTemplates: optional(opaque<SmsTemplate[]>()),
    /** It came with the demo. */
    demo: optional(Boolean),
    /** `recordMark(…)`: the service wrote it. */
    mark: optional(String),
  },
  [
    index({ phone: 1 }, { unique: true }),
    index({ callback: 1 }, { unique: true, sparse: true }),
    index({ textNumber: 1 }, { sparse: true }),
    index({ 'carriers.sms': 1, textNumber: 1 }, { unique: true, partialFilterExpression: { textNumber: { $exists: true } } }),
    index({ 'carriers.sms': 1 }, { sparse: true }),
  ],
);
export type CommunityRecord = RecordOf<typeof Community>;

/** The carrier that brings a channel to a community. */
export function carrierOf(community: Pick<CommunityRecord, 'carriers'> | null, channel: Channel): CarrierName {
  return community?.carriers?.[channel] ?? USUAL_CARRIER;
}

/**
 * A receipt, also of a changed ballot; the same to somebody new, with who writes and how to stop; a code: without these nobody can vote. The digits to sign
 * in, and that somebody did on another device: without these the staff does not get in, or does not learn who did. With the slots of each.
 */
const NEEDED: Readonly<Record<string, { readonly slots: readonly string[]; readonly lists?: true }>> = {
  'vote.receipt': { lists: true, slots: ['receipt', 'closesAt'] },
  'vote.changed': { lists: true, slots: ['receipt'] },
  'vote.receipt+common.first': { lists: true, slots: ['receipt', 'closesAt'] },
  'notice.code': { slots: ['digits'] },
  'notice.signInCode': { slots: ['digits'] },
  'notice.signedIn': { slots: ['at'] },
};

/**
 * The texts for which a community has to have a template and has none with their slots, if the carrier of its texts takes no others; with `choices`, also
 * `vote.receipt 3` for each number of projects that a ballot may have.
 */
export function neededTemplates(
  { carriers, language, smsTemplates = [] }: Pick<CommunityRecord, 'carriers' | 'language' | 'smsTemplates'>,
  choices?: { readonly min: number; readonly max: number },
): string[] {
  const name = carriers?.sms;
  if (!name || !TEMPLATED.includes(name)) return [];
  const written = language === 'en' ? 'en' : 'zh-CN';
  return Object.entries(NEEDED).flatMap(([text, { lists, slots }]) => {
    const fitting = smsTemplates.filter((one) => {
      const wanted = [...(lists ? upTo(Number(one.variant)).map((n) => `picks${n}`) : []), ...slots];
      return one.text === text && one.language === written && one.slots.length === wanted.length && wanted.every((slot) => one.slots.includes(slot));
    });
    if (fitting.length === 0) return [text];
    if (!lists || !choices) return [];
    const variants = upTo(choices.max).filter((n) => n >= choices.min && !fitting.some(({ variant }) => variant === String(n)));
    return variants.map((n) => `${text} ${n}`);
  });
}

/** 1 to this number; nothing for what is none. */
function upTo(most: number): number[] {
  return Array.from({ length: most || 0 }, (_, index) => index + 1);
}

/** The number that residents text, as they are shown it. */
export function numberToText({ shownNumber, textNumber, phone }: Pick<CommunityRecord, 'shownNumber' | 'textNumber' | 'phone'>): string {
  return shownNumber ?? textNumber ?? phone;
}

/** Residents text another number than they call. */
export function isTextedElsewhere(community: Pick<CommunityRecord, 'shownNumber' | 'textNumber' | 'phone'>): boolean {
  return numberToText(community) !== community.phone;
}

/** Writes a community as its file gives it, in an import's transaction. */
export async function saveCommunity(vault: Vault, community: CommunityRecord, session: mongo.ClientSession): Promise<void> {
  const { _id, ...fields } = marked(vault, community);
  await collection(Community).replaceOne({ _id }, fields, { upsert: true, session });
}

/** A community with its mark. */
export function marked(vault: Vault, community: CommunityRecord): CommunityRecord {
  return { ...community, mark: recordMark(vault, 'communities', community) };
}
