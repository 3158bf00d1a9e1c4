import type { Group } from './groups.ts';

/** One step of a change: what is added, and what goes for it. */
export interface Change {
  readonly add: readonly number[];
  readonly drop: readonly number[];
}

/** Picks after the changes, each once, in the order in which they were; what takes the place of another one stands there. */
export function changed(picks: readonly number[], changes: readonly Change[]): number[] {
  return changes.reduce<number[]>(
    (before, { add, drop }) => {
      const added = add.filter((number) => !before.includes(number));
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
  const isAsked = WONDERS.test(text);
  const changes: Change[] = [];
  const wanted: number[] = [];
  let isRelative = false;
  let isRepair = false;
  let isWhole = false;
  let drops = false;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index] as Group;
    const next = groups[index + 1];
    const link = next && linked(group, next);
    const numbers = meantBy(group, picks);
    if (next && link) {
      const [out, into] = link === 'replaces' ? [meantBy(next, picks), group.numbers] : [numbers, next.numbers];
      const old = link === 'repairs' && out.length > 1 && into.length === 1 ? out.slice(-1) : out;
      const kept = numbers.filter((number) => !old.includes(number));
      if (link === 'repairs') changes.push({ drop: [], add: kept });
      changes.push({ drop: old, add: into });
      isRepair ||= link === 'repairs';
      isWhole ||= link === 'repairs' && (VOTES.test(group.before) || !old.some((number) => picks.includes(number)));
      isRelative = true;
      drops = true;
      index++;
      continue;
    }
    const place = PLACE_BEFORE.exec(group.before);
    const placed = place && atPlace(place[0], picks);
    if (placed !== undefined && placed !== null) {
      changes.push({ drop: [placed], add: group.numbers });
      [isRelative, drops] = [true, true];
    } else if (!isAsked && (DROP.test(group.before) || DROPPED.test(group.after))) {
      changes.push({ drop: numbers, add: [] });
      [isRelative, drops] = [true, true];
    } else if (KEEP.test(group.before) || KEPT.test(group.after)) {
      changes.push({ drop: [], add: group.numbers });
    } else if (ADD.test(group.before) || ADDED.test(group.after)) {
      changes.push({ drop: [], add: group.numbers });
      isRelative = true;
    } else {
      wanted.push(...group.numbers);
      changes.push({ drop: [], add: group.numbers });
    }
  }
  if (groups.length === 0) return pointedAt(text, picks, topic);
  const [only] = groups;
  if (only && groups.length === 1 && !isRelative && ONLY.test(only.before) && only.numbers.length < picks.length) {
    const areIn = only.numbers.every((number) => picks.includes(number));
    return areIn ? { changes: [{ drop: picks.filter((number) => !only.numbers.includes(number)), add: [] }], isWhole: false } : undefined;
  }
  if (!isRelative) return undefined;
  if (isWhole) return { changes, isWhole: true };
  const isOfPicks = changes.some(({ drop }) => drop.some((number) => picks.includes(number)));
  if (wanted.length > 0 && !isOfPicks && !isRepair) return drops ? { changes, isWhole: true, isPlain: true } : undefined; // 3还有8: in whole
  return { changes, isWhole: false };
}

/** 哦我不要那个, 后头那个不要, 那个也要: no project is named. */
function pointedAt(text: string, picks: readonly number[], topic: number | undefined): Changes | undefined {
  if (picks.length === 0 || text.length > LONGEST || WONDERS.test(text)) return undefined;
  const more = topic !== undefined && ADDS_THAT.test(text) ? { drop: [], add: [topic] } : undefined;
  if (more) return { changes: [more], isWhole: false };
  if (!DROPS_THAT.test(text)) return undefined;
  const place = PLACE.exec(text)?.[0];
  const [only] = picks.length === 1 ? picks : [];
  const dropped = place ? atPlace(place, picks) : topic !== undefined && picks.includes(topic) ? topic : only;
  return dropped === undefined ? undefined : { changes: [{ drop: [dropped], add: [] }], isWhole: false };
}

const LONGEST = 24;
const THAT = '(?:那个|这个|它|(?:的)?那一?个|that one|this one|that|it|one)';
const PLACE_WORDS = '(?:第[一二三四1-4]个|前[面头]|头一个|后[面头]|最后|末尾|the (?:first|second|third|last)(?: one)?)';
const PLACE = new RegExp(PLACE_WORDS, 'u');
const PLACE_BEFORE = new RegExp(`(?:把)?${PLACE_WORDS}(?:的)?(?:那个|一个)?(?:给我)?(?:换成?|改成?|改为| to )\\s*$`, 'u');
const DROP_WORD =
  '(?:不要|不投|不选|不想要|不想投|不用|去掉|去了|去脱|拿掉|拿了|拿脱|删掉|删了|划掉|划了|撤掉|撤了|取消|算了|免了|甩了|莫要|莫投|莫选)';
const DROPS_THAT = new RegExp(
  `(?:${THAT}|${PLACE_WORDS}(?:的)?(?:那?个)?)(?:就|我|也|给我)*${DROP_WORD}|${DROP_WORD}(?:了)?(?:${THAT}|${PLACE_WORDS})|\\b(?:not|drop|remove|without|don't want|take out)\\s+(?:${THAT}|${PLACE_WORDS})`,
  'u',
);
const ADDS_THAT = new RegExp(`(?:再|还|也)(?:加|投|要|选)(?:上)?${THAT}|${THAT}我?也(?:要|投|选|加)|\\b${THAT} (?:too|as well)\\b`, 'u');

