import { takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { guessOf } from './guessed.ts';
import { beginningOf } from './normalise.ts';
import { type Said, weight } from './said.ts';
import { picksIn } from './scan.ts';

/**
 * A vote that would be read back because something is told beside it, cast if it is outright: one part of the message says it in whole, with the
 * word for voting (or as the answer to the ballot), and the rest is a reason, a plea or a name that takes nothing of it back. So is a yes to the
 * picks that were read back. If in doubt, it is asked.
 */
export function castOutright(meaning: Meaning, said: Said): Meaning {
  const { open } = said;
  if (open?.expects === 'confirmation')
    return ASKED_ABOUT.has(meaning.kind) && agreesOutright(said) ? { kind: 'answer', answer: { type: 'YES' } } : meaning;
  const numbers = readBackIn(meaning);
  if (!numbers || (open && open.expects !== 'numbers' && open.expects !== 'choice')) return meaning;
  const outright = picksOutright(said);
  if (!outright || outright.length !== numbers.length || !numbers.every((number) => outright.includes(number))) return meaning;
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NUMBERS', numbers: outright } }
    : { kind: 'command', command: { name: 'vote', numbers: outright } };
}

const ASKED_ABOUT: ReadonlySet<Meaning['kind']> = new Set<Meaning['kind']>(['unknown', 'near', 'intent']);

function readBackIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return meaning.numbers;
  return meaning.kind === 'answer' && meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}

/** With more parts, or more to read beside the picks, there is too much that could be meant by it. */
const MOST_PARTS = 9;
const LONGEST_BESIDE = 45;
/** How likely the whole message has to be a vote, or a yes. */
const SURELY = 0.8;

function partsOf(plain: string): string[] {
  return plain.split(PAUSE).filter(Boolean);
}

/** Behind a sign, or a blank between Chinese characters. */
const PAUSE = /(?<=[,，。.!！;；:：~…、\n])(?![,，。.!！;；:：~…、\n\d])|(?<=\p{Script=Han})(?=\s+\p{Script=Han})/u;

function picksOutright(said: Said): number[] | undefined {
  if (IN_PINYIN.test(said.plain)) return [...new Set((said.plain.match(/\d+/g) ?? []).map(Number))];
  const parts = partsOf(said.plain);
  if (parts.length < 2 || parts.length > MOST_PARTS) return undefined;
  const first = parts.findIndex((part) => pickedBy(part, said) !== undefined);
  if (first < 0) return undefined;
  let end = first + 1;
  while (end < parts.length && pickedBy(parts.slice(first, end + 1).join(''), said)) end++;
  const picked = parts.slice(first, end).join('');
  const numbers = pickedBy(picked, said);
  const before = parts.slice(0, first).join('');
  const beside = before + parts.slice(end).join('');
  if (!numbers || !isHarmless(beside, numbers, said)) return undefined;
  if (before && saysToVote(picked, said) === undefined && /[那这]/.test(picked)) return undefined; // 我喜欢花,三号那个
  const guess = guessOf(said);
  return guess.kind === 'vote' && guess.chance >= SURELY ? numbers : undefined;
}

/** wo tou 1 he 2: who votes, and the digits, typed without Chinese characters. What is left out there is read back. */
const IN_PINYIN = /^\s*wo (?:jiu )?(?:yao |xiang )?(?:tou|xuan) ?(?:gei )?\d{1,2}(?:(?: he | gen |[\s,，、]+)\d{1,2})*\s*[.!。！]?\s*$/;

/** 是的是的,搞快点我还要切肉: a plain yes, and then nothing that takes it back. */
function agreesOutright(said: Said): boolean {
  const [yes = '', ...rest] = partsOf(said.plain);
  if (rest.length === 0 || rest.length > MOST_PARTS || !AGREES.test(yes) || !isHarmless(rest.join(''), [], said)) return false;
  const { kind, chance } = guessOf(said);
  return said.open?.expects === 'confirmation' && said.open.options !== undefined && kind === 'yes' && chance >= SURELY;
}

const AGREES = /^\s*(?:(?:对头?|是|嗯|恩|没错|莫错|正确)(?:的|嘛|啊|哈|噻|呀)*|(?:yes|yeah|yep|correct))+[\s\p{P}]*$/u;

/** The numbers of the ballot that a part says for certain, each once; undefined if it says anything else. */
function pickedBy(part: string, said: Said): number[] | undefined {
  const { open, ballot, vocabulary } = said;
  const from = saysToVote(part, said);
  if (from === undefined && !takesPicks(open)) return undefined;
  const picks = picksIn(part, from ?? 0, vocabulary);
  const isOfBallot = picks?.numbers.length && picks.numbers.every((number) => ballot.some((option) => option.number === number));
  return picks?.isSure && isOfBallot && picks.card === undefined && !CHANGES.test(part) ? [...new Set(picks.numbers)] : undefined;
}

/** Where the picks begin behind the word for voting; undefined if it is not there. */
function saysToVote(part: string, { vocabulary }: Said): number | undefined {
  const found = keywordIn(part, vocabulary);
  if (found?.keyword.name === 'vote' && !found.keyword.isNear && !found.isWhole) return found.end;
  return CHOOSES.test(part) ? 0 : undefined;
}

const CHOOSES = /^\s*(?:(?:我们?|咱们?|俺)(?:就|只|要|想)*选|i (?:choose|pick|vote))/;
const CHANGES = /[改换]|重新|还是|\bchange\b/;

