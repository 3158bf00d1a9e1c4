import type { Option } from '../question.ts';
import type { Meaning } from './commandIn.ts';
import { namesOf } from './names.ts';
import { normalise } from './normalise.ts';
import type { SaidRole, Vocabulary } from './vocabulary.ts';

/** What people say before they say something, and behind it. */
const BEFORE = /^(?:嗯|呃|额|啊|哦|喔|诶|哎|唉|那个|这个(?=.{2})|就是(?=.)|那就|那|就(?=.{2})|喂|你好|uh|um|er|well|so|please)[\s\p{P}]*/u;
const BEHIND = /[\s\p{P}]*(?:啊|呀|吧|嘛|哈|哦|喔|噻|嘞|哎|咯|喽|谢谢|谢谢你|please|thanks|thank you)$/u;

/** Words without what a hesitating person says first, as recognisers write 那个 and 嗯 down. */
export function withoutLead(text: string): string {
  const rest = text.replace(LEAD, '');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}

const LEAD = /^(?:[\s\p{P}]*(?:嗯+|呃+|额|啊|哦|那个|哪个|拿个|拉个|俩个|下[个個]|这个|第二个|uh|um|er|well)[，,。.、\s]+)+/iu;

/** What is said in the place of a key, if nothing else is said; fillers do not count. */
export function saidIn(text: string, { said }: Vocabulary): SaidRole | undefined {
  const whole = bare(normalise(withoutLead(text)));
  return said.get(whole) ?? said.get(withoutFillers(whole));
}

/** What is expected to sound like: its syllables, and of which project it is a name. */
interface Sounding {
  readonly number: number;
  readonly sounds: readonly string[];
}

/** The fewest syllables that can be taken for a title if one of them is another; and so much of them may be. */
const LEAST_SYLLABLES = 3;
const WRONG_SHARE = 1 / 3;
/** Words of a vote, which say nothing of what for. */
const ABOUT_VOTING = /^(?:我们?|俺)?(?:就|还是|也)?(?:要|想|想要)?(?:投|选|支持|要)?(?:给|一个)?/u;

/**
 * The project that a short utterance sounds most like, though a machine wrote it down in other characters: by the syllables of titles and of their ends, one in
 * three of which may be another. `unknown` if none is, or another one is as near. It has to be read back.
 */
export function byEar(text: string, ballot: readonly Option[], { book }: Vocabulary): Meaning {
  const plain = withoutFillers(bare(normalise(text))).replace(ABOUT_VOTING, '');
  const heard = [...plain].flatMap((character) => book.syllables.of(character) ?? []);
  if (heard.length < LEAST_SYLLABLES || heard.length !== [...plain].length || DENIES.test(plain)) return { kind: 'unknown' };
  const near = namesOf(ballot, book)
    .all.filter(({ sounds }) => sounds.length >= LEAST_SYLLABLES)
    .map((name: Sounding) => ({ number: name.number, share: distance(heard, name.sounds) / Math.max(heard.length, name.sounds.length) }))
    .filter(({ share }) => share <= WRONG_SHARE)
    .toSorted((one, other) => one.share - other.share);
  const [best] = near;
  if (!best || near.some(({ number, share }) => number !== best.number && share === best.share)) return { kind: 'unknown' };
  return { kind: 'named', numbers: [best.number] };
}

const DENIES = /[不没莫别]/;

/** How many syllables have to be put in, taken out or changed to make the one of the other. */
function distance(one: readonly string[], other: readonly string[]): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  one.forEach((sound, index) => {
    const next = [index + 1];
    for (const [at, its] of other.entries())
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + (sound === its ? 0 : 1)));
    row = next;
  });
  return row[other.length] ?? 0;
}

function bare(plain: string): string {
  return plain.replace(/(?<=\p{Script=Han})[\s\p{P}]+|[\s\p{P}]+(?=\p{Script=Han})|^[\s\p{P}]+|[\s\p{P}]+$/gu, '').replace(/\s+/g, ' ');
}

function withoutFillers(plain: string): string {
  const shorter = plain.replace(BEFORE, '').replace(BEHIND, '');
  return shorter === plain || shorter === '' ? plain : withoutFillers(shorter);
}
