import { COMMANDS, type CommandName, INTENTS, type Intent } from '../command.ts';
import { takesPicks } from './answerTo.ts';
import type { Meaning } from './commandIn.ts';
import { confirmation } from './confirmation.ts';
import { askedBy, type Guessed } from './guess.ts';
import type { IntentBook, Kind, Scored } from './intentBook.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { ownAnswerTo } from './ownAnswers.ts';
import { ASKS, CLEAR, type Said, SURE, weight } from './said.ts';
import { areAlternatives, saysVote, TOLD_FIRST, VOTES } from './saysVote.ts';
import { slippedPicks } from './slips.ts';
import { asksForTime, insteadOfRefused, THREATENS } from './unsaid.ts';
import type { Vocabulary } from './vocabulary.ts';

/** So like one wording alone it must be for what changes something to be done without a question. */
const CERTAIN = 0.76;
/** The likest wording alone has to be so like for anything. */
const NEAR = 0.28;
/** 不要退订 is like 我要退订 but for one word. */
const GOES_ON = /[不没别莫](?:是|要|有|想|用)*(?:退|停)/;
/** Where the message says itself that it asks something, its own words are passed on unless it is as like as this. */
export const PASSED_ON_UNLESS = 0.6;
/** So like a question it must be where a text is asked for, and a text is recorded. */
export const ASKED_OUTRIGHT = 0.9;

/**
 * What a message means by its likeness to known wordings; of a long one, by its beginning. Nothing of it is recorded without a question, but
 * stop and the call of a person if they are very like.
 */
export function loosely(said: Said, least = SURE): Meaning | undefined {
  const like = likest(said, least);
  if (least !== SURE) return like;
  if (isStopAgreed(said)) return { kind: 'answer', answer: { type: 'YES' } };
  if (like && like.kind !== 'near' && like.kind !== 'intent' && like.kind !== 'command') return like;
  const guess = guessOf(said);
  if (!like) return guessed(said, guess);
  if (like.kind === 'near') return guessed(said, guess) ?? (guess.others >= MEANT_FOR_OTHERS ? undefined : like);
  const told = like.kind === 'intent' ? like.intent : like.command.name;
  const isShort = weight(said.plain) < TOLD;
  const isFactOfOurs = like.kind === 'intent' ? told !== 'manners' : AT_ONCE.has(told) && !isShort;
  if (isFactOfOurs && guess.others >= MEANT_FOR_OTHERS) return undefined;
  if (guess.others > 0 || isShort) return like;
  return guess.kind !== told && guess.chance >= OVERRULES ? guessed(said, guess) : like;
}

/** What is told in a complaint or request that is asked about may be something else: 我投诉过三次了没得用,这回要跟你们领导当面说. */
export function toldInstead(said: Said, name: CommandName): Meaning | undefined {
  const guess = guessOf(said);
  const isOther = guess.kind !== name && TOLD_TO_PERSONS.has(guess.kind) && guess.chance >= ASKED_BACK;
  return isOther ? guessed(said, guess) : undefined;
}

const TOLD_TO_PERSONS: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'person']);

/** Who is asked for a text and asks back, or only says thanks. A text itself is like no question, but may have a part that is. */
export function askedBack(said: Said): Meaning | undefined {
  const guess = guessOf(said);
  const meaning = guess.chance >= ASKED_BACK ? guessed(said, guess) : undefined;
  return meaning?.kind === 'intent' ? meaning : shownOnly(meaning);
}

const ASKED_BACK = 0.8;

function likest(said: Said, least: number): Meaning | undefined {
  const like = alike(said, least);
  if (like && !(like.kind === 'near' && like.command.name === 'ask')) return like;
  const asked = AFTER_LEAD_IN.exec(said.plain)?.slice(1).find(Boolean);
  const shown = asked ? shownOnly(alike({ ...said, plain: asked }, PASSED_ON_UNLESS)) : undefined;
  return shown ?? like ?? amongClauses(said);
}

