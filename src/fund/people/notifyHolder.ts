import { CHANNELS } from '../../contacts/channel.ts';
import { answerAt } from '../../contacts/contact.ts';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../communities/index.ts';
import { contactsOf, type ResidentRecord } from './resident.ts';

/** Where a card's holder is reached. */
export type CardHolder = Pick<ResidentRecord, '_id' | 'person' | 'phoneId' | 'linkedContacts' | 'language'>;

/**
 * Sends a line about what was done with a card to its holder's phone (the roster's, else those linked), once for each occasion: it may have been
 * somebody else. By a call if the phone takes no texts.
 */
export function notifyHolder(
  { vault }: World,
  notify: Notify,
): (holder: CardHolder, line: Pick<Notice, 'community' | 'occasion' | 'said'>) => Promise<void> {
  return async (holder, line) => {
    const { _id: resident, phoneId, language } = holder;
    const contacts = contactsOf(vault, holder).filter(({ channel }) => CHANNELS[channel].isPhone);
    const phones = (phoneId === undefined ? contacts : contacts.slice(0, 1)).map(({ address }) => address);
    if (phones.length === 0) return;
    const home = await collection(Community).findOne({ _id: line.community }, { projection: { language: 1 } });
    for (const address of phones) {
      await notify({
        ...line,
        ...answerAt({ channel: 'voice', address }),
        resident,
        language: language ?? home?.language ?? 'zh-CN',
        kind: 'alarm',
      });
    }
  };
}
