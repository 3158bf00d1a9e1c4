/** A phone gets so many codes of a kind in a day, whoever asks; a cadre needs one for each thing that is asked for by text. */
const A_DAY = { chat: 3, cadre: 10 };

/** `_id`s of the codes (`PhoneCodeRecord`) that a phone can be sent in a day; `phone` is its HMAC. Those of cadres do not use up the others. */
export function codePlaces({ community, phone }: { community: string; phone: string }, kind: 'chat' | 'cadre'): string[] {
  const whose = kind === 'chat' ? [community, phone] : [community, kind, phone];
  return Array.from({ length: A_DAY[kind] }, (_, index) => [...whose, index + 1].join('|'));
}