/** Of what is like no wording, what it most likely means. A yes that may cast a ballot is never guessed. */
function guessed(said: Said, { mentions, kind, chance }: ReturnType<typeof guessOf>): Meaning | undefined {
  const plain = beginningOf(said.plain);
  const { vocabulary, open, text } = said;
  if (NOISE.test(plain) || THREATENS.test(plain) || areAlternatives(mentions)) return undefined;
  const isShort = weight(plain) < TOLD;
  const isVague = mentions.all.length > 0 && (!takesPicks(open) || /[a-z]/.test(plain)); // T 3
  if (weight(plain) < LEAST || (isShort && isVague)) return undefined;
  if (chance < (isShort ? GUESSED_SHORT : weight(plain) < FEW ? GUESSED_FEW : GUESSED) || kind === 'yes') return undefined;
  if (kind === 'manners') return chance >= GUESSED_MANNERS ? { kind: 'intent', intent: 'manners', numbers: [] } : undefined;
  if (picksBeside(said, mentions, kind)) return { kind: 'named', numbers: [...mentions.wanted] };
  if (kind === 'others') return undefined;
  if (kind === 'no') return open?.expects === 'confirmation' && chance >= GUESSED_NO ? { kind: 'answer', answer: { type: 'NO' } } : undefined;
  if (kind === 'vote' && mentions.all.length > 0)
    return mentions.wanted.length > 0 && !/[=<>{}]/.test(plain) ? { kind: 'named', numbers: [...mentions.wanted] } : undefined;
  if (kind === 'vote' && !VOTES.test(plain)) return undefined;
  if (kind === 'complain' || kind === 'propose') return passedOn(text, plain, kind);
  if (kind === 'ask') return { kind: 'near', command: { name: 'ask', text: text.trim() } };
  if (isFact(kind) && chance < GUESSED_FOREIGN && isForeign(plain, mentions, kind, vocabulary)) return undefined;
  return meant({ kind, likeness: chance, closest: 0 }, mentions, false);
}

/** Who was asked for picks and names some chooses them, whatever is told beside them: 最贵那个,反正不是我掏钱. */
function picksBeside({ open, plain }: Said, { wanted, masked }: Mentions, kind: Kind): boolean {
  if (!takesPicks(open) || wanted.length === 0 || asksAtAll(plain)) return false;
  return isFact(kind) || (kind === 'others' && BEGINS.test(masked) && !/还是|或|\bor\b/.test(plain));
}

const BEGINS = /^[\s\p{P}]*◇/u;

/** 是的,太多了,眼睛都看花了: a yes, and why. Only where it casts nothing. */
function isStopAgreed(said: Said): boolean {
  const { plain, open } = said;
  if (open?.expects !== 'confirmation' || open.command !== 'stop' || !AGREES.test(plain)) return false;
  const { kind, chance } = guessOf(said);
  return (kind === 'yes' || kind === 'stop') && chance >= GUESSED_YES;
}

const AGREES = /^\s*(?:对头?|是的?|嗯+|要得|yes|yeah|yep)(?:[\s\p{P}]|$)(?!.*(?:但|不过|还是|还要|不是|\bbut\b))/u;
const GUESSED_YES = 0.9;

function guessOf({ plain, ballot, vocabulary, open }: Said): Guessed & { readonly mentions: Mentions; readonly others: number } {
  const mentions = mentionsIn(beginningOf(plain), ballot, vocabulary);
  const unitsOf = (text: string) => vocabulary.book.unitsOf(text)[0];
  const guess = vocabulary.guess(unitsOf(mentions.masked), askedBy(open), clausesOf(mentions.masked).slice(0, MOST_GUESSED).map(unitsOf));
  return { ...guess, mentions, others: guess.kind === 'others' ? guess.chance : 0 };
}

/** What is so likely meant for somebody else is not answered with a fact: 地铁3号线最后一班几点. */
const MEANT_FOR_OTHERS = 0.5;
const MOST_GUESSED = 12;
/** So likely it must be to be answered; a no; what is made of words that are not of that kind. */
const GUESSED = 0.3;
const GUESSED_SHORT = 0.8;
const GUESSED_FEW = 0.5;
const FEW = 9;
/** Fewer characters tell nothing. */
const LEAST = 3;
const GUESSED_MANNERS = 0.8;
/** So likely, it is believed before what it is like. */
const OVERRULES = 0.6;
const GUESSED_NO = 0.6;
const GUESSED_FOREIGN = 0.6;

