import type { CommandName, Intent } from '../command.ts';
import { takesPicks } from './answerTo.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { describedIn } from './described.ts';
import { FACTS, FACTS_OF } from './factsAsked.ts';
import { CHANGES_PICKS } from './misread.ts';
import { beginningOf } from './normalise.ts';
import { readBack } from './readBack.ts';
import { NOISE, type Said, weight } from './said.ts';
import { INSULTS } from './unsaid.ts';

/** What somebody chooses by what it is like, or asks about so: 我要投那个给老年人做饭的. It is read back, or told. */
export function byDescription(meaning: Meaning, said: Said): Meaning | undefined {
  const { plain, ballot, open, vocabulary } = said;
  if (ballot.length === 0 || weight(plain) > LONGEST_DESCRIBED || NOISE.test(plain) || INSULTS.test(plain) || HEARD_OF.test(plain)) return undefined;
  if ((open && !takesPicks(open) && open.expects !== 'choice') || CHANGES_PICKS.test(plain)) return undefined; // 倒渣渣那个拿掉
  const namedIn = (part: string) => said.mentionsOf(beginningOf(part)).wanted;
  const isNamed = namedIn(plain).length > 0;
  if (!mayBeDescribed(meaning, said, isNamed)) return undefined;
  const last = plain.split(/[,，。.!！;；~\n]|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u).findLast((clause) => /\p{L}/u.test(clause)) ?? plain;
  const isAsked = ASKS_IT.test(plain);
  const isChosen = CHOOSES_IT.test(last) ? !ASKS_IT.test(last) : CHOOSES_IT.test(plain) && !isAsked;
  const isFactAsked = meaning.kind === 'intent' && FACTS_OF[meaning.intent] !== undefined;
  if (!isChosen && !isFactAsked && !POINTS_AT.test(plain)) return undefined;
  const numbers = describedIn(plain, ballot, vocabulary.book, namedIn);
  const [number, another] = numbers;
  if (number === undefined || (isNamed && another === undefined)) return undefined;
  if (isChosen) return readBack(said, numbers);
  if (another !== undefined) return undefined;
  const intent = FACTS.find((fact) => FACTS_OF[fact]?.test(plain));
  return intent && isAsked ? { kind: 'intent', intent, numbers: [number] } : { kind: 'command', command: { name: 'projects', numbers: [number] } };
}

const LONGEST_DESCRIBED = 90;
const CHOOSES_IT =
  /[投选](?![诉影稿递资篮])|支持|赞成|算我?一票|就(?:它|要|这个|那个)|我(?:就|还是|也)?要(?:那|这|它|有|给|$)|给我(?:记|算|勾)|我顶|^(?:对|是|嗯)|^[两三][样个]|\b(?:vote|pick|choose|count me|that one|the one that|i want|i'd like)\b/;
const ASKS_IT =
  /[?？吗呢]|好多钱|多少|在哪|哪[里儿边点头]|什么时候|啥子?时候|好久|几时|贵不|[没不]有?得?(?:嘛|哦|啊)?\s*$|啥子|什么|\b(?:how much|when|where will|where is|what)\b/;
/** 给它插电的那个棚棚; the one where old folks can eat. */
const POINTS_AT =
  /那(?:一?个|样|项|种)(?:[^,，。\s]{0,3}[嘛哦\s]*$|(?:地方|东西)?[,，\s])|的(?:那[个项]|项目)|[哪有]个|有没[得有]|^(?:the one|something|somewhere)\b/;
/** What others want, or say. */
const HEARD_OF =
  /(?:有人|他们|别个|人家|听说|邻居|隔壁|房东|老板).{0,8}(?:喊|叫|让|逼|说|都)[^,，]{0,4}[投选]|\b(?:don't|do not|not|against|won't)\b/;

/** What is not understood, or only like something: the words of a description are like a wish, a complaint, a question of any project. */
function mayBeDescribed(meaning: Meaning, { plain, vocabulary }: Said, isNamed: boolean): boolean {
  if (isNamed) return meaning.kind === 'named' && SEVERAL_OF.test(plain);
  if (meaning.kind === 'unknown') return true;
  if (meaning.kind === 'command') return SHOWN.has(meaning.command.name) && !meaning.command.numbers && !meaning.command.card;
  if (meaning.kind === 'near') return TOLD_OF.has(meaning.command.name) && keywordIn(plain, vocabulary) === undefined && !IN_TROUBLE.test(plain);
  return meaning.kind === 'intent' && OF_ANY.has(meaning.intent) && meaning.numbers.length === 0;
}

const SEVERAL_OF = /[两三][样个项]|一个是|还有/;
const SHOWN: ReadonlySet<CommandName> = new Set<CommandName>(['vote', 'projects', 'progress']);
const TOLD_OF: ReadonlySet<CommandName> = new Set<CommandName>(['propose', 'complain', 'ask', 'vote']);
const OF_ANY: ReadonlySet<Intent> = new Set<Intent>(['cost', 'where', 'built', 'how', 'hearsay', 'manners', 'extremes', 'howMany', 'ties']);
/** Something is there already, and in trouble. */
export const IN_TROUBLE =
  /[坏破锈烂断漏堵垮倒歪][了起脱掉穿]|坏的|划破|摔[了倒]|夹到|臭得|吵得|倒建渣|没得?有?人[管修]|不亮了|投诉|反映|报修|\b(?:broken|leaks?|smells?)\b/;
