import { areSame } from './changes.ts';
import type { Mentions } from './mentions.ts';

/** The picks that are read back, and what they were before a change that was told. */
export interface Shown {
  readonly numbers: readonly number[];
  readonly before: readonly number[] | undefined;
}

/**
 * Whether a message says yes to the picks that are read back, and nothing else: 是六 (6 is read back); 对,就这两个; 加嘛,对的 (one was added). Each of its
 * words is one of a yes, or known to take nothing of it back. If it names projects, it names all that are read back, or all that were added.
 */
export function agreesTo({ masked, all }: Pick<Mentions, 'masked' | 'all'>, { numbers, before }: Shown): boolean {
  const added = before && numbers.filter((number) => !before.includes(number));
  const namesAll = areSame(all, numbers) || (added !== undefined && areSame(all, added));
  if (numbers.length === 0 || (all.length > 0 && !namesAll) || masked.length > MAX_CHARS || /[?？]/.test(masked)) return false;
  let isYes = false;
  for (let at = 0; at < masked.length; ) {
    const yes = longer(matchAt(YES, masked, at), before ? matchAt(DONE_SO, masked, at) : undefined);
    const counted = matchAt(COUNTED, masked, at);
    const found = longer(longer(yes, counted), matchAt(BESIDE, masked, at));
    if (!found || (found === counted && !isCount(counted[1] ?? '', numbers.length))) return false;
    isYes ||= found === yes || (found === counted ? /^[就是]/.test(found[0]) : namesAll && /^就/.test(found[0]));
    at += found[0].length;
  }
  return isYes;
}

/** Whether this part of a message, by itself, says yes to so many picks. */
export function isPlainYes(part: string, count: number): boolean {
  return agreesTo({ masked: part, all: [] }, { numbers: Array.from({ length: count }, (_, at) => at), before: undefined });
}

/** So many characters have nothing else in them. */
const MAX_CHARS = 40;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match?.[0] ? match : undefined;
}

function longer(one: RegExpExecArray | undefined, other: RegExpExecArray | undefined): RegExpExecArray | undefined {
  return (other?.[0].length ?? 0) > (one?.[0].length ?? 0) ? other : one;
}

/** 两 and 俩 for 2. */
function isCount(written: string, count: number): boolean {
  return '一两三四五六'.indexOf(written.replace(/[二俩]/, '两').replace('仨', '三')) === count - 1 || written === String(count);
}

const PARTICLE = '[啊呀哈嘛噻嘞哦喔呢撒哟咯的了吧滴哒喽呗呐哩唉哎诶咧]';
const THAT = '(?:这个|那个|它们?|这些|那些|这样子?|那样子?|恁个|嫩个|恁样|这几个)';
const YES = new RegExp(
  [
    `(?:这下|这回|这才|硬是|正|就|确实|当然|那)?(?:对头|对着|对起|对(?![了不没换调比面方])|是(?![不没否谁])|没错|莫错|冇错|没有错|[莫没]得错|(?:没有?|[莫没]得|冇)(?:问题|意见|毛病)|要得|要嘞|要的(?=$|[\\s\\p{P}要嘛])|嗯哪|得行|可以|正确|确认|确定|同意|好(?![不多久难贵像])|行(?!不)|中(?!间)|成(?!都)|恩|嗯+|唔+|系|安逸|巴适|算数|作数)${PARTICLE}*`,
    `(?:这下|这回|这次|这才|都|就)对了${PARTICLE}*|硬是${PARTICLE}*|错不了|[没莫冇][有得]?(?:搞|弄|说|看|听|写|记|念|填|打|按|选|投)错|(?:核对|确认)?无误|定了|(?:对|是)的哇|认了|认就好`,
    `就?(?:按|照)${THAT}(?:办|弄|投|来)?${PARTICLE}*|就(?:投|选|要|是)?${THAT}(?:办|弄|投|来|定)?${PARTICLE}*|就?算(?:这|那)个|就这么(?:定|办)了?`,
    '(?:投|选|记|提交|报|弄|整|办|发出?)(?:起|上|下|去)?(?:嘛|噻|吧|呗|撒)|(?<=^|[\\s\\p{P}])投(?=[\\s\\p{P}]*$)|打[勾钩]|[你您](?:读|说|记|念|听|讲|看|写)[得的]很?对|[👍👌✅]',
    "(?:ok|okay|yes|yep|yeah|yup|correct|right|sure|exactly|perfect|go ahead|do it|that'?s (?:it|right|correct|me)|she is nodding|(?:he|she) agrees|shi|dui)(?![a-z])",
  ].join('|'),
  'uy',
);
/** After a change, its own verb says yes: 加嘛, 换得对. */
const CHANGE = '(?:改|换|加|添|调|让|减|变|去掉|划掉|拿掉|取掉|删掉|去|划|删|取|留|保留|扯|放|搬)';
const DONE_SO = new RegExp(
  `${CHANGE}(?:起|上|好|成|过来|对了|得好|得对|得巴适|${PARTICLE})${PARTICLE}*|${CHANGE}成?(?=◇)|(?:改|换|加|添|调)(?=$|[\\s\\p{P}])`,
  'uy',
);
const COUNTED =
  /(?:就|是|投|选|要|这|那|的|我)*([一二两俩仨三四五六1-6])(?:个|项|样|种|(?<=[俩仨])|(?<=[这那].)(?=$|[\s\p{P}]))(?:都|全)?(?:要|投|选|齐|够|对)?[了的起]?/uy;
const BESIDE = new RegExp(
  [
    `[\\s\\p{P}]+|◇(?:号|项目)?|${PARTICLE}|和|跟|与|同|及|还有(?=\\s*◇)`,
    '(?:我们?|咱们?|俺)(?:自己|个人|各人|本人)?的?|就|只|光|单|也|都(?!行|可以|成|好)|全|全部|完全|现在|这下|这回|这次|那|刚好',
    '(?:要(?!是)|想|投|选|留|支持|记|登记|提交)(?:上|起|好|进去|一下)?(?![不没错诉])|给我|帮我|替我|请|麻烦|劳烦|拜托|决定',
    `(?:刚才|刚刚|先头|上面|前头)(?:说|讲)?的?${THAT}?|${THAT}(?:办|弄|投|来)?`,
    '真的|我?自己的意思|是?我的意思|没变了?|不再?[改换变动]了|晓得|知道|明白|收到|[莫别]再?[改动问管]|信(?:得过)?|(?:发|给)?(?:我)?凭证(?:发|给)?(?:来|我)?',
    '(?:选|说|讲|看|听|想|忙|问|改|考虑|商量|核对|检查)(?:清楚|清|明白|好|完|定)了?|齐了?|够了?|没有?了|[莫没]得了',
    '[你您]?们?(?:往下走|下一步|继续|往下)|快[点些]|赶[紧快]|[莫别]搞错了?|(?:谢+|多谢|感谢|辛苦|麻烦)(?:了|[你您]们?)*|妹儿|小妹|幺妹|同志|老师|师傅',
    '(?:我?(?:老伴儿?|老婆|老公|老头子?|[妈爸]|屋头的?|家里人?)|他|她)(?:也|都)?(?:点头|确认|同意|答应)过?了?',
    '(?:please|thank you|thanks?|count me in|go|for|it|that|thats|this|these|those|the|them|to|vote|i|my|number|is|just|then|two|three|both|all|me|want|we|and)(?![a-z])',
  ].join('|'),
  'uy',
);
