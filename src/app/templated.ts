import type { i18n } from 'i18next';
import type { CarrierContext, Templated } from '../carriers/port.ts';
import type { Worded } from '../carriers/sending.ts';
import { fitsSlot, type Slotted, slotLists, toSlots } from '../channels/sms/slots.ts';
import { CHANNELS, type Channel, TEMPLATED } from '../contacts/channel.ts';
import { type NamedCommunity, settingFor, wordingParts } from '../dialog/wording.ts';
import { communitiesOver, communityBySlug, neededTemplates, type SmsTemplate } from '../fund/communities/index.ts';
import { currentCycle } from '../fund/cycles/index.ts';
import { contactsHeldBy, holdersOf } from '../fund/people/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import { noticeReply } from './words.ts';

/** Words messages by their community's approved templates, for the carriers that take no others. */
export function templated(world: World, catalogue: i18n): CarrierContext['templated'] {
  const bySlug = communityBySlug(world);
  return async ({ community: slug, told }) => {
    const community = await bySlug(slug);
    return community
      ? filled(slottedIn(world, catalogue, community, told), written(told.language), community.smsTemplates ?? [])
      : { missing: 'noTemplate' };
  };
}

/** A message as key and slots. */
export function slottedIn(world: World, catalogue: i18n, community: NamedCommunity, { said, language, isFirst }: Worded): Slotted {
  const setting = settingFor(world, { channel: 'sms', language: written(language), community, lists: slotLists });
  return toSlots(noticeReply(said, isFirst), wordingParts(catalogue, setting));
}

/** Its template, and what fills the slots; or why there is none. */
function filled({ text, variant, slots }: Slotted, language: SmsTemplate['language'], templates: readonly SmsTemplate[]): Templated {
  const template = templates.find((one) => one.text === text && one.variant === variant && one.language === language);
  if (!template) return { missing: 'noTemplate' };
  if (template.slots.length !== slots.size || !template.slots.every((name) => slots.has(name))) return { missing: 'otherSlots' };
  if (![...slots.values()].every(fitsSlot)) return { missing: 'slotTooLong' };
  return { code: template.code, slots: Object.fromEntries(slots) };
}

/** A dialect is written as its language. */
export function written(language: string): SmsTemplate['language'] {
  return language === 'en' ? 'en' : 'zh-CN';
}

/** Where else somebody can be reached who texts from a phone that is theirs alone: in their own chat, else by a call to this phone. */
export function elsewhere(world: World, channels: readonly Channel[]): CarrierContext['elsewhere'] {
  const holders = holdersOf(world);
  return async ({ _id: community }, address) => {
    const [holder, another] = (await holders({ community, channel: 'sms', address })).holders;
    if (!holder) return []; // nobody is called because a stranger wrote in their name
    const own = another ? [] : await contactsHeldBy(world, community, holder.resident);
    const chat = own.findLast(({ channel }) => !CHANNELS[channel].isPhone && channels.includes(channel));
    return [...(chat ? [chat] : []), ...channels.filter((channel) => CHANNELS[channel].isSpoken).map((channel) => ({ channel, address }))];
  };
}

const MAX_COMMUNITIES = 1_000;

/**
 * Throws `no-templates` if a community's texts go over a carrier that is set up and takes only templates, and what nobody can vote without has none. Logs
 * what its current cycle lacks: who votes for so many projects gets no receipt by text.
 */
export async function checkTemplates(
  world: World,
  log: Pick<Log, 'warn'>,
  carriers: Pick<ReadonlyMap<(typeof TEMPLATED)[number], unknown>, 'has'>,
): Promise<void> {
  for (const carrier of TEMPLATED.filter((name) => carriers.has(name)))
    for (const community of await communitiesOver(carrier, MAX_COMMUNITIES)) {
      const missing = neededTemplates(community);
      if (missing.length > 0)
        throw new CodedError(
          'no-templates',
          `Texts of ${community._id} go over ${carrier}, and there is no approved template for ${missing.join(', ')}. Put them into templates.yaml in the community's folder and import it, or take ${carrier.toUpperCase()}_… out of the settings.`,
        );
      const lacks = neededTemplates(community, (await currentCycle(world)(community._id, world.now()))?.choices);
      if (lacks.length > 0)
        log.warn(
          { channel: 'sms', community: community._id, code: 'no-template' },
          `There is no approved template for ${lacks.join(', ')}: hand them in, put them into templates.yaml, and import it`,
        );
    }
}
