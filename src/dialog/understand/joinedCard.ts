import type { Option } from '../question.ts';

/** A card as it is printed, `204 681 717`: what comes before it may be three-digit numbers, too. */
const LAST_SPLIT_CARD = /^(.*(?<!\d))([1-9]\d{2})[ -](\d{3})[ -](\d{3})(?!\d)/s;

/** A normalised message with its card in one piece; three numbers of the ballot are picks. */
export function joinedCard(plain: string, ballot: readonly Option[]): string {
  return plain.replace(LAST_SPLIT_CARD, (split, before: string, ...groups) => {
    const parts = groups.slice(0, 3).map(String);
    const arePicks = parts.every((part) => ballot.some(({ number }) => String(number) === part));
    return arePicks ? split : before + parts.join('');
  });
}
