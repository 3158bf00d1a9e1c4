import type { Option } from '../question.ts';
import { type IntentBook, PROJECT } from './intentBook.ts';
import { type Mention, type Names, nameAt, namesOf } from './names.ts';
import { describedAt, numberAt, wordAt } from './numberedAt.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The projects that a message names, wherever they stand in it. */
export interface Mentions {
  /** All of them, in order, each once. */
  readonly all: readonly number[];
  /** Those that are not denied: of "the lamp, not the garden" the lamp; of "all but the garden" the others. */
  readonly wanted: readonly number[];
  /** The message with ◇ in place of each. */
  readonly masked: string;
  /** Each, in order, with its place; empty for what is typed in pinyin. */
  readonly found: readonly Mention[];
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
    const described = describedAt(plain, at, ballot);
    const isNamedNext = described?.length === 1 && nameAt(plain, described[0]?.end ?? at, names, book) !== undefined; // 便宜的那个扶手
    const mentioned = (isNamedNext ? undefined : described) ?? (mention ? [mention] : []);
    found.push(...mentioned);
    at = mentioned[0]?.end ?? at + 1;
  }
  return mentionsOf(plain, ballot, found);
}

/** Which projects are named by what was found in a message, and which of them are wanted. */
export function mentionsOf(plain: string, ballot: readonly Option[], found: readonly Mention[]): Mentions {
  const all = [...new Set(found.map(({ number }) => number))];
  const except = isAllBut(plain);
  const areDenied = isOnlyThese(plain) ? [] : deniedOf(plain, found);
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
  return { all, wanted, masked: masked(plain, found), found };
}

/** 路灯第一,花园第二: how much somebody wants them, not their numbers. */
const RANK = /^第[一二三四1-4](?![个号项样])/;

/** 路灯,理由如下:第一,安全;第二,便宜: reasons are counted, not projects. */
const COUNTS_REASONS = /第一[,，、].{3,}第二[,，、]/u;
const COUNTED = /^第[一二三四]/;

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
  return all.length > 0 ? { all, wanted: all, masked: text.trim(), found: [] } : undefined;
}

function masked(plain: string, found: readonly Mention[]): string {
  let text = '';
  let at = 0;
  for (const { start, end } of found) {
    text += plain.slice(at, start) + PROJECT;
    at = end;
  }
  return text + plain.slice(at);
}

/** What is denied: a "not" stands before it or after it, or before another one to which it is joined: 不投 3 7. */
export function deniedOf(plain: string, found: readonly Mention[]): boolean[] {
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

/** Whether two stand side by side: 3和7. */
export function isJoined(plain: string, one: Mention | undefined, other: Mention | undefined): boolean {
  return one !== undefined && other !== undefined && JOINED.test(plain.slice(one.end, other.start));
}

const JOINED = /^[\s、]*(?:号)?[\s、]*(?:和|跟|与|及|还有|and|nor|or)?[\s、]*$/;

function isDenied(plain: string, { start, end }: Mention): boolean {
  const after = plain.slice(end);
  const before = clauseBefore(plain, start);
  if (SLIPPED.test(before) || (PRESSED.test(before) && MEANT.test(after))) return true;
  return NOT.test(before) || NOT_AFTER.test(after) || NOT_NEEDED.test(after) || (/[把从将]$/.test(plain.slice(0, start)) && GIVEN_UP.test(after));
}

const NOT =
  /(?:没有?说过?|用不[到着上]|不需要|不缺|不要|不投|不选|不想要|不想|不是|不|莫要|莫投|莫|别投|别选|别|甭|勿|没投|没选|没有|没|取消|反对|拒绝|而非|除了|除开|not|no|never|don't|dont|against|without|except|but not|rather than|instead of)\s*(?:是|要|想|投|选|要投|要选|给|我|整|弄|搞|修|建|装|记|[头偷透拖]|vote|want|for|choose|need|the|a|project|number|那个|这个|什么|啥|啥子|\s)*$/;
const NOT_AFTER =
  /^\s*(?:就|偏|才|坚决|那个|对?我们?|都)*\s*(?:不要|不投|不选|不想要|不需要|不考虑|不用|算了|免了|就算了|[莫别][要投选]|不得投|(?:太贵|不划算|不值|没得?用|用不[着到]|噪音大|太吵|吵得很|[他她我]?自己(?:装|修|弄|买)){1,2}(?:了?(?:我|就)?不(?:[投选要]|考虑))?|去了|去掉|no|not)(?:[了嘛哈吧哦]*)(?=$|还是|[\s\p{P}])/u;
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

/** What stands before it in its clause. */
function clauseBefore(plain: string, start: number): string {
  const before = plain.slice(0, start);
  const pause = Math.max(...[...',，。.;；!！?？'].map((sign) => before.lastIndexOf(sign)));
  return before.slice(pause + 1);
}

/** All but what is named: 除了花园都要. */
export function isAllBut(plain: string): boolean {
  return ALL_BUT.test(plain) && !isOnlyThese(plain);
}

/** 除了2其他都不要了: it alone is wanted. */
export function isOnlyThese(text: string): boolean {
  return NOT_THE_REST.test(text) || isAllGone(text);
}

/** 除脱食堂都给我抹了: of the picks it alone stays. */
export function isAllGone(text: string): boolean {
  return ALL_GONE.test(text);
}

const ALL_GONE =
  /(?:除了|除开|除[脱去]|除).{1,12}(?:都|全部?|一律|统统)(?:给我|帮我)?(?:不(?:要|投|选)|算了|抹|去掉|去了|[删划甩扔丢撤]|取消|拿[掉脱])/;

const NOT_THE_REST =
  /(?:除了|除开|除).{1,12}(?:其[他它]|其余|别的|[剩余]下).{0,5}(?:不(?:要|投|选)|算了|去掉|去了|删|取消)|(?:别的|其[他它]的?|其余的?|剩下的?)(?:都|就|全)?(?:不要|不投|不选|取消|算了|不留)了?[\s\p{P}嘛哈]*$/u;
const ALL_BUT =
  /(?:除了|除开|除).{1,12}(?:都|全|其[他它]|其余|别的|另外|剩下|余下)|(?:all|everything|every one) (?:but|except)|都要除了|not .{1,24}(?:the others?|the rest)|(?:不要|不选|不投|不是|除).{1,24}(?:其[他它]|其余|别的(?!不)|[剩余]下的?)(?!的?(?:也|都|全|就)?(?:不|没|莫|算了))|(?:其[他它]|其余|别的|另外).{0,3}(?:都要|都选|都投|全要|全选)|(?:不要|不投|不选|算了|除外)[^?？]{0,8}(?:其[他它]|其余|别的|另外)[^?？]{0,5}都/;