/** The one thing that a message of several clauses asks in one of them: 我话费只剩两块了,回你们扣不扣钱. */
function amongClauses(said: Said): Meaning | undefined {
  const clauses = clausesOf(beginningOf(said.plain));
  if (clauses.length < 2 || clauses.length > MOST_CLAUSES + 1 || NOISE.test(said.plain) || THREATENS.test(said.plain)) return undefined;
  const found = clauses.flatMap((plain) => {
    if (!(ASKS.test(plain) || ENDS_ASKING.test(plain)) || said.vocabulary.book.unitsOf(plain).length > 1) return [];
    const meaning = shownOnly(alike({ ...said, plain }, CLAUSE));
    const isOfOthers = meaning?.kind === 'intent' && OF_ANYBODY.has(meaning.intent) && meaning.numbers.length === 0 && !OURS.test(said.plain);
    return meaning && !isOfOthers ? [meaning] : [];
  });
  return found.every((each) => JSON.stringify(each) === JSON.stringify(found[0])) ? found[0] : undefined;
}

/** Asked of a sofa, a driver, a match as well: a clause alone does not tell of what. */
const OF_ANYBODY: ReadonlySet<Intent> = new Set<Intent>(['built', 'cost', 'where', 'until', 'who', 'number']);

/** What is answered and records nothing. Thanks in one clause say nothing of the others. */
function shownOnly(meaning: Meaning | undefined): Meaning | undefined {
  if (meaning?.kind === 'intent') return meaning.intent === 'manners' ? undefined : meaning;
  return meaning?.kind === 'ownAnswer' || (meaning?.kind === 'command' && AT_ONCE.has(meaning.command.name)) ? meaning : undefined;
}

/** Who somebody is and that they ask, and then what: 我是三栋的李婆婆,想问一下这个票投到哪天. */
const AFTER_LEAD_IN =
  /^.{0,30}?(?:(?:想|请|要|来)(?:问|咨询|请教|打听)|请问|问)(?:你们?|您)?(?:一[下哈]|[下哈])?(?:你们?|您)?[,，:：\s]*([^问]{4,})$|^.{0,40}?\b(?:(?:want|like) to (?:ask|know)|can i ask|could you tell me|may i ask)(?: you)?[,:\s]+(.{8,})$/u;

