import type { Group } from './groups.ts';
import { isAllGone, isOnlyThese } from './mentions.ts';
import { isAgainst } from './stance.ts';

/** One step of a change: what is added, and what goes for it. */
export interface Change {
  readonly add: readonly number[];
  readonly drop: readonly number[];
}

/** Picks after the changes, each once, in the order in which they were; what takes the place of another one stands there. */
export function changed(picks: readonly number[], changes: readonly Change[]): number[] {
  return changes.reduce<number[]>(
    (before, { add, drop }) => {
      const added = [...new Set(add)].filter((number) => !before.includes(number));
      const at = before.findIndex((number) => drop.includes(number) && !add.includes(number));
      const kept = before.map((number) => (drop.includes(number) && !add.includes(number) ? undefined : number));
      const place = at < 0 ? kept.length : at;
      return [...kept.slice(0, place), ...added, ...kept.slice(place)].filter((number) => number !== undefined);
    },
    [...new Set(picks)],
  );
}

/** What a message does to picks. */
export interface Changes {
  readonly changes: readonly Change[];
  /** It names what is wanted and what is not, and none of the picks: 4 not 3. */
  readonly isPlain?: true;
  /** It says by itself which picks are meant, whatever was said before: 投四号啊不是十号. */
  readonly isWhole: boolean;
}

/**
 * What a message changes of the picks that were shown, refused or cast last, group by group; undefined if it changes nothing of them.
 * `picks` are those, empty if none are known; `topic` is the project that was talked of last.
 */
export function changesIn(groups: readonly Group[], text: string, picks: readonly number[], topic?: number): Changes | undefined {
  if (TURNED_ROUND.test(text)) return undefined;
  if (groups.length === 0) return pointedAt(text, picks, topic);
  const named = groups.flatMap(({ numbers }) => numbers);
  if (isAllGone(text) && named.length < picks.length && named.every((number) => picks.includes(number)))
    return { changes: [{ drop: picks.filter((number) => !named.includes(number)), add: [] }], isWhole: false };
  const changes: Change[] = [];
  const wanted: number[] = [];
  let isRelative = false;
  let isRepair = false;
  let isWhole = false;
  let drops = false;
  let addsOne = false;
  let last: Operation | undefined;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index] as Group;
    const next = groups[index + 1];
    if (next && IS_DENIED.test(next.before) && areSame(group.numbers, next.numbers)) continue; // 投五号,不是五号,是六号
    const numbers = meantBy(group, picks);
    const link = next && linked(group, next, picks);
    if (next && link) {
      const [out, into] = link === 'replaces' ? [meantBy(next, picks), group.numbers] : [numbers, next.numbers];
      const old = link === 'repairs' && out.length > 1 && into.length === 1 ? out.slice(-1) : out;
      const kept = numbers.filter((number) => !old.includes(number));
      if (link === 'repairs') changes.push({ drop: [], add: kept });
      changes.push({ drop: old, add: into });
      isRepair ||= link === 'repairs';
      isWhole ||= link === 'repairs' && !ADDS_ONE.test(group.before) && (VOTES.test(group.before) || !old.some((number) => picks.includes(number)));
      [isRelative, drops, last] = [true, true, undefined];
      index++;
      for (let later = groups[index + 1]; later && linked(groups[index] as Group, later, picks) === 'repairs'; later = groups[index + 1]) {
        changes.push({ drop: groups[index]?.numbers ?? [], add: later.numbers }); // 投二号,不对,四号,算了还是二号
        index++;
      }
      continue;
    }
    const swapped = swappedIn(group, picks, named);
    if (swapped) {
      changes.push(swapped);
      [isRelative, drops] = [true, true];
      continue;
    }
    const operation = operationOf(group, next, last, picks);
    const isInherited = operation !== undefined && /^[\s|]+$/.test(group.before) && !DROPPED.test(group.after);
    last = operation;
    switch (operation) {
      case 'drop':
        if (isInherited && !numbers.some((number) => picks.includes(number)))
          changes.push({ drop: [], add: numbers }); // not 4, 5
        else changes.push({ drop: numbers, add: [] });
        [isRelative, drops] = [true, true];
        break;
      case 'add':
        isRelative = true;
        addsOne ||= ADDS_ONE.test(group.before);
        changes.push({ drop: [], add: group.numbers });
        break;
      case 'keep':
        isRelative ||= picks.length > 0 && !group.numbers.every((number) => picks.includes(number)); // 花园还是要
        changes.push({ drop: [], add: group.numbers });
        break;
      default:
        wanted.push(...group.numbers);
        changes.push({ drop: [], add: group.numbers });
    }
  }
  const [only, another] = groups;
  if (only && !another && !isRelative) {
    const numbers = meantBy(only, picks);
    const areIn = numbers.every((number) => picks.includes(number));
    const isAll = ONLY.test(only.before) || last === 'keep' || isOnlyThese(text);
    if (isAll && numbers.length < picks.length)
      return areIn ? { changes: [{ drop: picks.filter((number) => !numbers.includes(number)), add: [] }], isWhole: false } : undefined;
    const isOneForOne = !areIn && picks.length === 1 && numbers.length === 1;
    if (isOneForOne && (CHANGES_IT.test(only.before) || MISTAKES_IT.test(only.before) || RATHER.test(only.before)))
      return { changes: [{ drop: picks, add: numbers }], isWhole: false };
  }
  if (!isRelative) return undefined;
  if (isWhole) return { changes, isWhole: true };
  const isOfPicks = changes.some(({ drop }) => drop.some((number) => picks.includes(number)));
  const isNew = wanted.some((number) => !picks.includes(number)) || !addsOne; // 7后头再添1
  if (wanted.length > 0 && isNew && !isOfPicks && !isRepair) return drops ? { changes, isWhole: true, isPlain: true } : undefined; // 3还有8: in whole
  return { changes, isWhole: false };
}

