import type { mongo } from 'mongoose';
import { answerAt, phoneContact } from '../../contacts/contact.ts';
import type { Notify } from '../../contacts/notify.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import type { ResidentRecord } from './resident.ts';

/*
 * A phone or chat that somebody's hand gives a resident while a vote is open casts in this vote only with the card, as does a chat that the digits sent to
 * such a phone link: else whoever keeps the roster would vote for the residents.
 */

type Contacts = Pick<ResidentRecord, 'phoneId' | 'linkedContacts' | 'newContacts'>;

/** The cycle in whose vote a resident's phone or chat (`at`: its `addressHmac`) needs the card because it is new; undefined if it is not. */
export function newIn({ phoneId, linkedContacts, newContacts = [] }: Contacts, at: string): string | undefined {
  const isByPhone = linkedContacts.some(({ id, linkedBy }) => id === at && linkedBy === 'digits');
  return newContacts.find(({ id }) => id === at || (isByPhone && id === phoneId))?.cycle;
}

/** What is kept of a resident's new phones and chats once this one (`id`: its `addressHmac`) is given to them in the vote of this cycle. */
export function withNew(known: ResidentRecord['newContacts'], id: string, cycle: string): Required<ResidentRecord>['newContacts'] {
  return [...(known ?? []).filter((one) => one.cycle === cycle && one.id !== id), { id, cycle }];
}

/** A phone (E.164) of a resident (`_id`) that is another one, or none, from now on, while a vote is open. */
export interface OtherPhone {
  readonly resident: string;
  readonly language?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Tells the old number and the new one of a phone that changes while a vote is open, by a call where a text does not arrive. `session`: the act that changes it. */
export function tellPhones(
  { now }: Pick<World, 'now'>,
  notify: Notify,
): (community: string, changed: readonly OtherPhone[], session: mongo.ClientSession) => Promise<void> {
  return async (community, changed, session) => {
    if (changed.length === 0) return;
    const usual = (await findCommunity(community))?.language ?? 'zh-CN';
    const at = now().toISOString();
    for (const { resident, language = usual, before, after } of changed) {
      const tell = (what: 'phoneLeft' | 'phoneNew', number: string) =>
        notify(
          {
            ...{ community, language, ...answerAt({ ...phoneContact(number), channel: 'voice' }) },
            ...(what === 'phoneNew' && { heedsQuiet: true as const }), // a landline is called
            ...{ kind: 'alarm', occasion: `${what}|${resident}|${at}`, said: { key: `notice.${what}` } },
          },
          session,
        );
      if (before !== undefined) await tell('phoneLeft', before);
      if (after !== undefined) await tell('phoneNew', after);
    }
  };
}
