import { toText } from '../../src/channels/sms/render.ts';
import { segments } from '../../src/channels/sms/segments.ts';
import { addressHmac, type ContactPoint, phoneContact } from '../../src/contacts/contact.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { wording } from '../../src/dialog/wording.ts';
import { saidIn, sentSince } from '../../src/outreach/outbox/message.ts';
import type { TalkDeps } from './talk.ts';

/** Passes on every message that the service starts, to the phone by SMS or elsewhere, and looks once a second; `stop` looks a last time. */
export function incoming(
  { world, community, from }: TalkDeps,
  arrived: (text: string) => void,
  { channel, address }: ContactPoint = phoneContact(from),
) {
  const catalogue = loadCatalogue();
  let since = world.now();
  const look = async () => {
    const messages = await sentSince({
      community: community._id,
      channel,
      to: addressHmac(world.vault, { community: community._id, channel, address }),
      after: since,
    });
    for (const message of messages) {
      const { language, changedAt } = message;
      since = changedAt;
      const defaults = { community: community.name, personName: community.person.name, personPhone: community.person.phone };
      const setting = { language, channel, zone: community.timezone, at: world.now(), defaults };
      const texts = await catalogue;
      const said = saidIn(world.vault, message);
      arrived(shownSms(toText(said.reply ?? { says: [said] }, (lists) => wording(texts, { ...setting, lists }))));
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 1_000);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking.then(look);
    },
  };
}

/** A text with what a carrier would count. */
export function shownSms(text: string): string {
  const count = segments(text);
  return `← ${text} [${text.length}${count > 1 ? `, ${count} segments` : ''}]`;
}
