import type { CommandName, Intent } from '../command.ts';
import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { groupsOf } from './groups.ts';
import { ABOUT_PROJECTS } from './meant.ts';
import { beginningOf } from './normalise.ts';
import { asksAtAll, type Said, saidInPart, weight } from './said.ts';
import { stancesOf } from './stance.ts';

/** What a message without a subject means after what was talked of in the last five minutes; undefined if it says its subject itself. */
export function followedUp(meaning: Meaning, said: Said, { topic }: Talk): Meaning | undefined {
  const { plain, open } = said;
  if (weight(plain) > MAX_CHARS) return undefined;
  const several = topic?.recent ?? [];
  if (several.length > 1 && COMPARES.test(plain) && said.mentionsOf(plain).all.length === 0)
    return { kind: 'intent', intent: 'cost', numbers: several };
  const taken = takesNamed(said);
  if (taken) return taken;
  if (!topic) return takesPicks(open) ? undefined : askedOfOne(said, undefined);
  if (topic.about === 'letter') return WHEN_ANSWERED.test(plain) ? { kind: 'intent', intent: 'reply', numbers: [] } : undefined;
  if (topic.about === 'ballot') return ofCast(meaning, said, topic.number);
  return ofSeveral(said, topic.recent) ?? (topic.number === undefined ? undefined : ofProject(meaning, said, topic.number, topic.intent));
}

/** 四号划算,就它了: what one part names, another one takes. */
function takesNamed(said: Said): Meaning | undefined {
  const parts = said.plain.split(/[,，。.!！;；~…\n]+|\s+(?=\p{Script=Han})/u);
  const named = parts.map((part) => said.mentionsOf(part)).filter(({ all }) => all.length > 0);
  const [number, another] = named[0]?.all ?? [];
  const takes = parts.some((part) => said.mentionsOf(part).all.length === 0 && (TAKES_IT.test(part) || VOTES_IT.test(part)));
  if (!takes || named.length !== 1 || number === undefined || another !== undefined || isReadBack(said)) return undefined;
  if (stancesOf(groupsOf(said.plain, said.mentionsOf(said.plain))).some((stance) => stance !== 'own')) return undefined;
  if (!said.ballot.some((project) => project.number === number) || DENIED.test(said.plain)) return undefined;
  return takesPicks(said.open)
    ? { kind: 'answer', answer: { type: 'NAMED', numbers: [number] } }
    : { kind: 'named', numbers: [number], isVote: true };
}

