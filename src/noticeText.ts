import type { i18n } from 'i18next';
import { toText } from './channels/sms/render.ts';
import { voiceLists } from './channels/voice/lists.ts';
import { communityBySlug } from './fund/communityBySlug.ts';
import type { Word } from './outreach/delivery.ts';
import type { World } from './store/world.ts';
import { wordsFor } from './wordsFor.ts';

/** What the outbox sends by text or says in a call, in the language of who gets it; the first time with who writes, what is kept and how to stop. */
export function noticeText(world: World, catalogue: i18n): Word {
  const bySlug = communityBySlug(world);
  const words = wordsFor(world, catalogue);
  return async ({ community: slug, language, channel, said, isFirst }) => {
    const community = await bySlug(slug);
    if (channel === 'voice') return words(channel, language, community, voiceLists(language))(said);
    const reply = { says: [said], ...(isFirst && { adds: [{ key: 'common.first' }] }) };
    return toText(reply, (lists) => words(channel, language, community, lists));
  };
}
