import type { i18n } from 'i18next';
import type { MessageContent } from '../carriers/sending.ts';
import { toText } from '../channels/sms/render.ts';
import { segments, segmentTexts } from '../channels/sms/segments.ts';
import type { Phrases } from '../channels/voice/prompts/promptBook.ts';
import { linesOf, speechOf, spokenSeconds, voiceLists } from '../channels/voice/speech.ts';
import { CHANNELS, type Channel } from '../contacts/channel.ts';
import type { Reply } from '../dialog/question.ts';
import { wordsFor } from '../dialog/wording.ts';
import { communityBySlug } from '../fund/communities/index.ts';
import type { Word } from '../outreach/outbox/delivery.ts';
import type { World } from '../store/world.ts';
import type { Aloud } from '../web/console/kiosk/kioskPages.ts';

/**
 * The words that the outbox sends by text or says in a call, in the recipient's language. The first message also says who writes, what is kept and
 * how to stop.
 */
export function noticeText(world: World, catalogue: i18n): Word {
  const bySlug = communityBySlug(world);
  const words = wordsFor(world, catalogue);
  return async ({ community: slug, language, channel, said, isFirst }) => {
    const community = await bySlug(slug);
    if (said.reply) return toText(said.reply, (lists) => words('sms', language, community, lists)); // it answers a text, wherever it has to go
    if (CHANNELS[channel].isSpoken) return words(channel, language, community, voiceLists(language))(said);
    return toText(noticeReply(said, isFirst), (lists) => words(channel, language, community, lists));
  };
}

/** What a message of the outbox says, as a reply. */
export function noticeReply(said: MessageContent, isFirst: boolean): Reply {
  return said.reply ?? { says: [said], ...(isFirst && { adds: [{ key: 'common.first' }] }) };
}

/** The units that a text costs: segments of an SMS; minutes of a call, which speaks it twice; otherwise 1. */
export function messageUnits(channel: Channel, text: string): number {
  switch (CHANNELS[channel].unit) {
    case 'segment':
      return segments(text);
    case 'minute':
      return Math.max(1, Math.ceil((2 * spokenSeconds(text)) / 60));
    case 'message':
      return 1;
  }
}

/** The parts that a carrier makes of a text: the segments of an SMS, otherwise the whole. */
export function messageParts(channel: Channel, text: string): readonly string[] {
  return CHANNELS[channel].unit === 'segment' ? segmentTexts(text) : [text];
}

/** How long a page waits for the recordings before everything is left to the browser's voice, in milliseconds. */
const TIMEOUT_MS = 1_000;

/** Reads a page aloud as the phone line does: with the community's recordings, else in words for the browser's own voice. */
export function aloud(world: World, catalogue: i18n, phrases: Phrases): Aloud {
  const speech = speechOf({ world, phrases, publicUrl: '', wordsFor: wordsFor(world, catalogue), synthesised: () => undefined });
  return async (language, community) => {
    const spoken = await speech({ language, community }, TIMEOUT_MS);
    return (said) =>
      linesOf(said, { ...spoken, isSlow: false }).map((line) => ('sounds' in line ? line : { text: line.text, language: line.language }));
  };
}