const VOTES_IT = /^(?:好|行|要得|那|就|我|可以)*(?:投|选)(?:起|了|嘛|吧|上)?$/u;
const DENIED = /不|[没莫别]|反对|\b(?:not|no|don't)\b/u;

/** After a ballot was cast: until when it can be changed, whether it is recorded, what its project costs; or that somebody is content. */
function ofCast(meaning: Meaning, said: Said, number: number | undefined): Meaning | undefined {
  const { plain, open } = said;
  if (UNTIL_WHEN.test(plain)) return { kind: 'intent', intent: 'until', numbers: [] };
  if (open) return undefined;
  const isNamed = said.mentionsOf(plain).all.length > 0;
  if (RESULTS_DUE.test(plain) && !isNamed) return { kind: 'intent', intent: 'resultsDue', numbers: [] };
  if (asksAtAll(plain) && CAN_CHANGE.test(plain) && !isNamed) return { kind: 'intent', intent: 'change', numbers: [] };
  if ((asksAtAll(plain) || /票呢/.test(plain)) && IS_RECORDED.test(plain) && !isNamed) return { kind: 'command', command: { name: 'receipt' } };
  if (meaning.kind !== 'command' && (AGREES.test(plain) || THEN.test(plain))) return { kind: 'intent', intent: 'manners', numbers: [] };
  return number === undefined ? undefined : askedOfIt(plain, number);
}

/** 两个我都要: as many as it says of the projects that were talked of last. */
function ofSeveral(said: Said, recent: readonly number[] = []): Meaning | undefined {
  const [, count = '两', after] = TAKES_SEVERAL.exec(said.plain) ?? [];
  const many = '一两三'.indexOf((count || after || '两').replace('二', '两')) + 1;
  const numbers = recent.slice(-many);
  const areOpen = numbers.length === many && numbers.every((number) => said.ballot.some((project) => project.number === number));
  if (!TAKES_SEVERAL.test(said.plain) || !areOpen || isReadBack(said)) return undefined;
  return takesPicks(said.open) ? { kind: 'answer', answer: { type: 'NAMED', numbers } } : { kind: 'named', numbers, isVote: true };
}

function isReadBack({ open }: Said): boolean {
  return open?.expects === 'confirmation' && takesPicks(open);
}

const MAX_CHARS = 20;

/** How far a work is, or whether it was chosen: 花园修得咋样了, 健身角选上没得, 食堂好久开. */
export function asksOfWork(plain: string): boolean {
  return plain.length <= LONGEST_OF_WORK && OF_WORK.test(plain);
}

const LONGEST_OF_WORK = 34;
const OF_WORK =
  /(?:咋个?|怎么|为啥子?|为什么)还(?:没|不|莫)|(?:修|弄|搞|建|装|做|整|开|办|动)(?:得|到|好|完|起|工|业|始|张|成)*(?:咋样|怎么样|了?[吧哇]|了[嗦不]|哪[步一了里]|了?没(?:有|得)?|了?吗|了?莫得|没完|好久|几时|什么时候|啥时)|没(?:有|得)?(?:选|评|批)(?:上|中)|(?:选|评|中|入|批)(?:上|起|选|中|到|下来)?了?(?:没(?:有|得)?|吗|莫得)|(?:好久|几时|什么时候|啥子?时候|哪天|多久)(?:能|才|可以|要)?(?:修|弄|搞|建|装|做|开|办|动|用|完)|\b(?:is|are|has|have|when|did)\b.*\b(?:built|done|finished|ready|started|begun|open|chosen|selected|win|won|picked)\b|\bhow is\b.*\b(?:going|coming)/u;

function ofProject(meaning: Meaning, said: Said, number: number, before: Intent | undefined): Meaning | undefined {
  const { plain, open, ballot, mentionsOf } = said;
  if (before === 'extremes' && EXTREME.test(plain) && asksAtAll(plain)) return { kind: 'intent', intent: 'extremes', numbers: [] };
  const other = askedOfOne(said, before) ?? (/^[\s\p{P}]*那/u.test(plain) ? askedOfOne(said, 'what') : undefined);
  if (other) return other;
  if (mentionsOf(beginningOf(plain)).all.length > 0) return undefined;
  if (saidInPart((part) => LEAVES_IT.test(part), said)) return { kind: 'intent', intent: 'hearsay', numbers: [] };
  if (OF_ALL.test(plain)) return undefined;
  if (meaning.kind === 'intent' && ABOUT_PROJECTS.has(meaning.intent)) return { ...meaning, numbers: [number] };
  if (saidInPart((part) => TAKES_IT.test(part), said) && ballot.some((project) => project.number === number) && !isReadBack(said))
    return takesPicks(open) ? { kind: 'answer', answer: { type: 'NAMED', numbers: [number] } } : { kind: 'named', numbers: [number], isVote: true };
  const isAsked = asksAtAll(plain) && !OF_THE_VOTE.test(plain) && weight(plain) <= FEW;
  const isNobodys =
    meaning.kind === 'unknown' ||
    (meaning.kind === 'command' &&
      meaning.command.name === 'projects' &&
      !meaning.command.numbers &&
      keywordIn(plain, said.vocabulary) === undefined) ||
    (meaning.kind === 'near' && ASKED_ABOUT.has(meaning.command.name)) ||
    (meaning.kind === 'intent' && MAY_BE_OF_IT.has(meaning.intent));
  return askedOfIt(plain, number) ?? (isAsked && isNobodys ? ofSubject(plain, number) : undefined);
}

/** By the word of what is asked; else what the project is. */
function ofSubject(plain: string, number: number): Meaning {
  const subject = SUBJECT_WORDS.find(([pattern]) => pattern.test(plain))?.[1];
  return subject ? { kind: 'intent', intent: subject, numbers: [number] } : { kind: 'command', command: { name: 'projects', numbers: [number] } };
}

const SUBJECT_WORDS: readonly (readonly [RegExp, Intent])[] = [
  [/(?:好多|多少|几多)(?:钱|块|万|银子)|几个钱|钱呢|贵|便宜|价|花费|\b(?:cost|price|much|expensive)\b/u, 'cost'],
  [/哪(?![天年个])|何处|地方|位置|远|近|\bwhere\b/u, 'where'],
  [/好久|时候|哪[天年]|哪个?月|几时|几月|多久|\bwhen\b/u, 'built'],
];

/** 装几台: so short a question, behind a project, is about it unless it says what else it is about. */
const FEW = 14;
const OF_THE_VOTE =
  /[投选票卡]|截止|结果|短信|消息|报名|结束|监督|公布|揭晓|回[我话信复]|你们?|他们|她|哪个[说讲]|\b(?:vot\w*|ballot|texts?|result\w*|you|choose|pick\w*|select)\b/;
const ASKED_ABOUT: ReadonlySet<CommandName> = new Set<CommandName>(['propose', 'complain', 'ask']);
/** What is like it, where the message says nothing of the vote. */
const MAY_BE_OF_IT: ReadonlySet<Intent> = new Set<Intent>(['howMany', 'turnout', 'until']);

/** What is asked of a project in so few words: 好多钱, 在哪. */
function askedOfIt(plain: string, number: number): Meaning | undefined {
  const asked = ASKED.find(([pattern]) => pattern.test(plain))?.[1];
  if (asked === 'what') return { kind: 'command', command: { name: 'projects', numbers: [number] } };
  return asked && { kind: 'intent', intent: asked, numbers: [number] };
}

/** 那5号呢, 第五个是啥子: another project, of which is asked what was asked before, or what it is. */
export function askedOfOne({ plain, mentionsOf }: Pick<Said, 'plain' | 'mentionsOf'>, before: Intent | 'what' | undefined): Meaning | undefined {
  const named = beginningOf(plain.replace(/^\s*那么?/, '')); // 那5号 is no day
  const mentions = mentionsOf(named);
  const [group, another] = groupsOf(named, mentions);
  const [number] = group?.numbers ?? [];
  if (number === undefined || another || group?.numbers.length !== 1) return undefined;
  if (WHAT_IS.test(mentions.masked) || (TELL_ME.test(mentions.masked) && !/[投选换改加]/.test(mentions.masked) && !asksAtAll(mentions.masked)))
    return { kind: 'command', command: { name: 'projects', numbers: [number] } };
  if (!(before ? WHAT_OF : ASKS_OF).test(mentions.masked)) return undefined;
  return before && before !== 'what' && ABOUT_PROJECTS.has(before)
    ? { kind: 'intent', intent: before, numbers: [number] }
    : { kind: 'command', command: { name: 'projects', numbers: [number] } };
}

const IT = '(?:那个?|它|这个?)?(?:是)?(?:项目)?(?:又|到底|究竟|总共|一共)?';
const END = '(?:[嘛哦呢啊呀哈吗哟的喃咯嗦哇噻]|[\\s\\p{P}])*$';
/** 好多钱, 在哪, 好久, 啥子嘛: so short, they are no question of their own. */
const ASKED: readonly (readonly [RegExp, 'cost' | 'where' | 'built' | 'what'])[] = [
  [new RegExp(`^${IT}(?:要|得|要花|花)?(?:好多|多少|几多)钱?${END}|^how much(?: is (?:it|that))?${END}|^(?:the )?(?:cost|price)${END}`, 'u'), 'cost'],
  [
    new RegExp(
      `^${IT}(?:准备|打算|要|是)?(?:修|装|建|搞|弄|放|摆|开|办|设)?(?:在|到|起)?(?:哪[里儿点]?|哪个(?:地方|位置|塌塌)|什么地方|啥子?地方|什么位置)(?:修|装|建|搞|弄|放|摆|开|办|头)?${END}|^where(?: is (?:it|that))?${END}`,
      'u',
    ),
    'where',
  ],
  [
    new RegExp(
      `^${IT}(?:要)?(?:好久|什么时候|啥子?时候|哪天|多久|几时|几月)(?:能|才|可以|得)?(?:修|建|弄|办|装|搞|动工|开工|完工|开|用|耍|亮|做)?(?:得?[好完成起])?${END}|^when(?: (?:is|will) (?:it|that)(?: be)?(?: (?:built|done|ready|finished))?)?${END}`,
      'u',
    ),
    'built',
  ],
  [new RegExp(`^${IT}(?:要|会|准备)?(?:咋个?|怎么|如何)(?:个)?(?:修|装|建|弄|搞|用|回事|做|办)法?${END}`, 'u'), 'what'],
  [new RegExp(`^${IT}(?:为啥子?|为什么|咋个?|怎么)(?:要)?(?:这么|那么|恁个|恁么|嫩个)?贵${END}`, 'u'), 'what'],
  [new RegExp(`^${IT}(?:啥子?|什么|干(?:啥|什么)的?|做(?:啥|什么)的?)(?:东西)?${END}|^what is (?:it|that)${END}`, 'u'), 'what'],
];
/** 每个要花多少钱 is about all of them. */
const OF_ALL = /每|各|所有|全部|都|[一总]共|哪[些个几](?!地方|位置|塌塌)|最|\b(?:each|every|all|total|which)\b/;
const WHAT_OF =
  /^[\s\p{P}]*(?:那么?|还有个?|哦|and|what about|how about)?\s*(?:the|number|no\.)?\s*◇\s*(?:号)?(?:的?那个|的?项目|的)?(?:呢|咧|喃|呐|嘞|咋样|怎么样|哪[嘛]?)?[\s\p{P}]*$/u;
const ASKS_OF =
  /^[\s\p{P}]*(?:(?:那么?|还有个?)?\s*◇\s*(?:号)?(?:的?那个|的?项目|的)?(?:呢|咧|喃|呐|嘞|咋样|怎么样)[嘛哦]?|(?:and|what about|how about)\s*(?:the|number|no\.)?\s*◇)[\s\p{P}]*$/u;
const WHAT_IS =
  /^[\s\p{P}]*(?:啥子?|什么)叫\s*◇|^[\s\p{P}]*(?:那|请问|我问)?\s*◇\s*(?:号)?(?:又|到底)?(?:是|叫|有)(?:个|些)?(?:啥子?|什么|干啥子?的|干什么的|做啥子?的|做什么的|哪[样个]|什么样)(?:东西|项目|名堂|来头|意思)?(?:[嘛哦呢啊]|[\s\p{P}])*$|^[\s\p{P}]*what(?: is|'s)\s*(?:the|number|no\.)?\s*◇[\s\p{P}]*$/u;
/** 那最贵的呢, after the cheapest. */
/** 给我念哈◇, ◇说详细点: what a project is. */
const TELL_ME =
  /(?:给我|跟我|帮我)(?:念|讲|说|摆|介绍|解释)|(?:念|讲|说|摆|介绍|解释|描述)(?:说|讲)?(?:一?[下哈]|详细|清楚|具体|龙门阵|给我听|来听|看看)|详细(?:说|讲|介绍)|详情|介绍|\b(?:tell me|details?|describe|more about)\b/u;
const EXTREME = /[最顶][便贵少多省相]|\b(?:cheapest|dearest|most expensive|least)\b/;
/** 改到好久, 到好久嘛: until when the ballot can be changed. */
const UNTIL_WHEN =
  /^[\s\p{P}]*(?:那|我|还|可以|能|最晚|最迟)*(?:改|投|换|选)?(?:到|拖到|留到)(?:好久|哪天|几时|几号|什么时候|啥子?时候|几点)(?:[嘛哦呢啊呀为止]|[\s\p{P}])*$|^(?:and )?(?:until|till) when[\s\p{P}]*$/u;
/** 那我不投它: of a project that was asked about. */
const LEAVES_IT =
  /^[\s\p{P}]*(?:那|我|就|还是|哦|好)*(?:不(?:投|要|选|想投|想要|喜欢)|[莫别]投)(?:给)?(?:这个?|它|那个?)(?:[嘛哦呢啊吧哈了]|[\s\p{P}])*$|^[\s\p{P}]*(?:i )?(?:don't|do not|won't) (?:want|like|vote for|choose) (?:it|that|this)(?: one)?[\s\p{P}]*$/u;
const TAKES_IT =
  /^[\s\p{P}]*(?:(?:那|就|把|给我|我)*(?:这个?|它|那个?)(?:给我)?(?:选|投|加)(?:上|起|进去)|(?:这个|它|那个)(?:好|要得|不错|可以|巴适|安逸)[\s\p{P}]*(?:我|就|那)*(?:投|选|要)(?:它|这个|那个)?|(?:好|行|要得|可以|嗯|对|得行|中|那|ok|okay|yes)?(?:的|嘛|啊|哈)?[\s,，]*(?:我|那|就|想|要)*(?:投|选|要|支持|加|是|vote for|take|choose|pick|i want|count me in(?: for)?|count me for|i'll take|i'll have|let's go with|(?<=就|ok |okay |yes ))\s*(?:给)?(?:这个?|[它他她]|那个?|这一个|it|that|this|that one|this one)|(?:好|行|要得|可以|得行|对|中)(?:的|嘛|啊|哈)?[\s,，]*(?:那|我|就)*投)(?:[嘛哦呢啊吧哈了起]|[\s\p{P}]|please)*$/u;
const WHEN_ANSWERED =
  /好久|什么时候|啥子?时候|多久|几时|哪天|回[我话信复]|答复|处理|解决|有没[有得]结果|管不管|\b(?:when|how long|reply|answer|hear back|news)\b/;
/** 然后呢: nothing more has to be done. */
const THEN =
  /^[\s\p{P}]*(?:然后|接下来|下一步|后头|完了|就这样|就完了|and then|what next|what now|is that it|is that all)(?:呢|嘛|哇|了|吗|喃|[\s\p{P}])*$/u;
/** 记到没得, "is it really saved?": whether the ballot is recorded. */
const IS_RECORDED =
  /记(?:起|上|到|好|下|录|着)|算数|算不算|作数|生效|[投收选]([到上成好起]|进去)|(?:我的?|那|这)票(?:还)?(?:在|算|呢)|\b(?:saved|recorded|counted|went through|received|go through|worked)\b/u;
const RESULTS_DUE = /(?:好久|时候|哪天|几时|多久|几天)[^|]{0,6}(?:结果|公布|揭晓|(?:晓得|知道).{0,2}选)/u;
const CAN_CHANGE = /(?:可不可以|能不能|还能|可以|得不得行|还得行).{0,3}[改变换]|[改变换]得?[到成]?不|反悔|后悔/u;
/** 哪个贵些, of those that were talked of. */
const COMPARES =
  /^[\s\p{P}那]*(?:哪一?个|哪样)(?:要|更|还)?(?:贵|便宜)(?:点儿?|些|一?[点些])?(?:[嘛哦呢啊呀喃]|[\s\p{P}])*$|^which (?:one )?is (?:cheaper|dearer|more expensive)[\s\p{P}]*$/u;
/** 两个我都要, 那投这两个. */
const TAKES_SEVERAL =
  /^[\s\p{P}]*(?:好|行|要得|可以|嗯|对|那|就|我|嘛|哦|[\s\p{P}])*(?:(?:这|那)?([两二三])(?:个|样|项)?(?:我|就|都|也|给我)*(?:投|选|要)(?:起|上)?|(?:都|全)(?:给我)?(?:投|选|要)(?:起|上)?|(?:投|选|要)(?:这|那|前面|刚才)?(?:的)?(?:这|那)?([两二三])(?:个|样|项))(?:了|嘛|哈|吧|噻|哦|[\s\p{P}])*$|^(?:ok|okay|yes|[\s\p{P}])*(?:i(?:'ll| will|'d like to|) ?(?:want|take|vote for|choose) )?(?:both|all three)(?: of them)?(?: please|[\s\p{P}])*$/u;
const AGREES =
  /^(?=.*[\p{L}👍🙏👌])(?:(?:没|莫|冇)[得有]?(?:事|啥|什么)|[你您]们?忙|再见|拜拜|安逸|巴适|那就(?=好|行|对)|放心|不客气|小妹|妹儿|幺妹|老师|师傅|同志|哥|姐|[咯嘞呢]|dear|bye|perfect|cool|all|lovely|much|so|very|you|是|对|要得|好|嗯|恩|行|可以|没错|莫错|谢谢|谢|多谢|感谢|辛苦|晓得|知道|收到|了|的|头|嘛|哈|啊|吧|噻|哦|您|你|yes|ok|okay|yeah|thanks|thank you|good|great|fine|right|[\s\p{P}👍🙏👌])+$/u;
