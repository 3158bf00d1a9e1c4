import { simplified } from '../../store/simplified.ts';
import type { Option } from '../question.ts';

/** A text in the form in which it is compared, character by character (`fold`), so that `writtenFrom` finds the way back. */
export function normalise(text: string): string {
  let plain = '';
  for (const character of text) plain += fold(character);
  return plain.replace(DIALECT, (word) => COMMON[word] ?? word);
}

/** Words of Sichuan that patterns know by another one, of the same length; and what dictation and input methods make of some. */
const COMMON: Readonly<Record<string, string>> = {
  ...{ 相因: '便宜', 将才: '刚才', 头先: '刚才', 先头: '刚才', 楞个: '恁个', 拐了: '错了', 拐咯: '错了', 这哈: '这下' },
  ...{
    去吊: '去掉',
    去调: '去掉',
    队头: '对头',
    记倒: '记到',
    再家: '再加',
    算咯: '算了',
    要咯: '要了',
    错咯: '错了',
    去咯: '去了',
    掉咯: '掉了',
    该成: '改成',
  },
};
const DIALECT = new RegExp(Object.keys(COMMON).join('|'), 'g');

/** Signs that dictation writes down by their names, as they are written. */
const SPELLED: Readonly<Record<string, string>> = { 逗号: '，', 句号: '。', 顿号: '、', 问号: '？', 感叹号: '！', 冒号: '：', 分号: '；' };
const SPELLED_SIGN = new RegExp(`(?<=[\\p{L}\\p{N}])(?<![个加用打的写])(?:${Object.keys(SPELLED).join('|')})`, 'gu');

/** A text with the signs that dictation spelled: "加个凳子逗号装灯句号". */
export function withSigns(text: string): string {
  return text.includes('号') ? text.replace(SPELLED_SIGN, (name) => SPELLED[name] ?? name) : text;
}

/** A card as it is printed, `204 681 717`. Three-digit numbers may stand before it too. */
const LAST_SPLIT_CARD = /^(.*(?<!\d))([1-9]\d{2})[ -](\d{3})[ -](\d{3})(?!\d)/s;

/** A normalised message with its card in one piece. Three numbers that are all on the ballot are picks. */
export function joinedCard(plain: string, ballot: readonly Option[]): string {
  return plain.replace(LAST_SPLIT_CARD, (split, before: string, ...groups) => {
    const parts = groups.slice(0, 3).map(String);
    const arePicks = parts.every((part) => ballot.some(({ number }) => String(number) === part));
    return arePicks ? split : before + parts.join('');
  });
}

/** So many characters are enough to guess what a text is about. To guess takes longer, the longer a text is. */
const GUESSED_FROM = 300;

/** The beginning of a normalised text, from which is guessed what it means. */
export function beginningOf(plain: string): string {
  return plain.slice(0, GUESSED_FROM);
}

/** Characters like "❶", "⓫", "⓵", which Unicode does not decompose: the first and last of each row, and the value of the first. */
const CIRCLED = [
  [0x2776, 0x277f, 1],
  [0x2780, 0x2789, 1],
  [0x278a, 0x2793, 1],
  [0x24eb, 0x24f4, 11],
  [0x24f5, 0x24fe, 1],
] as const;
const TEN_KEYCAP = 0x1f51f;
const KEYCAP = 0x20e3;

/**
 * One character in the form in which it is compared: half-width, lower case, simplified. Invisible characters are dropped. Numbers in a
 * frame of their own ("③", "3️⃣", "㈢") get a blank, so that "③⑦" is two numbers.
 */
function fold(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? character.toLowerCase() : character;
  if (code >= 0x4e00 && code <= 0x9fff) return String.fromCharCode(simplified(code));
  return common.get(character) ?? foldRare(character, code);
}

/** Chinese punctuation, full-width forms and typographic quotes. They are in nearly every message, so they are folded only once. */
const common = new Map(
  [
    [0x2010, 0x2030],
    [0x3000, 0x3030],
    [0xff00, 0xffef],
  ].flatMap(([first = 0, last = 0]) =>
    Array.from({ length: last - first }, (_, index) => {
      const character = String.fromCodePoint(first + index);
      return [character, foldRare(character, first + index)] as const;
    }),
  ),
);

function foldRare(character: string, code: number): string {
  if (code === KEYCAP) return ' ';
  if (code === TEN_KEYCAP) return ' 10 ';
  if (/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Mn}\p{Emoji_Modifier}]/u.test(character)) return /\s/.test(character) ? ' ' : '';
  for (const [first, last, value] of CIRCLED) if (code >= first && code <= last) return ` ${code - first + value} `;
  if (code === 0x2018 || code === 0x2019) return "'";
  const written = /\p{Script=Latin}/u.test(character) ? character.normalize('NFKD').replace(/\p{Mn}/gu, '') : character; // tuì dìng
  const plain = Array.from(written.normalize('NFKC').toLowerCase(), (each) => String.fromCodePoint(simplifiedPoint(each))).join('');
  const isFramed = /[\p{No}]/u.test(character) || (code >= 0x3220 && code <= 0x32ff);
  return isFramed ? ` ${plain} ` : plain;
}

function simplifiedPoint(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x10000 ? simplified(code) : code;
}

/**
 * The end of a text as it was written, from the place that is `offset` in its normalised form. It is trimmed, and the separator before it
 * is dropped.
 */
export function writtenFrom(text: string, offset: number): string {
  let folded = 0;
  let from = 0;
  for (const character of text) {
    if (folded >= offset) break;
    folded += fold(character).length;
    from += character.length;
  }
  return text
    .slice(from)
    .replace(/^[\s\p{Pe}\p{Pf}\p{Po}\p{Pd}\p{Default_Ignorable_Code_Point}]+/u, '')
    .trim();
}

const LETTER = /[\p{Script=Latin}']/u;

/**
 * The longest word that stands at this place; words are listed under their first character. A word that ends in a Latin letter must end
 * there: "vote" is not in "voting", but it is in "vote3".
 */
export function longestAt(plain: string, at: number, from: ReadonlyMap<string, readonly string[]>): string | undefined {
  const first = plain.codePointAt(at);
  if (first === undefined) return undefined;
  return from.get(String.fromCodePoint(first))?.find((word) => plain.startsWith(word, at) && endsWhole(plain, at + word.length));
}

/** Whether the word ends here: no further letter follows its last letter. */
function endsWhole(plain: string, end: number): boolean {
  return end >= plain.length || !LETTER.test(plain.charAt(end)) || !LETTER.test(plain.charAt(end - 1));
}

/** Words listed under their first character, longest first, for `longestAt`. */
export function byFirst(words: Iterable<string>): Map<string, string[]> {
  const listed = new Map<string, string[]>();
  for (const word of words) {
    const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
    listed.set(
      first,
      [...(listed.get(first) ?? []), word].sort((a, b) => b.length - a.length),
    );
  }
  return listed;
}