function alike(whole: Said, least: number): Meaning | undefined {
  const said = { ...whole, plain: beginningOf(whole.plain) };
  const isWhole = said.plain === whole.plain;
  const { plain, open, ballot, vocabulary, answers, text } = said;
  if (GESTURES.test(plain)) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (THREATENS.test(plain)) return undefined;
  const language = insteadOfRefused(plain);
  if (language) return { kind: 'command', command: { name: language } };
  const slipped = slippedPicks(plain, ballot, vocabulary);
  if (slipped) return { kind: 'named', numbers: slipped };
  const mentions = mentionsIn(plain, ballot, vocabulary);
  const kinds = kindsOf(said, mentions).filter(({ kind }) => kind !== 'vote' || mentions.all.length > 0 || VOTES.test(plain));
  const confirmed = isWhole && open?.expects === 'confirmation' ? confirmation(said, mentions, kinds, open.options !== undefined) : undefined;
  if (confirmed) return confirmed;
  if (mentions.all.length === 0 && asksForTime(plain)) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (MINE.test(plain) || (!open && HUMS.test(plain))) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (open?.expects === 'code' && kinds[0]?.kind === 'no') return undefined;
  const top = kinds.find(({ kind }) => kind !== 'yes' && kind !== 'no');
  if (!top || (mentions.all.length === 0 && isBareAnswer(kinds, top))) return undefined;
  const own = ownAnswerTo(plain, answers, vocabulary.book);
  if (own && own.likeness >= Math.min(OWN_WINS, top.likeness)) return { kind: 'ownAnswer', answer: own.answer };
  const isLong = weight(plain) >= LONG;
  const isDoubtful = TOLD_FIRST.has(top.kind) || top.likeness < SURE || top.closest < NEAR;
  const asked = isDoubtful ? askedAfterAll(said, mentions) : undefined;
  if (asked) return meant(asked, mentions, false);
  if (mentions.wanted.length > 0 && !/[=<>{}]/.test(plain) && saysVote(plain, mentions, top)) return { kind: 'named', numbers: [...mentions.wanted] };
  const others = kinds.find(({ kind }) => kind === 'others')?.likeness ?? 0;
  if (top.kind !== 'others' && top.kind !== 'complain' && top.likeness < others + APART) return undefined;
  if (NOISE.test(plain) && top.kind !== 'complain') return undefined;
  if (mentions.all.length === 0 && weight(plain) <= SHORT && top.closest < SAME && top.kind !== 'manners') return undefined;
  if ((top.kind === 'complain' || top.kind === 'propose') && weight(plain) < TOLD && top.closest < SAME) return undefined;
  if (top.kind === 'complain' && (isLong || top.likeness >= SURE)) return passedOn(text, plain, 'complain');
  if (top.kind === 'propose' && top.likeness >= (isLong ? LONG_ENOUGH : SURE)) return passedOn(text, plain, 'propose');
  if (top.likeness < least || top.closest < NEAR)
    return isLong && kinds.slice(0, 3).some(({ kind }) => kind === 'complain') ? passedOn(text, plain, 'complain') : undefined;
  if (top.kind === 'vote' && mentions.all.length > 0) return undefined;
  if ((ABOUT_PROJECTS.has(top.kind) || top.kind === 'change') && takesPicks(open) && mentions.wanted.length > 0 && !asksAtAll(plain))
    return undefined;
  const isTold = !ASKS.test(plain) && mentions.all.length === 0 && top.closest < CLEAR;
  if (isTold && ABOUT_PROJECTS.has(top.kind)) return undefined;
  const mayBeProject = ballot.length === 0 && ABOUT_PROJECTS.has(top.kind); // their names are looked up, see `isForeign` again
  if (isFact(top.kind) && !mayBeProject && top.closest < ITSELF && isForeign(plain, mentions, top.kind, vocabulary)) return undefined;
  if (top.kind === 'ask' && ASKS.test(plain)) return { kind: 'near', command: { name: 'ask', text: text.trim() } };
  return meant(top, mentions, !GOES_ON.test(plain) && mentions.all.length === 0);
}

/** What most of a text is about has to be known, or one word that it shares with a question would be answered: "how do I bake a cake". */
const KNOWN = 0.62;
/** The same for a text that has a word of ours in it. */
const KNOWN_OF_OURS = 0.42;
/** One clause may be the question, and the rest a story. */
const KNOWN_CLAUSE = 0.9;
const OURS = /[投选票卡]|项目|社区|居委|短信|vot(?:e|ing)|ballot|project/;

/** Whether most of a message's content is nothing that residents ask about in this kind. What is typed in pinyin cannot be told. */
export function isForeign(plain: string, { masked }: Mentions, kind: Kind, { book }: Vocabulary): boolean {
  if (book.unitsOf(plain).length > 1) return false;
  const least = OURS.test(plain) ? KNOWN_OF_OURS : KNOWN;
  return book.knows(masked, kind) < least && !clausesOf(masked).some((clause) => book.knows(clause, kind) >= KNOWN_CLAUSE);
}

/** What is asked about voting at the end of a story. What else is asked there is the story's. */
const ABOUT_VOTING: ReadonlySet<Kind> = new Set<Kind>([
  'proxy',
  'noCard',
  'tenant',
  'receipt',
  'change',
  'how',
  'until',
  'howMany',
  'fraud',
  'secret',
]);
/** So like it the clause has to be, in all, to its likest wording, in its content, and so much more than to another kind. */
const ASKED_CLAUSE = { likeness: 0.6, closest: 0.36, known: 0.7, apart: 0.3 };
/** The question is mostly at the end. */
const LAST_CLAUSES = 3;