function atPlace(place: string, picks: readonly number[]): number | undefined {
  if (/前|头一|first/.test(place)) return picks[0];
  if (/后|末|last/.test(place)) return picks.at(-1);
  const nth = /第([一二三四1-4])/.exec(place)?.[1] ?? (/second/.test(place) ? '2' : '3');
  return picks['一二三四'.includes(nth) ? '一二三四'.indexOf(nth) : Number(nth) - 1];
}

/** The numbers that a group means among the picks: 第二个 is the second of them, if 2 is none of them. */
function meantBy({ numbers, written }: Group, picks: readonly number[]): number[] {
  return numbers.map((number, index) => {
    const isOrdinal = /^第.{1,2}个?$/.test(written[index] ?? '');
    return isOrdinal && !picks.includes(number) ? (picks[number - 1] ?? number) : number;
  });
}

/** How one group takes the other's place: the second corrects the first, the first is given up for it, or the first comes for the second. */
function linked(group: Group, next: Group): 'repairs' | 'swaps' | 'replaces' | undefined {
  const { between } = next;
  if (REPAIRS.test(between) && !IS_NOT.test(between)) return 'repairs';
  if (EARLIER.test(group.before) && LATER.test(between) && !DROPPED.test(next.after)) return 'repairs';
  if (INSTEAD.test(between) || (/[用拿]\s*$/.test(group.before) && /^\s*号?(?:来)?(?:换|替|代替|顶)掉?\s*$/.test(between))) return 'replaces';
  return SWAPS.test(between) || (SWAPS_IN_ENGLISH.test(between) && CHANGES.test(group.before)) ? 'swaps' : undefined;
}

const REPAIRS =
  /^\s*号?[\s|]*(?:[啊哎诶哦呀噢哟嗨哈][呀哟]?[\s|]*)*(?:不是|不对|错了|我?(?:说|打|按|发|写|搞|弄|记)错了|no wait|wait no|wait|no|sorry|oops|i mean|i meant|scratch that|actually)(?:了|哈|的|啊|嘛|no|wait|sorry|i mean|[\s|])*(?:应?该?是|我是?(?:说|要|想)(?:的是|要|投)?|要|投|选|换成|改成|it's|make it|number)?\s*第?$/u;
/** 花园，不是扶手: the second one is denied. */
const IS_NOT = /^\s*号?[\s|]*不是(?:第)?$/;
const EARLIER =
  /(?:昨天|前天|上次|上回|之前|原来|先前|早先|刚才|yesterday|at first|earlier)[^|]{0,6}(?:想|要|投|选|说|want|wanted|vote|voted|chose|said)\S*\s*(?:for)?\s*$/u;
const LATER = /(?:今天|现在|这次|这回|后来|改|today|now)[^|◇]{0,8}$/u;
const SWAPS =
  /^\s*号?[\s|]*(?:那个|的)?[\s|]*(?:(?:不要|不投|不选|算|去掉|去|取消|划掉)了?[\s|]*(?:就)?)?(?:给我|帮我)?(?:应该是|应当是|该是|换成?|改成?|变成?|改为|换为|替换成|->|=>|→)(?:那个|给|投|第)?\s*$/u;
const SWAPS_IN_ENGLISH = /^\s*(?:to|for|with|by|into)\s*(?:number|project|a|an)?\s*$/;
const CHANGES = /\b(?:change|swap|switch|replace|exchange|make)\s*(?:number|project|the)?\s*$/;
const INSTEAD = /^\s*(?:instead of|rather than|in place of|代替|顶替)\s*(?:number|project)?\s*$/;
const VOTES = /[投选]|\b(?:vote|pick|choose)\b/;
const DROP =
  /(?:去掉|去了|取消|删掉|删除|删了|划掉|拿掉|撤掉|撤了|撤回|不要|不投|不选|不想要|不想投|不再投|[别莫]投|莫要|甩了|\b(?:drop|remove|delete|take (?:out|off|away)|without|except|not|no|cancel|forget|minus|leave out|(?:don't|do not|no longer) (?:want|need|like)))\s*(?:the|number|no\.|project|that|那个|第|了|\s)*$/u;
const DROPPED = new RegExp(
  `^\\s*号?(?:(?:那个|的|项目|这个|嘛|[\\s|])*|那个\\p{Script=Han}{1,4}?)(?:就|我|也|都|给我|千万|坚决|最好)*(?:${DROP_WORD}|\\b(?:out|away|off|is out|not any ?more)\\b)`,
  'u',
);
const ONLY = /(?:只|就|光|单|仅|\bonly|\bjust)(?:要|投|选|留|给|保留|我|\s|vote|want|keep|for|number|the)*$/u;
const KEEP = /(?:保留|留[着到下]|\bkeep)\s*(?:the|number)?\s*$/u;
const KEPT = /^\s*号?(?:那个)?(?:保?留|不变|不动|还是要|stays|is fine)/u;
const ADD =
  /(?:再来|再加|再投|再选|再要|再添|加[上起]?|添[上起]?|补[上个]?|多(?:投|选|加|要)|还要|还有|还想要?|还选|还投|还加|另外|外加|也投|也选|也要|也加|顺便投?|\b(?:plus|add|also|as well as|along with|^\s*and|[|]\s*and))(?:投|选|要|一?个|两个|上|the|number|project|vote for|want|a|for|[|\s])*(?:第)?$/u;
const ADDED = /^\s*号?(?:那个|嘛)?(?:我们?)?也(?:要|投|选|想|加|行|可以|好|给)|^\s*号?(?:加上|加进|一起投|一块投)|^\s*(?:too|as well|also)\b/u;
/** Who asks why or what is no more than asking. */
const WONDERS = /为什么|为啥|凭什么|怎么|咋|啥|什么|哪|谁|\b(?:why|what|who|where|how|which)\b/;