/** Whether they are the same numbers, each once. */
export function areSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number) => others.includes(number));
}

/** 路灯够亮了,取了它: it is dropped in a part of its own. */
export function endsDropped({ after }: Group): boolean {
  return ENDS_DROPPED.test(after) && !/[投选]/.test(after);
}

type Operation = 'drop' | 'add' | 'keep';

/** What is done with a group by the words around it. What stands before it counts first; after a pause alone, it is done with it what was done with the one before. */
function operationOf(group: Group, next: Group | undefined, last: Operation | undefined, picks: readonly number[]): Operation | undefined {
  const { before, after } = group;
  const isAsked = WONDERS.test(before.slice(before.lastIndexOf('|') + 1)) || WONDERS.test(after.split('|')[0] ?? '');
  if ((RATHER.test(before) || ONLY.test(before)) && /^\s*号?(?:那个)?算了/.test(after)) return undefined; // 还是三号算了, 单投路灯算了
  if (isAgainst(group) && group.numbers.every((number) => picks.includes(number))) return 'drop'; // 八号莫得必要
  if (!isAsked && DROP.test(before)) return 'drop';
  const isUndone = next === undefined && !isAsked && endsDropped(group); // ◇莫得人用,去了它
  if (isUndone) return 'drop';
  const isOfNext = next !== undefined && after === next.before && DROP.test(after) && !DROPPED.test(next.after); // 加9减2
  const isDropped = !isAsked && !isOfNext && DROPPED.test(after);
  if (ADDS_ONE.test(before)) return 'add';
  if (isDropped) return 'drop';
  if (KEEP.test(before) || KEPT.test(after)) return 'keep';
  if (ADD.test(before) || ADDED.test(after)) return 'add';
  return /^[\s|]+$/.test(before) ? last : undefined;
}