/** A story that ends in a question about voting is that question: 隔壁婆婆住院了,喊我代她投可以不. */
function askedAfterAll({ plain, vocabulary: { book } }: Said, { masked }: Mentions): Scored | undefined {
  const clauses = clausesOf(masked);
  const least = OURS.test(plain) ? ASKED_CLAUSE.likeness : CLAUSE;
  if (clauses.length < 2 || clauses.length > MOST_CLAUSES + 2) return undefined;
  const asked = clauses.slice(-LAST_CLAUSES).flatMap((clause): Scored[] => {
    const [first, second] = ASKS.test(clause) || ENDS_ASKING.test(clause) ? book.kindsOf(clause) : [];
    if (!first || !ABOUT_VOTING.has(first.kind) || first.closest < ASKED_CLAUSE.closest) return [];
    const { apart, known } = ASKED_CLAUSE;
    const isApart = first.likeness >= Math.max(least, (second?.likeness ?? 0) + apart);
    return isApart && book.knows(clause, first.kind) >= known ? [first] : [];
  });
  return asked.reduce<Scored | undefined>((best, each) => (best && best.likeness >= each.likeness ? best : each), undefined);
}

const ENDS_ASKING = /[不没][嘛哦哈呢嗦]?$|(.)[不没]\1|没得$/;

function asksAtAll(plain: string): boolean {
  return ASKS.test(plain) || ENDS_ASKING.test(plain);
}

/** A yes or a no to nothing. */
function isBareAnswer([first]: readonly Scored[], top: Scored | undefined): boolean {
  return first !== undefined && (first.kind === 'yes' || first.kind === 'no') && first.likeness > (top?.likeness ?? 0) + ANSWER_BEFORE;
}

/** Nothing but a thumb, folded hands, a flower. */
const GESTURES = /^(?:[👍👌🙏✅❤🌹💐🤝😊😄👏🌷💪]|\s|\p{P})*[👍👌🙏✅❤🌹💐🤝😊😄👏🌷💪](?:[👍👌🙏✅❤🌹💐🤝😊😄👏🌷💪]|\s|\p{P})*$/u;
/** The answer to "if it was not you": like "it was not me" but for one word. */
const HUMS = /^(?:嗯|哦|噢|喔){1,3}[。.!,，~\s]*$/;
const MINE = /^(?:对|嗯|哦|是)*[，,。\s]*(?:就?是我(?:自己|本人)?(?:投|选|改|发|按|弄)的|(?:it|that) was (?:me|mine|my vote))/;
const ANSWER_BEFORE = 0.3;
/** What is like a text that is not meant for us has to be more like something else. */
const APART = 0.1;
/** Links, code, long numbers, a sender in 【】, one character again and again: no resident wrote it by hand. */
const NOISE =
  /https?:|%[a-z]|撤回了一条消息|www\.|【|[<>{}$=\\]|--|\w@\w|\b[\w-]+\.(?:com|cn|example|net)\b|(?<!\d)\d{6,8}(?!\d)|\d{10,}|([\p{L}\d])\1{4,}|[a-z]\d+[a-z]/u;

/** So few characters are a part of many wordings: they have to be one. */
const SHORT = 3;
const SAME = 0.75;
const OWN_WINS = 1;
/** It is that wording, whatever its words are. */
const ITSELF = 0.95;
/** Nobody tells trouble or an idea in so few characters; and they are too few to guess by. */
const TOLD = 6;
const LONG = 18;
const LONG_ENOUGH = 0.3;

/** How like it is to each kind, whether or not the projects that it names are left out. */
function kindsOf({ plain, open, vocabulary: { book } }: Said, { all, masked }: Mentions): Scored[] {
  const kinds = book.kindsOf(masked);
  if (all.length === 0) return (kinds[0]?.likeness ?? 0) < SURE ? byClauses(plain, kinds, book) : kinds;
  const unmasked = new Map(book.kindsOf(plain).map((each) => [each.kind, each]));
  const asks = ASKS.test(plain);
  const favour = (takesPicks(open) ? ASKED : 0) + (all.length > 1 && !asks ? SEVERAL : 0) + (VOTED.test(masked) && !asks ? SAID : 0);
  return kinds
    .map(({ kind, likeness, closest }) => {
      const other = unmasked.get(kind);
      if (kind === 'vote') return { kind, closest, likeness: likeness + favour };
      return { kind, likeness: Math.max(likeness, other?.likeness ?? 0), closest: Math.max(closest, other?.closest ?? 0) };
    })
    .sort((a, b) => b.likeness - a.likeness);
}

