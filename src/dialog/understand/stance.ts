import type { Group } from './groups.ts';

/** Whose picks a group is: the writer's; or they are against it, only heard or tell of it, or it is somebody else's. */
export type Stance = 'own' | 'against' | 'heard' | 'another';

export function stancesOf(groups: readonly Group[]): Stance[] {
  return groups.reduce<Stance[]>((stances, group) => [...stances, stanceOf(group, stances.at(-1))], []);
}

function stanceOf({ before, after }: Group, last: Stance = 'own'): Stance {
  if (AGAINST.test(before) || IS_AGAINST.test(after)) return 'against';
  const clause = before.slice(before.lastIndexOf('|') + 1);
  const own = OWN.exec(clause)?.index ?? -1;
  const heard = lastOf(HEARD, clause);
  const another = lastOf(ANOTHER, clause);
  if (heard > own || (heard >= 0 && NOT_OWN.test(after))) return 'heard';
  if (another > own) return 'another';
  if (HEARD_AFTER.test(after)) return 'heard';
  return own >= 0 || last === 'against' || BEGINS.test(clause) ? 'own' : last;
}

/** A vote begins here, whatever others want. */
const BEGINS = /^[\s]*(?:就|那就|还是)?[投选]|^\s*vote\b/;

function lastOf(pattern: RegExp, text: string): number {
  return Math.max(-1, ...[...text.matchAll(pattern)].map(({ index }) => index));
}

/** What the writer wants, last of all: 我老婆要2我要3. 喊我投 is no such word. */
const OWN =
  /(?:(?<![喊叫让劝逼催帮给求拉拿教骗哄等对跟和请]|要求|屋头|[^\p{Script=Han}]me )(?:我们?|咱们?|俺)(?:自己|个人|呢|嘛|就|才|还是|只|也|想|决定|肯定|坚决|硬是|都)*(?:要|想|投|选|支持|赞成|同意|喜欢|[◇]?$)|\b(?:i|i'll|i'd|we) (?:\w+ )?(?:want|vote|choose|pick|support|prefer|like|am for|go for|would))(?![^|]*(?:[喊叫让劝逼催要]我))[^|]*$/u;
const AGAINST =
  /(?:反对|讨厌|不喜欢|不支持|不赞成|不同意|抵制|最烦|看不惯|恨|\b(?:against|hate|hates|dislike|don't like|do not like|oppose|disagree with|object to))\s*(?:的是|那个|这个|第|project|number|the|投|修|建|装|搞|\s)*$/u;
const IS_AGAINST =
  /^\s*号?(?:那个|这个|项目|的事|嘛|[\s])*(?:我们?|俺|我家|大家)?(?:就|都|坚决|也|最|是|完全|根本|硬是|太|简直)*(?:反对|不赞成|不同意|不支持|讨厌|不喜欢|骗钱|骗人|骗子|坑人|浪费|没得?用|没有用|乱搞|瞎搞|整人|黑幕|豆腐渣|is a (?:waste|scam|bad|joke|fraud|stupid)|are (?:a )?(?:scams?|waste|stupid|useless)|is (?:useless|stupid|bad|nonsense)|sucks)/u;
const HEARD =
  /听说|听人[说讲]|听到|据说|大家都|都在[喊说]|都说|(?:(?<!所)有人|人家|别人|他们|她们|群[里头]|隔壁|邻居|物业|楼长|社区的?人)[^|]{0,6}(?:[说讲喊叫让劝逼催投选]|都|要投)|(?:喊|叫|让|逼|劝|催|要求|拉|骗|哄)(?:我们?|大家|咱们?|俺)|\b(?:i heard|they|someone|somebody|people|everyone|everybody|neighbou?rs?|told me|asked me|forced|forces|wants? me to|pays?|paid|offered|offers)\b/gu;
const HEARD_AFTER =
  /^\s*号?(?:的)?(?:人)?(?:都)?(?:发|给|送|有|领)(?:钱|米|油|红包|\d+[块元])|^\s*号?(?:那个)?(?:是)?(?:他们|别人|人家|隔壁|群里)[^|]{0,3}(?:喊|叫|说|让|要)/u;
const NOT_OWN = /我(?:才)?(?:没|不|莫)(?:有)?(?:想|愿|肯|得)?(?:投|选|干|要|同意|答应)?|\bi (?:did not|didn't|won't|will not|don't want)\b/u;
const ANOTHER =
  /(?:老婆|老公|老伴儿?|老头子?|老汉儿?|婆娘|妈妈?|爸爸?|爹|娘|儿子|女儿|幺儿|媳妇|女婿|孙(?:子|女|儿|娃)?|婆婆|爷爷|奶奶|外公|外婆|哥|弟|姐|妹|朋友|同事|楼上|楼下|对门|老[张李王刘陈杨赵周吴]|[张李王刘陈杨赵周吴罗](?:大爷|婆婆|孃孃|嬢嬢|阿姨|叔|哥|姐|老师)|他|她)(?:家|们|呢|嘛|说|讲)?(?:也|就|都|还是|是)?(?:要|想|投|选|喜欢|赞成|支持|说)|\b(?:wife|husband|mother|mom|mum|father|dad|son|daughter|friend|neighbou?r|he|she)\s+(?:\w+ )?(?:wants?|votes?|voted|likes?|picks?|chose|prefers?|says?|said)\b/gu;
