import { NUMERAL_CHARACTERS, numeral } from '../../store/numerals.ts';
import type { Option } from '../question.ts';
import { type IntentBook, PROJECT } from './intentBook.ts';
import { normalise } from './normalise.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The projects that a message names, wherever they stand in it. */
export interface Mentions {
  /** All of them, in order, each once. */
  readonly all: readonly number[];
  /** Those that are not denied: of "the lamp, not the garden" the lamp; of "all but the garden" the others. */
  readonly wanted: readonly number[];
  /** The message with ◇ in place of each. */
  readonly masked: string;
}

interface Mention {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** The names of a ballot's projects. */
interface Names {
  /** The longest first. */
  readonly all: readonly Name[];
  /** The same by the sound of their first character, or by the character itself if it has none. */
  readonly from: ReadonlyMap<string, readonly Name[]>;
}

interface Name {
  readonly number: number;
  readonly text: string;
  /** Its syllables; empty for a name in Latin letters. */
  readonly sounds: readonly string[];
  /** It is a piece of the project's place, which means the project only together with what follows: 菜市场那段. */
  readonly isPlace: boolean;
}

/** Finds the projects in a normalised message: by number, title, the end of a title, another name for it, and what sounds the same. */
export function mentionsIn(plain: string, ballot: readonly Option[], { book, numbers }: Vocabulary): Mentions {
  const names = namesOf(ballot, book);
  const typed = typedIn(plain, names, book);
  if (typed) return typed;
  const found: Mention[] = [];
  const isCounted = COUNTS_REASONS.test(plain);
  for (let at = 0; at < plain.length; ) {
    if (found.at(-1)?.end === at) at += RANK.exec(plain.slice(at, at + 3))?.[0].length ?? 0;
    if (isCounted) at += COUNTED.exec(plain.slice(at, at + 2))?.[0].length ?? 0;
    const mention = nameAt(plain, at, names, book) ?? numberAt(plain, at, ballot) ?? wordAt(plain, at, ballot, numbers);
    const mentioned = describedAt(plain, at, ballot) ?? (mention ? [mention] : []);
    found.push(...mentioned);
    at = mentioned[0]?.end ?? at + 1;
  }
  const all = [...new Set(found.map(({ number }) => number))];
  const except = isAllBut(plain);
  const areDenied = deniedOf(plain, found);
  const isWanted = new Map<number, boolean>();
  found.forEach(({ number }, index) => {
    const isGroup = isJoined(plain, found[index - 1], found[index]) || isJoined(plain, found[index], found[index + 1]);
    if (!areDenied[index]) isWanted.set(number, true);
    else if (!isGroup || !isWanted.has(number)) isWanted.set(number, false); // 不要花园, but of "1和3,不是1和2" 1 is still wanted
  });
  const wanted =
    except && all.length > 0
      ? ballot.map(({ number }) => number).filter((number) => !all.includes(number))
      : all.filter((number) => isWanted.get(number));
  return { all, wanted, masked: masked(plain, found) };
}

/** 路灯第一,花园第二: how much somebody wants them, not their numbers. */
const RANK = /^第[一二三四1-4](?![个号项样])/;

/** 路灯,理由如下:第一,安全;第二,便宜: reasons are counted, not projects. */
const COUNTS_REASONS = /第一[,，、].{3,}第二[,，、]/u;
const COUNTED = /^第[一二三四]/;

const COUNT = '[一二两三四1-4]';
const DESCRIBED = new RegExp(
  [
    `(?:开头|前|头)(?:面|头|边)?(?:的)?\\s*(?<first>${COUNT})\\s*[个样项种]`,
    `倒数第(?<fromLast>${COUNT})\\s*[个样项种]`,
    `(?:最后|末尾|最末|后|尾)(?:面|头|边)?(?:的)?\\s*(?<last>[两二三23])\\s*[个样项种]`,
    `(?<end>最后|末尾|最末)(?:面|头)?(?:的)?(?:[那这一]?[个样项种])`,
    `最(?<most>便宜|省钱|贵)(?:的)?(?:(?:那|这)?(?<count>[两二三23])?[个样项种]|的|(?=$|[\\s\\p{P}]))`,
    '(?<rather>便宜|贵)的?那(?<rathers>[两二三23])?个',
    '哪个(?:最)?(?<whichever>便宜|贵)[,，\\s]*(?:我|我们)?就?[投选要]哪个',
    '(?<tens>\\d+(?:\\.\\d)?|[一二两三四五六七八九十]{1,3})万(?<rest>[一二三四五六七八九\\d](?!\\d))?千?[块元]?钱?(?:的?(?:那|这)[个项样]?|的(?:项目|一[个项样])?(?=$|[\\s\\p{P}和跟]|[◇\\p{Script=Han}]{2,5}$)|(?=[和跟、](?:\\d|[一二两三四五六七八九]).{0,3}(?:的|那)))',
    '(?<whole>\\d{4,6})[块元]?钱?的?(?:那|这)个',
  ].join('|'),
  'uy',
);
/** What may stand before a place in the list: 我选前三个, but not 三号院后面. */
const LIST_BEGINS = /(?:^|[\s\p{P}我选投要就把给和跟与都◇])$/u;
const ASKED_BEFORE = /(?:哪|谁|什么)[^\s\p{P}]{0,4}$/u;
const ASKED_AFTER = /^(?:是|叫)?(?:哪|谁|什么|啥)/;

/** Projects that are told by their place in the list or their cost: 前三个, 最便宜那个, 3万那个. All of them stand at the first one's place. */
function describedAt(plain: string, at: number, ballot: readonly Option[]): Mention[] | undefined {
  if (!/[前头开后末尾倒最便贵哪\d一二两三四五六七八九十]/.test(plain.charAt(at)) || /[\d.]/.test(plain.charAt(at - 1))) return undefined;
  if (/[前头开后]/.test(plain.charAt(at)) && !LIST_BEGINS.test(plain.charAt(at - 1))) return undefined;
  DESCRIBED.lastIndex = at;
  const match = DESCRIBED.exec(plain);
  if (!match?.groups) return undefined;
  const end = at + match[0].length;
  if (ASKED_BEFORE.test(plain.slice(Math.max(0, at - 6), at)) || ASKED_AFTER.test(plain.slice(end, end + 4))) return undefined;
  const projects = describedBy(match.groups, ballot);
  return projects?.map(({ number }, index) => ({ number, start: index === 0 ? at : end, end }));
}

function describedBy(told: Readonly<Record<string, string | undefined>>, ballot: readonly Option[]): readonly Option[] | undefined {
  const { first, fromLast, last, end, rather, whichever = rather, most = whichever, rathers, count = rathers, tens, rest = '0', whole } = told;
  const taken = (options: readonly Option[], many: number) => (many > 0 && many <= options.length ? options.slice(0, many) : undefined);
  if (first) return taken(ballot, amountOf(first));
  const fromBehind = [...ballot].reverse();
  if (fromLast) return fromBehind.slice(amountOf(fromLast) - 1, amountOf(fromLast));
  if (most) {
    const sorted = ballot.filter(({ cost }) => cost !== undefined).sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
    return taken(most === '贵' ? sorted.reverse() : sorted, count ? amountOf(count) : 1);
  }
  const cost = whole ? Number(whole) : tens ? Math.round(amountOf(tens) * 10_000 + amountOf(rest) * 1_000) : undefined;
  if (cost === undefined) return taken(fromBehind, end ? 1 : amountOf(last ?? '0'));
  const priced = ballot.filter((option) => option.cost === cost);
  return priced.length === 1 ? priced : undefined;
}

function amountOf(written: string): number {
  return /^\d/.test(written) ? Number(written) : (numeral(written) ?? 0);
}

/** What is typed in pinyin: "lu deng" is 路灯. Undefined if no name is in it. */
function typedIn(plain: string, { all: names }: Names, { syllables }: IntentBook): Mentions | undefined {
  const heard = /^[a-z][a-z\s\p{P}]*$/u.test(plain) ? syllables.in(plain) : undefined;
  if (!heard) return undefined;
  let text = ` ${heard.join(' ')} `;
  const all: number[] = [];
  for (const { number, sounds } of names) {
    const sound = ` ${sounds.join(' ')} `;
    if (sounds.length === 0 || !text.includes(sound)) continue;
    if (!all.includes(number)) all.push(number);
    text = text.replaceAll(sound, ` ${PROJECT} `);
  }
  return all.length > 0 ? { all, wanted: all, masked: text.trim() } : undefined;
}

/** A number in words: three. "One" is too often something else. */
function wordAt(plain: string, at: number, ballot: readonly Option[], numbers: ReadonlyMap<string, number>): Mention | undefined {
  const first = plain.charAt(at);
  if (first < 'a' || first > 'z' || LETTER.test(plain.charAt(at - 1))) return undefined;
  const [text, led, word = ''] = /^((?:number|no\.?|project)\s+)?([a-z]{3,6})(?![a-z])/.exec(plain.slice(at, at + 20)) ?? [];
  const value = numbers.get(word);
  if (!text || value === undefined || (value === 1 && !led) || MEASURE_WORD.test(plain.slice(at + text.length))) return undefined;
  return ballot.some(({ number }) => number === value) ? { number: value, start: at, end: at + text.length } : undefined;
}

const MEASURE_WORD =
  /^[\s-]+(?:day|week|month|year|time|people|person|project|of|old|hour|minute|more|vote|phone|or|in|am|pm|kid|child|yuan|friend|digit)/;

function masked(plain: string, found: readonly Mention[]): string {
  let text = '';
  let at = 0;
  for (const { start, end } of found) {
    text += plain.slice(at, start) + PROJECT;
    at = end;
  }
  return text + plain.slice(at);
}

/** What follows a place that stands for its project: 菜市场那段, 小广场要修. */
const IN_PLACE = /^[面头边上里]?的?(?:那|这|哪)[个段块截条坨片]|^(?:要|准备|打算|拿来)?(?:修|建|装|搞|弄|做)(?:什么|啥|灯)|^的?(?:那|这)个/;
/** The shortest piece of a place that names it. */
const PLACE = 3;
const LONGEST_PLACE = 6;

const compiled = new WeakMap<readonly Option[], Names>();
/** The shortest end of a title that names it. */
const LEAST = 2;

function namesOf(ballot: readonly Option[], book: IntentBook): Names {
  const known = compiled.get(ballot);
  if (known) return known;
  const titles = ballot.map(({ number, label }) => ({ number, text: normalise(label).replace(/[.…\s]+$/, '') }));
  const texts = titles.flatMap(({ number, text }) => [
    ...endsOf(text).map((end) => ({ number, text: end })),
    ...[...book.things].flatMap(([thing, names]) => (text.includes(thing) ? names.map((name) => ({ number, text: name })) : [])),
  ]);
  const places = ballot.flatMap(({ number, place }) =>
    place
      ? wordedAnew(normalise(place))
          .flatMap(piecesOf)
          .map((text) => ({ number, text }))
      : [],
  );
  const isOnly = (name: { number: number; text: string }, among: readonly { number: number; text: string }[]) =>
    !among.some((other) => other.text === name.text && other.number !== name.number);
  const all = [
    ...texts
      .filter((name) => isOnly(name, texts))
      .map((name) => ({ ...name, sounds: name.text.includes('的') ? [] : soundsOf(name.text, book), isPlace: false })),
    ...places.filter((name) => isOnly(name, [...places, ...texts])).map((name) => ({ ...name, sounds: [], isPlace: true })),
  ].sort((a, b) => b.text.length - a.text.length);
  const from = new Map<string, Name[]>();
  for (const name of all) {
    const start = startAt(name.text, 0, book);
    from.set(start, [...(from.get(start) ?? []), name]);
  }
  const names = { all, from };
  compiled.set(ballot, names);
  return names;
}

/** How people say what is written: 三院背后 is 3号院后面. */
const WORDED: readonly (readonly [written: RegExp, said: (found: string) => string])[] = [
  [/号院/g, () => '院'],
  [/的/g, () => ''],
  [/后面/g, () => '背后'],
  [/面/g, () => '头'],
  [/[1-9]/g, (digit) => NUMERALS.charAt(Number(digit))],
  [/[一二三四五六七八九]/g, (written) => String(NUMERALS.indexOf(written))],
];
const NUMERALS = '零一二三四五六七八九';

function wordedAnew(place: string): string[] {
  const places = new Set([place]);
  for (const [written, said] of WORDED) for (const each of [...places]) places.add(each.replace(written, said));
  return [...places];
}

/** The pieces of a place of Chinese characters: of 小广场东边 also 小广场 and 广场东. */
function piecesOf(place: string): string[] {
  const pieces = new Set<string>();
  for (const run of place.match(/\p{Script=Han}+/gu) ?? [])
    for (let from = 0; from < run.length; from++)
      for (let length = PLACE; length <= LONGEST_PLACE && from + length <= run.length; length++) pieces.add(run.slice(from, from + length));
  return [...pieces];
}

function endsOf(title: string): string[] {
  if (/\p{Script=Latin}/u.test(title)) return [title];
  const characters = [...title];
  return characters.slice(0, Math.max(1, characters.length - LEAST + 1)).map((_, index) => characters.slice(index).join(''));
}

function soundsOf(text: string, { syllables }: IntentBook): string[] {
  const heard = [...text].flatMap((character) => syllables.of(character) ?? []);
  return heard.length >= LEAST && heard.length === [...text].length ? heard : [];
}

const LETTER = /[\p{Script=Latin}']/u;

function nameAt(plain: string, at: number, { from }: Names, book: IntentBook): Mention | undefined {
  const name = from.get(startAt(plain, at, book))?.find(({ text, sounds, isPlace }) => {
    if (plain.startsWith(text, at)) return isPlace ? IN_PLACE.test(plain.slice(at + text.length)) : isWhole(plain, at, text);
    return sounds.length > 0 && sounds.every((sound, index) => book.syllables.of(plain.charAt(at + index)) === sound);
  });
  return name && { number: name.number, start: at, end: at + name.text.length };
}

function startAt(text: string, at: number, { syllables }: IntentBook): string {
  const character = text.charAt(at);
  return syllables.of(character) ?? character;
}

/** A name in Latin letters stands as a word of its own. */
function isWhole(plain: string, at: number, text: string): boolean {
  if (!LETTER.test(text.charAt(0))) return true;
  return !LETTER.test(plain.charAt(at - 1)) && !LETTER.test(plain.charAt(at + text.length));
}

const NUMBER =
  /(?:(?:no\.?|number|project|#)\s*)?第?\s*(\d{1,4}|[零〇一二三四五六七八九十百两廿]{1,4})(?:\s*(号项目|号|个项目|项|(?<=第.{1,5})个(?=$|[\s\p{P}就要安巴好最不硬我和跟嘛哈可吧])))?/uy;
/** What counts or measures something else: 3栋, 3点, 3万. */
const MEASURE =
  /^\s*(?:[%‰°]|[~∼〜–—-]\s*\d|[零一二三四五六七八九十]|号?[院楼栋幢门桌房线机]|单元|点|块|元|万|千|百|年|月|天|日|个|人|岁|层|条|票|份|种|位|名|分|秒|米|斤|路|趟|次|回|遍|家|户|号[线楼院门]|下|些|样|边|般|直|定|起|共|切|[/:-]\d|[.]\d{2,}|\s?(?:am|pm|yuan|times|days|weeks|months|people|years|th of))/;
const BEFORE_NUMBER = /[\d¥$./-]$|\d:$|(?:晚|早|午|月|到|至|初|周|星期|礼拜|尾|单|之|万|千|十|百|这|那|某|每|同|统|唯|专|一|no)$/;

function numberAt(plain: string, at: number, ballot: readonly Option[]): Mention | undefined {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(plain);
  if (!match) return undefined;
  const [text, written = '', sign] = match;
  const end = at + text.length;
  const value = /^\d/.test(written) ? Number(written) : numeral(written);
  const isLed = text.trimStart() !== written && !text.startsWith(written);
  if ((written === '两' && sign) || (written === '一' && plain.charAt(end) === '哈')) return undefined; // 两项: two of them; 一哈
  if (value === undefined || BEFORE_NUMBER.test(plain.slice(Math.max(0, at - 2), at)) || NUMBERED.test(plain.slice(Math.max(0, at - 10), at)))
    return undefined;
  const counted = sign && sign !== '个' ? end - 1 : end; // 3号线
  if (MEASURE.test(plain.slice(counted))) return undefined;
  if (sign || isLed) {
    const isKnown = ballot.length === 0 ? Boolean(sign) && value < 100 : ballot.some(({ number }) => number === value);
    return isKnown ? { number: value, start: at, end } : undefined;
  }
  if (!ballot.some(({ number }) => number === value)) return undefined;
  if (!/^\d/.test(written) && !standsAlone(plain, at, end)) return undefined;
  if (LETTER.test(plain.charAt(at - 1)) || LETTER.test(plain.charAt(end))) return undefined;
  return { number: value, start: at, end };
}

/** A numeral without a sign is only a number between such words: 投三, 三和七. In other places it is part of a word. */
function standsAlone(plain: string, at: number, end: number): boolean {
  const before = plain.slice(Math.max(0, at - 1), at);
  const after = plain.charAt(end);
  const isBefore = before === '' || /[投选要是和跟与、,，.。;；\s加给]/u.test(before) || NUMERAL_CHARACTERS.has(before);
  const isAfter = after === '' || /[和跟与同、,，.。;；\s!！?？吧嘛哈哦选投]/u.test(after) || NUMERAL_CHARACTERS.has(after);
  const isJoined = (/[和跟与]/.test(before) && /[要都我就可]/.test(after)) || /^(?:不[要选投]|也?要(?!的)|我?也想要)/.test(plain.slice(end)); // 一和七要得, 二不要
  return isBefore && (isAfter || isJoined);
}

const NOT =
  /(?:没有?说过?|不要|不投|不选|不想要|不想|不是|不|莫要|莫投|莫|别投|别选|别|甭|勿|没投|没选|没有|没|取消|反对|拒绝|而非|除了|除开|not|no|never|don't|dont|against|without|except|but not|rather than|instead of)\s*(?:是|要|想|投|选|要投|要选|给|我|整|弄|搞|修|建|装|记|[头偷透拖]|vote|want|for|choose|need|the|a|project|number|那个|这个|什么|啥|啥子|\s)*$/;
const NOT_AFTER =
  /^\s*(?:就|那个|我|都)?\s*(?:不要|不投|不选|不想要|不需要|不用|算了|免了|就算了|莫要|不得投|(?:太贵|不划算|不值|没得?用|用不[着到]|噪音大|太吵|吵得很|[他她我]?自己(?:装|修|弄|买)){1,2}(?:了?(?:我|就)?不[投选要])?|去了|去掉|no|not)(?:[了嘛哈吧哦]*)(?=$|[\s\p{P}])/u;
/** 花园之事可缓, 扶手那个我们院有了. */
const NOT_NEEDED = /^(?:那个|之事|的事情?|项目|嘛|我们?|我家|他?们|[院栋楼里头]|已经|都)*(?:有了|装了的|可缓|不急|不忙|往后[放推挪]|够多了|不缺)/;
/** 把花园换成路灯: the first one is given up. */
const GIVEN_UP = /^\s*(?:那个)?(?:换成|改成|改为|换为|去掉|去了|去脱|划掉|划了|拿掉|删掉|删了|换掉|取消)/;
/** 昨天投的花园,给我换成路灯: what was named before is given up, unless something of it stays. */
const CHANGED_TO = /(?:换成|改成|改为|改投)(?:那个|给)?\s*$/;
const KEEPS = /不变|不动|保留|留下|留着|还是要/;
/** 健身角换成扶手. */
const REPLACED = /^\s*(?:那个|的)?(?:换成|改成|改为|换为|换)(?:那个|成)?\s*$/;

/** 按成2了,本来想要3; "I pressed 2 but I wanted 3". */
const SLIPPED = /[按点投选发打写记听搞弄当看]成了?\s*(?:第|编号)?$/;
const PRESSED = /\b(?:pressed|hit|typed|tapped|picked|chose)(?: number)?\s*$/;
const MEANT = /\b(?:but|instead|meant|wanted|by mistake)\b/;

/** Something else has that number: gate 3. */
const NUMBERED = /(?:gate|room|building|block|floor|unit|door|line|bus|flight|page|table)\s*$/;

/** What is denied: a "not" stands before it or after it, or before another one to which it is joined: 不投 3 7. */
function deniedOf(plain: string, found: readonly Mention[]): boolean[] {
  const denied: boolean[] = [];
  const changedTo = KEEPS.test(plain) ? -1 : found.findLastIndex(({ start }) => CHANGED_TO.test(plain.slice(0, start)));
  found.forEach((mention, index) => {
    const before = found[index - 1];
    const next = found[index + 1];
    const isReplaced = (next !== undefined && REPLACED.test(plain.slice(mention.end, next.start))) || index < changedTo;
    const isOneMore = before !== undefined && isJoined(plain, before, mention);
    denied.push(isReplaced || isDenied(plain, mention) || (isOneMore && denied[index - 1] === true && !NOT_AFTER.test(plain.slice(before.end))));
  });
  return denied;
}

function isJoined(plain: string, one: Mention | undefined, other: Mention | undefined): boolean {
  return one !== undefined && other !== undefined && JOINED.test(plain.slice(one.end, other.start));
}

const JOINED = /^[\s、]*(?:号)?[\s、]*(?:和|跟|与|及|还有|and|nor|or)?[\s、]*$/;

function isDenied(plain: string, { start, end }: Mention): boolean {
  const after = plain.slice(end);
  const before = clauseBefore(plain, start);
  if (SLIPPED.test(before) || (PRESSED.test(before) && MEANT.test(after))) return true;
  return NOT.test(before) || NOT_AFTER.test(after) || NOT_NEEDED.test(after) || (/[把从将]$/.test(plain.slice(0, start)) && GIVEN_UP.test(after));
}

/** What stands before it in its clause. */
function clauseBefore(plain: string, start: number): string {
  const before = plain.slice(0, start);
  const pause = Math.max(...[...',，。.;；!！?？'].map((sign) => before.lastIndexOf(sign)));
  return before.slice(pause + 1);
}

const ALL_BUT =
  /(?:除了|除开|除).{1,12}(?:都|全|其[他它]|其余|别的|剩下|余下)|(?:all|everything|every one) (?:but|except)|都要除了|not .{1,24}(?:the others?|the rest)|(?:不要|不选|不投|不是|除).{1,12}(?:其[他它]|其余|别的(?!不)|剩下的?|余下的?)(?!的?(?:也|都|全|就)?(?:不|没|莫|算了))|(?:其[他它]|其余|别的|另外).{0,3}(?:都要|都选|都投|全要|全选)|(?:不要|不投|不选|算了|除外)[^?？]{0,8}(?:其[他它]|其余|别的|另外)[^?？]{0,5}都/;

function isAllBut(plain: string): boolean {
  return ALL_BUT.test(plain);
}