/** One that comes in the place of one of the picks: 第二个换成◇; the third of two is added: 第三个选◇. Or one of two for the other: 5跟6调一下. */
function swappedIn({ before, after, numbers }: Group, picks: readonly number[], named: readonly number[]): Change | undefined {
  const [, place = '', verb = ''] = PLACE_BEFORE.exec(before) ?? [];
  if (place && picks.length > 0) {
    const placed = atPlace(place, picks, named);
    if (placed !== undefined && !GIVES.test(verb)) return { drop: [placed], add: numbers };
    if (placed === undefined && (GIVES.test(verb) || isNext(place, picks))) return { drop: [], add: numbers };
  }
  const [one, other, more] = numbers;
  if (one === undefined || other === undefined || more !== undefined || !EXCHANGES.test(after)) return undefined;
  return picks.includes(one) === picks.includes(other)
    ? undefined
    : { drop: picks.includes(one) ? [one] : [other], add: picks.includes(one) ? [other] : [one] };
}

/** 哦我不要那个, 后头那个不要, 那个也要: no project is named. */
function pointedAt(text: string, picks: readonly number[], topic: number | undefined): Changes | undefined {
  if (picks.length === 0 || text.length > MAX_CHARS || WONDERS.test(text)) return undefined;
  const more = topic !== undefined && ADDS_THAT.test(text) ? { drop: [], add: [topic] } : undefined;
  if (more) return { changes: [more], isWhole: false };
  const kept = KEEPS_THAT.exec(text)?.[1];
  const onlyOne = kept ? atPlace(kept, picks) : undefined;
  if (onlyOne !== undefined) return { changes: [{ drop: picks.filter((number) => number !== onlyOne), add: [] }], isWhole: false };
  if (!DROPS_THAT.test(text) || !NO_NAME.test(text.slice(0, text.search(DROPS_THAT)))) return undefined;
  const place = PLACE.exec(text)?.[0];
  const [only] = picks.length === 1 ? picks : [];
  const dropped = place ? atPlace(place, picks) : topic !== undefined && picks.includes(topic) ? topic : only;
  return dropped === undefined ? undefined : { changes: [{ drop: [dropped], add: [] }], isWhole: false };
}

const MAX_CHARS = 24;
const THAT = '(?:那个|这个|它|(?:的)?那一?个|that one|this one|that|it|one)';
const PLACE_WORDS =
  '(?:第[一二三四1-4]个|前[面头一]|头一个|后[面头一]|最后|末尾|中间|另外?(?=一?个|那)|剩下?|余下|the (?:first|second|third|last|middle|other)(?: one)?)';
