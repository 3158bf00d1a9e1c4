/** Characters that a second of speech has room for: what the contract counts with (§8). */
const A_SECOND = 4;
/** A word in Latin letters takes about as long as two Chinese characters. */
const A_WORD = 2;

/** How long a text takes to be spoken. Signs are not said: only Chinese characters, digits and words count. */
export function spokenSeconds(text: string): number {
  return spokenCharacters(text) / A_SECOND;
}

/** The length of what is said in characters as people say them: signs and blanks are none. */
export function spokenCharacters(text: string): number {
  const words = text.match(/[\p{Script=Latin}\p{M}'’-]*\p{Script=Latin}[\p{Script=Latin}\p{M}'’-]*/gu) ?? [];
  const others = text.match(/[\p{Nd}\p{Lo}]/gu) ?? [];
  return words.length * A_WORD + others.length;
}
