import type { CommandName, Intent } from '../command.ts';
import { takesPicks } from './answerTo.ts';
import { type AskedBeside, keywordIn, type Meaning } from './commandIn.ts';
import { groupsOf } from './groups.ts';
import { shownOnly } from './meant.ts';
import { type ReadBack, readBack } from './readBack.ts';
import { mayTellOfDanger, tellsOfDanger } from './safety.ts';
import { asksAtAll, NOISE, type Said } from './said.ts';
import { stancesOf } from './stance.ts';

/**
 * A vote, a change of picks or a yes to them, and something else beside it: 投3 7,结果好久出来; 电梯坏了,我投2. Each part is understood by itself (`wish`
 * after what was talked of, `other` by itself), and both have to be: a question is answered, and of trouble it is said that it has to be sent again.
 * Undefined if the message is no such two.
 */
export function twoWishes(said: Said, wish: (part: string) => Meaning, other: (part: string) => Meaning): Meaning | undefined {
  const { plain, open, ballot, mentionsOf } = said;
  if (ballot.length === 0 || plain.length > MAX_CHARS || QUOTES.test(plain) || NOISE.test(plain) || (open && !takesPicks(open))) return undefined;
  const keyword = keywordIn(plain, said.vocabulary)?.keyword.name;
  const clauses = partsOf(plain);
  const isOther = keyword !== undefined && keyword !== 'vote';
  if (isOther && !clauses.some((clause) => VOTES_TOO.test(clause) && mentionsOf(clause).all.length > 0)) return undefined; // nobody's vote is published with what they propose
  const names = (clause: string) => mentionsOf(clause).all.length > 0 && !(TROUBLE.test(clause) && !/[投选]|vote|pick/.test(clause));
  const asks = clauses.filter(isQuestion);
  const tells = clauses.filter((clause) => !isQuestion(clause) && !names(clause) && (asks.length === 0 || !CHANGES.test(clause)));
  const told = clauses.some(names) ? tells : tells.filter((clause) => clause !== clauses[0]); // the first one may be a yes
  const beside = clauses.filter((clause) => asks.includes(clause) || told.includes(clause));
  const rest = clauses.filter((clause) => !beside.includes(clause));
  if (beside.length === 0 || rest.length === 0 || clauses.length > MOST_CLAUSES) return undefined;
  if (!rest.some((clause) => names(clause) || VOTES.test(clause)) && open?.expects !== 'confirmation') return undefined;
  if (asks.length === 0 && beside.some((clause) => CHANGES.test(clause))) return undefined;
  const picked = forReadBack(wish(rest.join(',')), said);
  const mentions = mentionsOf(rest.join(','));
  const isOwn = stancesOf(groupsOf(rest.join(','), mentions)).every((stance) => stance === 'own') && !SLIPPED.test(plain);
  const given = picked?.kind === 'answer' ? picked.answer : picked;
  const isChanged = given !== undefined && 'change' in given && given.change !== undefined;
  const isYes = picked?.kind === 'answer' && picked.answer.type === 'YES';
  const isVote = isChanged || isYes || (isOwn && rest.some((clause) => VOTES.test(clause))); // 四号,好多钱 is no vote
  const apart = picked && isVote ? other(beside.join(',').replace(LEADS_IN, '')) : undefined;
  if (picked && apart?.kind === 'command' && apart.command.name === 'receipt' && !apart.command.card) return picked; // it is told with the cast
  const isSaid = rest.some((clause) => /[投选]|\bvote/.test(clause)); // a vote is never lost for what is not understood
  const asked =
    apart && (askedIn(apart, beside, asks.length > 0) ?? (isSaid && asks.length > 0 && apart.kind === 'unknown' ? { isLater: true } : undefined));
  if (!picked || !asked || tellsOfDanger(plain) || mayTellOfDanger(said)) return undefined;
  const isNone = BY_THE_WAY.test(rest.join('')); // it only looks like a yes
  if (isYes && (isNone ? asked.intent === undefined : asked.isLater && mentions.all.length === 0)) return { kind: 'unknown' }; // 嗯,转嘛 is a yes to something else
  const isAlone = asked.intent !== undefined && (isNone || !APART.has(asked.intent));
  return isYes && isAlone ? { kind: 'intent', intent: asked.intent, numbers: asked.numbers ?? [] } : { ...picked, asked };
}