const PLACE = new RegExp(PLACE_WORDS, 'u');
const PLACE_BEFORE = new RegExp(
  `(${PLACE_WORDS})(?:的)?(?:那个|一个|那一个)?(?:我|就|给我|帮我)*(换成?|改成?|改为|变成?|投给?|选|给|要| to )(?:一?个)?\\s*$`,
  'u',
);
/** Given where nothing stands yet: 剩下那个给◇. */
const GIVES = /^(?:投给?|选|给|要)$/;
const EXCHANGES = /^\s*号?(?:给我|帮我)?(?:对调|对换|互换|交换|(?:调|换)(?:一?[下哈]|一?个|过来|转来))/u;
const TAKE_AWAY = '(?:去|减|裁|拿|删|划|勾|撤|甩|扯|踢|丢|扔|取|抹|退|刨)(?:掉|脱|了|开|走|下来|出来|出去|回来?|除|消|销|落|起走|去)';
const DROP_WORD = `(?:${TAKE_AWAY}|除[掉脱]|不再?(?:要|投|选|想要|想投|想选|用|考虑|留)|取消|算了|算求了?|免了|莫要|莫投|莫选|[别莫](?:投|添|加|选|要)了?|不算(?:了|数)?|作废|多余|下(?:了|架|掉)|不是我?(?:要|投|选|说)的)`;
const DROPS_THAT = new RegExp(
  `(?:${THAT}|${PLACE_WORDS}(?:的)?(?:那?一?个)?)(?:就|我|也|给我)*${DROP_WORD}|${DROP_WORD}(?:了)?(?:${THAT}|${PLACE_WORDS})|\\b(?:not|drop|remove|without|don't want|take out)\\s+(?:${THAT}|${PLACE_WORDS})`,
  'u',
);
/** What may stand before it: 倒渣渣那个 is some project's other name. */
const NO_NAME =
  /^(?:[\s\p{P}]|哦|嗯|哎|噢|唉|那|就|我们?|还是|算了|请|麻烦|帮我|给我|把|刚才|刚刚|上面|投|选|说|的|要|ok|okay|please|and|but|then|just|i|let's|can you|could you)*$/iu;
const KEEPS_THAT = new RegExp(`(?:只|就|光)(?:要|留|保留|投|选)(?:下|到)?(${PLACE_WORDS})`, 'u');
const ADDS_THAT = new RegExp(`(?:再|还|也)(?:加|投|要|选)(?:上)?${THAT}|${THAT}我?也(?:要|投|选|加)|\\b${THAT} (?:too|as well)\\b`, 'u');

/** The pick at a place; `named` are other ones: 路灯不动，另一个换成◇. */
function atPlace(place: string, picks: readonly number[], named: readonly number[] = []): number | undefined {
  if (/另|剩|余|other/.test(place)) {
    const others = picks.filter((number) => !named.includes(number));
    return others.length === 1 ? others[0] : undefined;
  }
  if (/中|middle/.test(place)) return picks.length === 3 ? picks[1] : undefined;
  if (/前|头一|first/.test(place)) return picks[0];
  if (/后|末|last/.test(place)) return picks.at(-1);
  return picks[nthOf(place) - 1];
}

function nthOf(place: string): number {
  const nth = /第([一二三四1-4])/.exec(place)?.[1] ?? (/second/.test(place) ? '2' : '3');
  return '一二三四'.includes(nth) ? '一二三四'.indexOf(nth) + 1 : Number(nth);
}

/** 第三个 of two picks: the place is empty. */
function isNext(place: string, { length }: readonly number[]): boolean {
  return /^第/.test(place) ? nthOf(place) === length + 1 : /剩|余/.test(place);
}

/** The numbers that a group means among the picks: 第二个 is the second of them, if 2 is none of them; 最后那个 and 前三个 are theirs. */
function meantBy({ numbers, written }: Group, picks: readonly number[]): number[] {
  const [first = ''] = written;
  const [, places, count = ''] = SEVERAL_PLACES.exec(first) ?? [];
  const many = '一二三四'.indexOf(count.replace('两', '二')) + 1 || Number(count);
  if (places && picks.length > many) return /[前头]/.test(places) ? picks.slice(0, many) : picks.slice(-many);
  if (picks.length > 1 && /^(?:最后|末尾|最末)/.test(first)) return picks.slice(-1);
  return numbers.map((number, index) => {
    const isOrdinal = /^第.{1,2}个?$/.test(written[index] ?? '');
    return isOrdinal && !picks.includes(number) ? (picks[number - 1] ?? number) : number;
  });
}

const SEVERAL_PLACES = /^(前|头|开头|最后|后|末尾)(?:面|头|边)?[的那]?\s*([一二两三四1-4])\s*[个样项种]/u;

/** How one group takes the other's place: the second corrects the first, the first is given up for it, or the first comes for the second. */
function linked(group: Group, next: Group, picks: readonly number[]): 'repairs' | 'swaps' | 'replaces' | undefined {
  const { between } = next;
  if (IS_DENIED.test(group.before) && IS_RATHER.test(between)) return 'repairs';
  const isOfPicks = (one: Group, other: Group) =>
    one.numbers.every((number) => picks.includes(number)) && !other.numbers.some((number) => picks.includes(number));
  const isLeft = next.numbers.every((number) => picks.includes(number) && !group.numbers.includes(number));
  if (WANTED.test(group.before) && PRESSED_INTO.test(between)) return 'replaces';
  if (WAS_NOT.test(between) || SIGHS.test(between) || (WANTED.test(group.before) && BUT.test(between))) return 'repairs';
  if (IS_NOT.test(between) && isLeft) return 'replaces';
  if (GIVES_TO.test(between) && /[把将]/.test(group.before)) return 'swaps';
  if (REPAIRS.test(between) && !IS_NOT.test(between)) return areSame(group.numbers, next.numbers) ? undefined : 'repairs'; // 9不对 9要改10
  if (SLIPPED.test(between)) return picks.some((number) => group.numbers.includes(number)) ? 'swaps' : 'repairs';
  if (EARLIER.test(group.before) && LATER.test(between) && !DROPPED.test(next.after)) return 'repairs';
  if (INSTEAD.test(between) || (TAKES.test(group.before) && TAKEN_FOR.test(between))) return isOfPicks(group, next) ? 'swaps' : 'replaces';
  if (SWAPS.test(between) || (SWAPS_IN_ENGLISH.test(between) && CHANGES.test(group.before))) return 'swaps';
  return isOfPicks(group, next) && CHANGED_TO.test(between) && !KEPT.test(group.after) ? 'swaps' : undefined;
}

/** 不是去掉九号,说反了,去掉一号: what was changed before is taken back as well, and nobody knows which of it. */
const TURNED_ROUND = /[说搞弄写打按发听]反了?|the other way (?:a?round)/;
/** 我换一个,换◇: the only pick goes. */
const CHANGES_IT = /(?:换|改|要回)(?:成|为|回|装|投|选|个|到)*\s*$/u;
/** 把空调那票给◇. */
const GIVES_TO = /^\s*号?(?:的)?(?:[那这]?一?票)?(?:给|投给|转给|让给|换给|改给|改投)(?:第)?$/u;
const TO = '(?:换成?|改成?|改为|改投|换为|变成?|变为|改[装投选要修]|换[装投选要]|替换成|替换为|调成|调换?成?|换到|让给|让位给)';
/** 不是◇是◆. */
const IS_DENIED = /(?:不是(?:投|选|要|说)?|没(?:有)?(?:说|想)(?:要|过)?(?:投|选|要)?|说的?不是|\bnot)\s*(?:number|the)?\s*$/u;
const IS_RATHER =
  /^\s*号?[\s|]*(?:而是|我?(?:要|投|选|说|想要?)的(?:是)?|我?是(?:说|要|想)?|应?该?是|要|投|选|改成|换成|but|it's|i mean)(?:投|选|要)?(?:那个|这个)?\s*(?:number|the)?\s*$/u;
/** What is said where something was said wrongly, again and again if need be: 哦豁说错了, 不对不对. */
const MISTAKEN =
  '(?:不{2,}|不(?=[|\\s])|算了(?=[|\\s]*还是)|[啊哎诶哦呀噢哟嗨哈唉额呃豁哇]*呸|[啊哎诶哦呀噢哟嗨哈唉额呃豁哇]+|不是|不对头?|错了|没对|搞错|(?:我|刚才|前头|刚刚)?(?:说|打|按|发|写|搞|弄|记|投|选|点|报|讲|念|看|听|整)错(?:了|咯|啦)?|等(?:一?[下哈]|等)|no wait|wait no|wait|no|sorry|oops|i mean|i meant|scratch that|actually)';
const REPAIRS = new RegExp(
  `^\\s*号?[\\s|]*(?:${MISTAKEN}(?:了|哈|的|啊|嘛|[\\s|])*)+(?:应?该?是|应该(?:投|选|是|要)?|我?是(?:说|要|想)?(?:的是|要|投)?|我?(?:要|投|选)(?:的是)?|还是|再?来一?个?|换成|改成|加|换|it's|make it|number)?\\s*第?$`,
  'u',
);
/** 打错了 是◇: the only pick was not meant. */
const MISTAKES_IT = new RegExp(
  `^[\\s|]*(?:${MISTAKEN}(?:了|哈|的|啊|嘛|这个|那个|[\\s|])*)+(?:应?该?是|应该(?:投|选|是|要)|我?是(?:说|要|想)?(?:的是|要|投)?|我?(?:要|投|选)(?:的是)?)?\\s*第?$`,
  'u',
);
/** 花园，不是扶手: the second one is denied. */
const IS_NOT = /^\s*号?[\s|]*(?:不是(?:第)?|not)\s*(?:number|the)?\s*$/;
/** 5号投错了应该投6号, 3应该是4, 1改2. */
const SLIPPED = /^\s*号?[\s|]*(?:是|我)?(?:[^|◇]{0,4}错了?(?:的)?|不对)?[\s|]*应(?:该|当)(?:是|投|选|要)?\s*$/u;
const EARLIER =
  /(?:昨天|前天|上次|上回|之前|原来|先前|早先|刚才|yesterday|at first|earlier)[^|]{0,6}(?:想|要|投|选|说|want|wanted|vote|voted|chose|said)\S*\s*(?:for)?\s*$/u;
/** 我想投5号可是有点贵,那就4号; 本来要6,打成8了 is the other way round. */
const WANTED = /(?:想|本来|原本)(?:是|想|要)*(?:投|选|要)?(?:给)?\s*$/u;
const BUT = /(?:可是|但是?|不过|只是)[^◇]{0,16}(?:那就|就|还是|选|投|要)(?:投|选|要)?\s*$/u;
const PRESSED_INTO = /^\s*号?[\s|]*(?:结果|却|手滑|不小心|我)*[按打点写发投选]成了?\s*$/u;
/** 十号不是我说的,电话听错了,是四号. */
const SIGHS = /^\s*号?[^◇|]{0,3}\|(?:唉|哎呀?|哦|诶)[^◇|]{0,10}\|?(?:还是)?我?(?:投|选|要)(?:给)?\s*$/u;
const WAS_NOT = /^\s*号?不是[^|◇]{0,5}\|(?:[^|◇]{1,8}\|)?(?:应?该?是|我?(?:要|说|投|选)的?是?)\s*$/u;
const LATER = /(?:今天|现在|这次|这回|后来|改|today|now)[^|◇]{0,8}$/u;
const SWAPS = new RegExp(
  `^\\s*号?[\\s|]*(?:那个|的)?[\\s|]*(?:(?:不要|不投|不选|不想要|算|${TAKE_AWAY}|取消)了?[\\s|]*(?:就)?)?(?:给我|帮我)?(?:应该是|应当是|该是|${TO}|->|=>|→)(?:那个|给|投|第|一?个)?\\s*$`,
  'u',
);
/** Something is told of the first one, and it is one of the picks: 食堂不划算，换成◇. */
const CHANGED_TO = new RegExp(`^[^◇]{1,14}?${TO}(?:那个|给|投|第|一?个)?\\s*$`, 'u');
const SWAPS_IN_ENGLISH = /^\s*(?:to|for|with|by|into)\s*(?:number|project|a|an|the)?\s*$/;
const CHANGES = /\b(?:change|swap|switch|replace|exchange|make)\s*(?:number|project|the)?\s*$/;
const TAKES = /[用拿]\s*$/;
const TAKEN_FOR = /^\s*号?(?:来)?(?:换|替|代替|顶)掉?\s*$/;
const INSTEAD =
  /^[\s|]*(?:i(?:'d| would|'ll)? (?:want|like|prefer|rather have|take)(?: to (?:take|have|pick|choose|vote for))? (?:that|those|these|this|it|them)(?: ones?)? )?(?:instead of|rather than|in place of|代替|顶替)\s*(?:number|project|the)?\s*$/;
const VOTES = /[投选]|\b(?:vote|pick|choose)\b/;
const DROP = new RegExp(
  `(?:${TAKE_AWAY}|(?:^|[|\\s])去|除[掉脱]|取消|删除|撤回|减|不再?(?:要|投|选|想要|想投|考虑)|[别莫]投|莫要|\\b(?:drop|remove|delete|get rid of|scratch|lose|skip|take (?:out|off|away)|without|except|not|no|cancel|forget|minus|leave out|(?:don't|do not|no longer) (?:want|need|like)))\\s*(?:the|number|no\\.|project|that|那个|第|了|\\s)*$`,
  'u',
);
const DROPPED = new RegExp(
  `^\\s*号?(?:(?:[那这](?:个|一?票)|的|项目|嘛|[\\s|])*|那个\\p{Script=Han}{1,4}?|(?:太|有点儿?|好|没得|没)\\p{Script=Han}{1,4}?了?[\\s|]*)(?:就|先|还是|又|暂时|现在|我看|我觉得|我想|我|也|都|给我|可以|千万|坚决|最好)*(?:${DROP_WORD}|[投选按点]错了|\\b(?:out|away|off|is out|not any ?more)\\b)`,
  'u',
);
const ENDS_DROPPED = new RegExp(`[^|◇]{2,10}\\|(?:我|就|给我|把它)*${DROP_WORD}(?:它|这个|那个)?[嘛哈了|\\s]*$`, 'u');
const ONLY = /(?:只|就|光|单|仅|\bonly|\bjust)(?:要|投|选|留|给|保留|我|一个|\s|vote|want|keep|for|number|the)*$/u;
const RATHER = /^[\s|]*(?:哎|唉|算了|我|那)*还是(?:投|选|要)?\s*$/u;
const KEEP = /(?:保留|留[着到下]?|\bkeep)\s*(?:the|number)?\s*$/u;
const KEPT = /^\s*号?(?:那个)?(?:都|全|也|就)*(?:保?留|之外|以外|不变|不动|不换|还是要|stays|is fine)/u;
/** Nothing but that one more comes: 加, 添, 补. */
const ADDS_ONE =
  /(?:加|添|补|增加|增|搭|外带|附带|后[面头](?:再)?跟)(?:上|起|多|个|一?个|两个|进去|到|投|选|要|号|[^|◇]{1,6}的|(?<=个)[^|◇的]{2,4}|[|\s])*(?:第)?$|\b(?:plus|add)\s*(?:the|number|project|a|\s)*$/u;
const ADD =
  /^[\s|]*(?:和|跟|还有)$|(?:^|[|\s])(?:上|补上|换上)$|(?:(?:再|在(?=加|添|投)|之外|以外|还|另外|多|又|顺便|额外|剩)(?:可以|能|想|要|差|剩|有|给|加|添|投|选|来|算|补|再)*(?:来|加|投|选|要|添|补|有|差|剩|给|算)|多一?个|另外|外加|忘了说?|也(?:投|选|要|加)|顺便投?|\b(?:plus|add|also|as well as|along with|^\s*(?:oh )?and|[|]\s*(?:oh )?and))(?:投|选|要|给|来|[^|◇]{1,6}的|(?<=个)[^|◇的]{2,4}|的|一?个|两个|上|起|the|number|project|vote for|want|a|for|[|\s])*(?:第)?$/u;
const ADDED =
  /^\s*号?(?:那个|嘛)?(?:我们?)?也(?:要|投|选|想|加|行|可以|好|给|算|来|留)|^\s*号?(?:还是|也|又|都|给我)*(?:加上|加进|加起|加回来?|要回来?|添回来?|可以加|带上|一起投|一块投|算上|放[上起进回]|补上|搁上)|^\s*(?:too|as well|also)\b/u;
/** Who asks why or what is no more than asking. */
const WONDERS = /为什么|为啥|凭什么|怎么|咋|啥|什么|哪|谁|\b(?:why|what|who|where|how|which)\b/;
