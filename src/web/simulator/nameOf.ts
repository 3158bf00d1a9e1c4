import type { TFunction } from 'i18next';
import type { Phone } from './phones.ts';

/** What a phone is called on the page: by who has it. */
export function nameOf({ who, holders }: Phone, t: TFunction): string {
  return holders.length > 0 ? holders.map(({ name }) => name).join(t('and')) : t(`who.${who}Name`);
}
