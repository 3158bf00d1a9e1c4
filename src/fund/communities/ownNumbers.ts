import type { mongo } from 'mongoose';
import { phone } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import { Community, type CommunityRecord } from './community.ts';

/** The numbers of a community at which the service itself is called and texted. */
type Numbers = Pick<CommunityRecord, 'phone' | 'callback' | 'textNumber'>;

/**
 * Those of some numbers (E.164) that are the service's own, in whatever community: nobody is reached there, and an exchange names one of them for a caller whom
 * it does not know. So none is anybody's phone. `unsaved`: a community that is being imported.
 */
export async function ownNumbersAmong(numbers: readonly string[], session?: mongo.ClientSession, unsaved?: Numbers): Promise<Set<string>> {
  const textNumbers = numbers.flatMap(asTexted);
  const ours = await collection(Community)
    .find(
      { $or: [{ phone: { $in: [...numbers] } }, { callback: { $in: [...numbers] } }, { textNumber: { $in: textNumbers } }] },
      { projection: { phone: 1, callback: 1, textNumber: 1 }, ...(session && { session }) },
    )
    .toArray();
  const known = new Set([...ours, ...(unsaved ? [unsaved] : [])].flatMap((one) => [one.phone, one.callback, one.textNumber]));
  return new Set(numbers.filter((number) => [number, ...asTexted(number)].some((written) => known.has(written))));
}

/** A number as carriers of SMS write it (`textNumber`). */
function asTexted(number: string): string[] {
  const national = number.startsWith('+86') ? number.slice(3) : undefined;
  return [number.slice(1), ...(national === undefined ? [] : [national, `0${national}`])];
}

/**
 * Somebody's phone as it was typed, in E.164. `near`: a number of the country that is meant. `phoneWrong`: no such number can exist; `ownNumber`: it is one of the
 * service itself.
 */
export async function phoneTyped(
  text: string,
  near: string | undefined,
  session?: mongo.ClientSession,
): Promise<{ readonly number: string } | { readonly refused: 'phoneWrong' | 'ownNumber' }> {
  const number = phone(text, near);
  if (number === undefined) return { refused: 'phoneWrong' };
  return (await ownNumbersAmong([number], session)).size > 0 ? { refused: 'ownNumber' } : { number };
}
