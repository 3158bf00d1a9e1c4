import type { Group } from './groups.ts';

/** Whose picks a group is: the writer's; or they are against it, only heard or tell of it, or it is somebody else's. */
export type Stance = 'own' | 'against' | 'heard' | 'another';

/** `isNew`: no picks are known that a vote of an earlier day could be. */
export function stancesOf(groups: readonly Group[], isNew = true): Stance[] {
  return groups.reduce<Stance[]>((stances, group) => [...stances, stanceOf(group, isNew, stances.at(-1))], []);
}

function stanceOf({ before, after }: Group, isNew: boolean, last: Stance = 'own'): Stance {
  if (QUOTED.test(before) && QUOTED_ON.test(after)) return 'heard';
  if (AGAINST.test(before) || IS_AGAINST.test(after) || (!VOTES.test(before) && after.split('|').some((clause) => IS_AGAINST.test(clause))))
    return 'against';
  const clause = before.slice(before.lastIndexOf('|') + 1);
  if (REPORTED.test(before)) return 'heard';
  if (SUPPOSED.test(clause) || IS_DOUBTED.test(after) || (isNew && PAST.test(clause) && !SLIPPED.test(before + after))) return 'heard';
  if (!isNew && RELAYS.test(clause)) return 'own';
  const own = OWN.exec(clause)?.index ?? -1;
  const heard = lastOf(HEARD, clause);
  const another = lastOf(ANOTHER, clause);
  if (heard > own || (heard >= 0 && NOT_OWN.test(after))) return 'heard';
  if (another > own) return 'another';
  if (HEARD_AFTER.test(after)) return 'heard';
  const isApart = last === 'another' && (before.includes('|') || /^\s/.test(before)); // 娃娃要锻炼，再来个路灯
  return own >= 0 || last === 'against' || isApart || BEGINS.test(clause) ? 'own' : last;
}

/** Whether it is said of a group that it is no good: 八号莫得必要. */
export function isAgainst({ before, after }: Group): boolean {
  return !VOTES.test(before) && IS_AGAINST.test(after);
}