/** How much sooner a message that names projects is a vote if picks were asked for, and if it names several. */
const ASKED = 0.3;
const SEVERAL = 0.3;
/** A verb of voting stands before the project. */
const VOTED = /(?:投|选|要|支持|赞成|同意|给|就|vote|vote for|choose|pick|want|support)\s*(?:给|了|修|建|装|那个|这个|the)?\s*◇/;
const SAID = 0.35;
/** A part of a message says less than the whole. */
const CLAUSE = 0.8;
const LEAST_CLAUSE = 4;

/** The likest of the message's clauses, if the whole is like nothing. */
function byClauses(plain: string, whole: readonly Scored[], book: IntentBook): Scored[] {
  const clauses = clausesOf(plain);
  if (clauses.length < 2 || clauses.length > MOST_CLAUSES) return [...whole];
  const best = new Map(whole.map((each) => [each.kind, each]));
  for (const clause of clauses) {
    for (const each of book.kindsOf(clause)) {
      if (each.closest < CLEAR || LANGUAGES.has(each.kind)) continue;
      const likeness = each.likeness * CLAUSE;
      if (likeness > (best.get(each.kind)?.likeness ?? 0)) best.set(each.kind, { ...each, likeness });
    }
  }
  return [...best.values()].sort((a, b) => b.likeness - a.likeness);
}

const MOST_CLAUSES = 4;

function clausesOf(plain: string): string[] {
  return plain.split(/[,，。.!！?？;；…~\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u).filter((clause) => weight(clause) >= LEAST_CLAUSE);
}

const NO_TEXT = 9;

function passedOn(text: string, plain: string, name: 'complain' | 'propose'): Meaning {
  return { kind: 'near', command: { name, ...(weight(plain) >= NO_TEXT && { text: text.trim() }) } };
}

/** Kinds that are answered for the projects which a message names. */
export const ABOUT_PROJECTS: ReadonlySet<Kind> = new Set<Kind>(['built', 'cost', 'where']);
/** Commands that only show something, and those that a wrong guess does not harm. */
const AT_ONCE: ReadonlySet<Kind> = new Set<Kind>([
  'vote',
  'projects',
  'progress',
  'receipt',
  'repeat',
  'menu',
  'help',
  'english',
  'mandarin',
  'sichuan',
]);
const LANGUAGES: ReadonlySet<Kind> = new Set<Kind>(['english', 'mandarin', 'sichuan']);
const LANGUAGE = 0.6;

/** Whether it is answered with a fact, at once. */
function isFact(kind: Kind): boolean {
  return kind !== 'manners' && !LANGUAGES.has(kind) && (AT_ONCE.has(kind) || INTENTS.some((intent) => intent === kind));
}

const IF_CERTAIN: ReadonlySet<Kind> = new Set<Kind>(['stop', 'person']);

function meant({ kind, likeness, closest }: Scored, { all }: Mentions, mayStop: boolean): Meaning | undefined {
  const intent = INTENTS.find((each) => each === kind);
  if (intent) return { kind: 'intent', intent, numbers: ABOUT_PROJECTS.has(intent) ? [...all] : [] };
  const name = COMMANDS.find((each) => each === kind);
  if (!name) return undefined;
  if (LANGUAGES.has(kind) && likeness < LANGUAGE) return undefined;
  const isAtOnce = AT_ONCE.has(kind) || (IF_CERTAIN.has(kind) && closest >= CERTAIN && mayStop);
  return { kind: isAtOnce ? 'command' : 'near', command: commandOf(name, all) };
}

function commandOf(name: CommandName, all: readonly number[]) {
  const [number] = all;
  return name === 'projects' && number !== undefined ? { name, numbers: [number] } : { name };
}