/** What is asked of the vote itself beside a yes (可以改吗) is answered before it is cast; the rest says nothing of the picks. */
const APART: ReadonlySet<Intent> = new Set<Intent>([
  'until',
  'resultsDue',
  'receiptFor',
  'reply',
  'office',
  'turnout',
  'supervised',
  'price',
  'money',
  'number',
]);
const VOTES_TOO = /^(?:还有|另外|顺便|顺带|然后|对了|再|也)*我?们?(?:要|想|就)*[投选]/;
/** 对了，发短信要不要钱: something else came to mind. */
const BY_THE_WAY = /^[\s\p{P}哦啊诶哎]*(?:对了|by the way|btw)[\s\p{P}哈嘛]*$/u;
const SLIPPED = /[按点打发投选]错|[按打点投选]成|按进|乱按/;
const QUOTES = /["“”「」]/;
const VOTES =
  /[投选换改加添]|(?:^|我们?|就|还|也|再|想)要(?![修装建安])|[偷头](?=\s*[\d一二三四五六七八九十])|\b(?:vote|pick|choose|want|add|count me)\b/;
/** 灯坏了没人换: it stands already. */
const TROUBLE = /坏|烂|黑黢|不亮|漏|没人|[莫没]得人|臭|吵|\b(?:broken|stinks?|dirty|noisy)\b/;
/** What may be said of the picks themselves. */
const CHANGES =
  /[投选改换加减去删留]|不要|算了|不对|不是|错|反对|同意|[别莫](?:再)?(?:投|选|要|改|换|加|动|算)|取消|要(?:个|一个|那个|另)|但|可是|不过|\b(?:not|no|but|vote|change|add|drop|instead)\b/;
const MAX_CHARS = 80;
const MOST_CLAUSES = 6;

/** Between signs, and before a word after a blank; a word for voting belongs to what follows it. */
function partsOf(plain: string): string[] {
  const parts = plain.split(
    /(?<=[,，。.!！?？;；~…\n])|\s+(?=\p{Script=Han})|(?=\b(?:and|also|but) (?:when|what|how|where|who|can|will|is|do|tell)\b)/u,
  );
  return parts.reduce<string[]>((all, part) => {
    const before = all.at(-1);
    if (before !== undefined && ONLY_VOTES.test(before)) all[all.length - 1] = before + part;
    else if (/[\p{L}\p{N}]/u.test(part)) all.push(part.trim());
    return all;
  }, []);
}

const ONLY_VOTES = /^(?:我们?|就|要|想|给|帮|再|先|只|还|也)*(?:投|选|要|加|换成?|改成?|去掉)?(?:给|个)?$/u;

function isQuestion(clause: string): boolean {
  return (asksAtAll(clause) || ASKS_FOR.test(clause)) && !MISTAKEN.test(clause);
}

/** 不是不是 asks nothing. */
const MISTAKEN = /^(?:[啊哎诶哦呀]|不对头?|不是|不|错了?|没对|[\s\p{P}])+$/u;
const ASKS_FOR = /(?:问|打听|咨询)(?:一?[下哈]|问)|\btell me\b/;
const LEADS_IN =
  /^(?:另外|还有|再|顺便|顺带|然后|对了|哦|那|请|我|想|麻烦|一来|二来|and|also|but|[\s\p{P}])*(?:(?:问|打听|咨询)(?:一?[下哈]|问)?(?:你们?|您)?|tell me)?/u;

const PASSES_ON = /转(?:告|达|给|一?[下哈]|嘛|$)|也要转|反映|投诉/u;
/** What is done by a question of its own. */
const LATER: ReadonlySet<CommandName> = new Set<CommandName>(['complain', 'propose', 'ask', 'person', 'stop']);

/** Picks as they are read back, or the yes to them: what stands beside a question is never cast but by a yes. */
function forReadBack(meaning: Meaning, said: Said): ReadBack | undefined {
  const numbers =
    meaning.kind === 'numbers' || meaning.kind === 'named'
      ? meaning.numbers
      : meaning.kind === 'command' && meaning.command.name === 'vote' && !meaning.command.card
        ? meaning.command.numbers
        : undefined;
  if (meaning.kind === 'named') return meaning.asked ? undefined : { ...meaning, isVote: true };
  if (numbers?.length) return readBack(said, numbers);
  if (meaning.kind !== 'answer') return undefined;
  const { answer } = meaning;
  if (answer.type === 'NUMBERS') return { kind: 'answer', answer: { ...answer, type: 'NAMED' } };
  return answer.type === 'NAMED' || (answer.type === 'YES' && said.open?.expects === 'confirmation') ? meaning : undefined;
}

function askedIn(meaning: Meaning, beside: readonly string[], isAsked: boolean): AskedBeside | undefined {
  if (beside.some((clause) => PASSES_ON.test(clause))) return { isLater: true };
  if ((meaning.kind === 'near' || meaning.kind === 'command') && LATER.has(meaning.command.name)) return { isLater: true };
  const shown = isAsked ? shownOnly(meaning) : undefined;
  if (shown?.kind === 'ownAnswer') return { ownAnswer: shown.answer };
  return shown?.kind === 'intent' ? { intent: shown.intent, numbers: shown.numbers } : undefined;
}