/** "去掉8换成5"是我儿发给我的. */
const QUOTED = /["“「『][^"”」』]*(?:投|选|换|加|去|改|vote)[^"”」』]*$/u;
const QUOTED_ON = /^[^"“「『]*["”」』].*\p{L}/u;
/** 群里头在传,投◇的抽奖. */
const REPORTED = /(?<!我)(?:在|都)?(?:传|说|讲|喊)(?:了|的|到|起)?\|(?!我|那我|就)[^|]*$/u;
/** A vote begins here, whatever others want. */
const BEGINS = /^[\s]*(?:就|那就|那|还是|这[回次]|今[年天]|现在|我们?|偏|硬|非|反正)*[投选]|^\s*vote\b/;
const VOTES = /[投选要]|\bvote/;

function lastOf(pattern: RegExp, text: string): number {
  return Math.max(-1, ...[...text.matchAll(pattern)].map(({ index }) => index));
}

/** What the writer wants, last of all: 我老婆要2我要3. 喊我投 is no such word. */
const OWN =
  /(?:(?<![喊叫让劝逼催帮给求拉拿教骗哄等对跟和请问要望荐励]|告诉|要求|屋头|[^\p{Script=Han}]me )(?:我们?|咱们?|俺)(?:自己|个人|各人|呢|嘛|就|才|还是|只|也|想|决定|肯定|坚决|硬是|都|偏|硬|非|更|反正|两口子|全家|一家人?|心头|本人|(?:和|跟)[^|◇]{1,4}?)*(?:要|想|投|选|支持|赞成|同意|喜欢|[◇]?$)|\b(?:i|i'll|i'd|we) (?:\w+ )?(?:want|vote|choose|pick|support|prefer|like|am for|go for|would))(?![^|]*(?:[喊叫让劝逼催要]我))[^|]*$/u;
const AGAINST =
  /(?:(?:我们?|俺|咱们?)(?:就|才|都|坚决|死都|绝对|是)*不(?:会|想|得)?[投选]给?|也不(?:会|想|得)?[投选]给?|反对|讨厌|不喜欢|不支持|不赞成|不同意|抵制|最烦|看不惯|看不起|恨|坚决不(?:要|投|选|同意)|(?:莫|别|不要|不准|不许|不该|不应该|凭什么|凭啥子?)(?:再|去|来)?(?:修|建|搞|弄|装|安|办)|不得(?:投|选|要)|(?:不准|不许|不该|不应该)(?:投|选)|打死(?:我)?[都也]?不(?:投|选|要|得投)|\b(?:(?<=(?:^|[\s\p{P}]))no to|(?:don't|do not|never) put me down for|never asked for|against|hate|hates|dislike|don't like|do not like|would never|will never|never (?:vote|voting)|oppose|disagree with|object to))\s*(?:的是|那个|这个|啥子|什么|第|project|number|the|vote for|voting for|any|投|修|建|装|搞|安|办|在|\s)*$/u;
const IS_AGAINST = new RegExp(
  `^\\s*号?(?:那个|这个|项目|的事|嘛|[\\s])*(?:我们?|俺|我家|大家)?(?:就|都|坚决|也|最|是|完全|根本|硬是|太|简直|真的?|实在|有点儿?|觉得)*(?:${[
    '(?:反对|(?:坚决|是)*不(?:会|得|能|可能)?(?:赞成|同意|答应|支持)|不支持|讨厌|不喜欢|骗钱|骗人|骗子|坑人|坑钱|浪费|[没莫]得?用|[没莫]得?(?:啥子?|什么)?(?:搞头|意思|意义|必要|看头|用处?)|没(?:啥子?|什么)?(?:意思|意义|必要|用)|没有(?:用|意思|意义|必要)|乱搞|瞎搞|整人|黑幕|豆腐渣|多余|不好(?![意选说])|不行|不可以|坚?决?不(?:能|该|应该|得|会)(?:修|建|搞|装|选|投|要)|有意见|不满意?|不咋(?:样|个|的)|不得行|要不得|划不来|不合理|不公平|吵死|臭死|烦死)',
    '(?:is a (?:waste|scam|bad|joke|fraud|stupid)|are (?:a )?(?:scams?|waste|stupid|useless)|is (?:useless|stupid|bad|nonsense|not worth|too expensive)|sucks)',
  ].join('|')})`,
  'u',
);
/** Whose answer or yes is asked for, or what would be: a question is no vote, 食堂好不好哦, 3号谁要投哦. */
const IS_DOUBTED =
  /^\s*号?(?:那个|这个|项目|嘛|到底|究竟|的人|[\s])*(?:的(?:理由|原因|好处|坏处|道理)|好不好|行不行|要不要得|要得不|怎么样|咋样|要不要|不是(?:已经|都|早就)?[^|◇]{1,6}[吗嘛]|我?还?(?:在|没|要)(?:考虑|想好|犹豫|纠结|想)|咋个样|靠不靠谱|值不值|值得不|有(?:啥子?|什么|没得?|没有)(?:好|用|意思)|(?:到底)?(?:谁|哪个|鬼)(?:会|要|还|才)?(?:要|投|选|用|稀罕)|没得?人(?:要|投|选|用)|要收|会不会|是不是|真的假的|(?:a )?(?:good|bad) (?:idea|thing|one)|worth it|useful|is it (?:good|any good|worth)|any good)/u;
/** 如果投5号会咋样, 要是食堂建在我楼下: what is only supposed. */
const SUPPOSED = /(?:如果|要是|假如|假设|万一|倘若|\bwhat if|\bif)(?!可以|能|方便|行)[^|◇]*$/u;
/** 去年投了3号, 我本来想投花园的: what was wanted before. */
const PAST =
  /(?:去年|前年|上次|上回|上一[次回]|上届|以前|原来|本来|当初|\b(?:last (?:year|time)|used to|originally))[^|◇]{0,6}(?:投|选|想|要|vote|want|chose|pick)[^|◇]{0,4}$/u;
const SLIPPED = /[按点打写发]成|错/;
const KIN =
  '(?:(?<=[我俺])(?:女|儿|崽)|老婆|老公|老伴儿?|老头[子儿]?|老汉儿?|婆娘|堂客|爱人|妈老汉儿?|妈妈?|爸爸?|爹|娘|丈母娘|老丈人|公公|婆婆|爷爷|奶奶|外公|外婆|家公|家婆|儿子|女儿|幺儿|幺妹|媳妇儿?|女婿|孙(?:子|女|儿|娃儿?|孙)?|娃儿?|娃娃|小孩|孩子|哥哥?|弟弟?|姐姐?|妹妹?|妹儿|嫂子?|舅舅?|姨|孃孃?|嬢嬢?|叔叔?|伯伯?|亲家|亲戚|朋友|同事|同学|工友|室友|房东|租客|街坊|邻居|隔壁|对门|楼上|楼下|老乡|屋头(?:的|人)?|屋里(?:的|人)?|家里(?:人|的)?|家属|老[张李王刘陈杨赵周吴罗黄何林孙徐朱]|小[张李王刘陈杨赵周吴罗黄何林徐朱]|[张李王刘陈杨赵周吴罗黄何林徐朱](?:大爷|大妈|大姐|大哥|婆婆|孃孃|嬢嬢|阿姨|叔|哥|姐|老师|师傅)|他|她)';
/** 媳妇喊我加个◇: whoever changes picks for somebody of theirs changes them. */
const RELAYS = new RegExp(`${KIN}(?:刚才|也|就)?[喊叫]我(?:再|就|去)?(?:加|添|换|改|去掉|删|减)`, 'u');
/** Who is not the writer, and neither their kin: the many, those in charge, and those who are mocked. */
const OTHERS =
  '(?<!我们|咱们|俺们)(?:大家|众人|个个|人人|别个|别人|人家|他们|她们|有的人|有些人|(?<!所)有人|没得人|没有人|没人|陌生人|好多人|多数人|年轻人|老年人|老人(?:家|些)?|业主|住户|居民|物业|楼长|楼栋长|网格员|群主|群里?头?|队长|书记|领导|单位|上级|主任|老板|保安|社区的?人|傻子|瓜娃子|憨包|鬼|神经病|哪个|谁)';
const HEARD = new RegExp(
  `听说|听人[说讲]|听到|(?:在|都)[传发]|(?:他|她)(?:又|也|都)?[喊叫让](?:我|大家|你们?)?(?:投|选)|(?<!我|我们|我是|意思是|就是|[要想帮])(?:说|讲|喊|传)(?:的是|要|都|必须|得|可以|能|统一|全部|大家|让|的)+(?:投|选|写)|(?:希望|建议|推荐|鼓励|号召)(?:我们?|大家)?(?:投|选)|(?:表弟|表哥|亲戚|朋友|同事|人家|别个|他们)[^|◇]{0,3}(?:社区|小区)|据说|大家都|都在[喊说]|都说|${OTHERS}(?:些|们|里头|里面)?(?:的?人)?(?:[^|◇我]{0,6}(?:[说讲喊叫让劝逼催投选夸推荐问]|都|要投|发)|才(?:会|要)?)|(?:哪个|谁|鬼)(?:会|还|才|都)?(?:要|想要|稀罕)|(?:隔壁|邻居|楼[上下])[^|]{0,6}(?:[说讲喊叫让劝逼催投选]|都|要投)|(?:喊|叫|让|逼|劝|催|要求|拉|骗|哄)(?:我们?|大家|咱们?|俺)|(?:广告|传单|海报|喇叭|视频)[^|◇]{0,6}[写说喊讲]|\\b(?:i heard|they|someone|somebody|people|everyone|everybody|nobody|neighbou?rs?|told me|asked me|forced|forces|wants? me to|pays?|paid|offered|offers)\\b`,
  'gu',
);
const HEARD_AFTER =
  /^\s*号?(?:的)?(?:人)?(?:都)?(?:发|给|送|有|领)(?:钱|米|油|红包|\d+[块元])|^\s*号?(?:那个)?(?:是)?(?:他们|别人|人家|隔壁|群里)[^|]{0,3}(?:喊|叫|说|让|要)/u;
const NOT_OWN = /我(?:才)?(?:没|不|莫)(?:有)?(?:想|愿|肯|得)?(?:投|选|干|要|同意|答应|跟)?|\bi (?:did not|didn't|won't|will not|don't want)\b/u;
const ANOTHER = new RegExp(
  `(?<![我俺](?:和|跟|与))${KIN}(?:家|们|些|呢|嘛|那边|那个)?(?:[说讲]的?)?(?:今天|刚才|昨天)?(?:也|就|都|还是|是|偏|硬|非|最|可能|想|会)*(?:要|想|投|选|喜欢|赞成|支持|说|讲|觉得|认为|嫌|看上|看中|看好|中意|推荐|反对|选定|定了)|\\b(?:he|she|(?:my|our|his|her|the) (?!vote|choice|pick|first|second|other)\\w+(?: \\w+)?)\\s+(?:also |really |just |both )?(?:wants?|votes?|voted|likes?|picks?|picked|chose|prefers?|says?|said|thinks?|loves?|hates?|went for)\\b`,
  'gu',
);