/** Whether what stands beside the picks is only told: it names no other project, denies, asks, changes and supposes nothing, and speaks for nobody else. */
function isHarmless(beside: string, numbers: readonly number[], { mentionsOf }: Said): boolean {
  if (weight(beside) > LONGEST_BESIDE) return false;
  const told = beside.replace(ONLY_TOLD, '');
  const isOther = (number: number) => !numbers.includes(number);
  if (TURNS.test(told) || TURNS_IN_ENGLISH.test(told)) return false;
  return !(told.match(/\d+/g) ?? []).map(Number).some(isOther) && !mentionsOf(beginningOf(beside)).all.some(isOther);
}

/** What looks like a denial, a number or a change and is none: 看不见, 腿不方便, 没有路灯, 莫搞错了, 其他不要, 我叫, 82岁, 商量好了. */
const ONLY_TOLD = new RegExp(
  [
    '[看走爬听站坐睡跑抓踩蹲骑摸]不(?:太)?(?:见|到|动|清楚?|得|起来?|稳)',
    '(?:腿脚?|脚杆?|膝盖|腰杆?|眼睛|眼神|身体|手脚?|耳朵|走路|上下楼|下楼|上楼)(?:都|又|很)?不(?:太)?(?:好使?|方便|灵便?|利索|得行|中用)',
    '不(?:太)?(?:方便|安全|亮)',
    '(?:没|没有|[莫没]得)(?:个|一?盏)?(?:路?灯|电梯|扶手|光|地方(?:耍|坐|走|活动|锻炼)?|亮)',
    '(?:莫|别|不要|莫要)(?:再)?(?:给我|给老子)?(?:给?我)?(?:搞|弄|整|记|写|打|听|看)(?:错|反|混|掉|漏)了?',
    '(?:莫|别|不要|莫要)再?来?[问催](?:我)?了?',
    '(?:其[他它]|别|其余)的?(?:都|就|我|一概)*(?:不(?:要|选|投|考虑)|[莫没]得)了?',
    '(?:不(?:要|选|投)|没有|[莫没]得)(?:其[他它]|别|其余)的?了?',
    '我(?:是|叫|名字叫)',
    '商量(?:过|好)了?的?',
    '(?:帮我|给我)(?:打字?|按|输|记)(?:的|上|到|起|好)?',
    '(?:跟|和)我(?:屋头|家里|家)(?:的|那个|人)*',
    '为了|昨晚',
    '\\d{1,3}(?:岁|层|楼|栋|幢|单元|年|口人)',
  ].join('|'),
  'gu',
);

/** What may take picks back, ask about them, add another one, tie them to something, make fun of them, or be somebody else's. */
const TURNS = new RegExp(
  [
    '[?？吗么呢谁哪什啥咋怎几/=<>{}@%]|多少|会不会|有没有|为[何啥]|是不是|(.)不\\1',
    '[不没莫别勿甭未非无否休]|反对|讨厌|[弃恨]',
    '[改换撤消销删错等先暂停退]|重[新来投选复]|找个?人|是我(?!自己|本人)|再[说看想考加来也]|考虑|想[想一]|看看|看一[下哈]|商量',
    '还[是有想得]|还要(?=$|[\\s\\p{P}\\d◇这那个加换改另其一二三七])|或|要[么不]|不过|[但可]是|然而|除|如果|要是|假|的话|万一|只要|前提|倘|若|才|否则|[算罢][了逑球]|就算|打算|作废|当[成作是]',
    '[玩逗测试骗骂滚死屁逑操傻哼呸]|耍[你我的起]|例如|[比譬][如方]|妈的|锤子|龟|鬼|做梦|想得美',
    '[说讲喊叫让逼写替代帮他她它您]|收买|给钱|塞|红包|听说|据|广告|宣传|传单|通知|短信|群|标语|邻居|朋友|同事|手机|电话|号码|意思|主意',
    '乱|误|滑|抖|[打发按点选弄蒙猜踩瞎]的|碰|你猜|抓阄|抽[签到]|扯|黄腔|爬[哦开]',
    '待定|初步|倾向|观望|情况|为准|决定|领导|组织|安排|做主|贵|浪费|隔壁|给我(?:们?家)?[妈爸爷奶婆孃娘老]',
    '原[来本先]|本来|[之以]前|以后|昨|上[次回周月个]|去年|曾|当初|过了|[下明]年?[次回天年]|后天|晚点|回头|将来|迟',
    '可能|也许|大概|好像|应该|估计|随便|无所谓|都[行可要好]|全[要部都选投]|[其剩]|另外|加[上个一]|也[要行可好得投选]|看着办|[你您]们?[定看选]|犹豫|纠结',
    '[投选票]|同意|第[一二两三四五六七八九十\\d]|[一二两三四五六七八九十]号',
  ].join('|'),
  'u',
);
const TURNS_IN_ENGLISH =
  /n't\b|\b(?:stop|td|t|unsubscribe|no|not|never|without|none|neither|nor|against|except|hate|what|when|where|who|whom|how|why|which|whether|is (?:it|that|this)|can|could|would|should|shall|may|maybe|might|perhaps|probably|if|unless|until|but|or|instead|than|change|cancel|remove|undo|delete|wait|later|then|after|before|first|last|previous|yesterday|tomorrow|next|wrong|mistake|accident|sorry|oops|actually|other|others|else|also|another|too|both|all|any|joke|joking|kidding|test|testing|lol|haha|said|says|say|told|tell|ask|asked|friend|neighbou?r|husband|wife|son|daughter|mother|father|mum|mom|dad|grandma|grandpa|him|her|his|he|she|they|them|their|vote|votes|voted|choose|pick|one|two|three|four|five|six|seven|eight|nine|ten|pay|paid|money|force|forced)\b/;
