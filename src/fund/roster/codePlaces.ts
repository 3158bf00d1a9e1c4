/** A phone gets so many codes of a kind in a day, whoever asks. */
const A_DAY = 3;

/** `_id`s of the codes (`PhoneCodeRecord`) that a phone can be sent in a day; `phone` is its HMAC. Those of cadres do not use up the others. */
export function codePlaces({ community, phone }: { community: string; phone: string }, kind: 'chat' | 'cadre'): string[] {
  const whose = kind === 'chat' ? [community, phone] : [community, kind, phone];
  return Array.from({ length: A_DAY }, (_, index) => [...whose, index + 1].join('|'));
}
