import { COMMANDS, type CommandName } from '../command.ts';
import { INTENTS, type Intent } from '../intent.ts';
import type { Option, Question } from '../question.ts';
import { takesPicks } from './answerTo.ts';
import type { Meaning } from './commandIn.ts';
import { askedBy, type Guessed } from './guess.ts';
import type { IntentBook, Kind, Scored } from './intentBook.ts';
import { longestAt } from './longestWord.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { type OwnAnswers, ownAnswerTo } from './ownAnswers.ts';
import { gapEnd } from './scan.ts';
import { slippedPicks } from './slips.ts';
import { asksForTime, insteadOfRefused, THREATENS } from './unsaid.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A message that is no certain command and no answer to what is open. */
export interface Said {
  /** As it was written, and normalised. */
  readonly text: string;
  readonly plain: string;
  readonly open: Question | undefined;
  readonly ballot: readonly Option[];
  readonly vocabulary: Vocabulary;
  readonly answers: OwnAnswers;
}

/** Below it, nobody could be sure what is meant. Measured on the wordings, each compared with all others (`test/dialog/understand/likeness.test.ts`). */
const SURE = 0.33;
/** So like one wording alone it must be for what changes something to be done without a question. */
const CERTAIN = 0.76;
/** The likest wording alone has to be so like for anything. */
const NEAR = 0.28;
/** 不要退订 is like 我要退订 but for one word. */
const GOES_ON = /[不没别莫](?:是|要|有|想|用)*(?:退|停)/;
/** A yes casts a ballot. */
const YES = 0.8;
/** The same if every word is one of a yes, or polite. */
const ONLY_YES = 0.6;
const LONGEST_YES = 12;
/** A yes to whether we are to stop is none to a ballot. */
const STOPS = /停|stop/;
const PARTICLE = /[啊呀哈嘛噻嘞哦喔呢撒哟咯的了]/;

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
  if (!like || like.kind === 'near') return guessed(said) ?? like;
  const isFactOfOurs = like.kind === 'intent' && like.intent !== 'manners';
  return isFactOfOurs && guessOf(said).others >= MEANT_FOR_OTHERS ? undefined : like;
}

function likest(said: Said, least: number): Meaning | undefined {
  const like = alike(said, least);
  if (like && !(like.kind === 'near' && like.command.name === 'ask')) return like;
  const asked = AFTER_LEAD_IN.exec(said.plain)?.slice(1).find(Boolean);
  const shown = asked ? shownOnly(alike({ ...said, plain: asked }, PASSED_ON_UNLESS)) : undefined;
  return shown ?? like ?? amongClauses(said);
}

/** Of what is like no wording, what it most likely means. A yes is never guessed: it may cast a ballot. */
function guessed(said: Said): Meaning | undefined {
  const plain = beginningOf(said.plain);
  const { vocabulary, open, text } = said;
  if (weight(plain) < TOLD || NOISE.test(plain) || THREATENS.test(plain)) return undefined;
  const { mentions, kind, chance } = guessOf(said);
  if (chance < GUESSED || kind === 'others' || kind === 'yes' || kind === 'manners') return undefined;
  if (kind === 'no') return open?.expects === 'confirmation' && chance >= GUESSED_NO ? { kind: 'answer', answer: { type: 'NO' } } : undefined;
  if (kind === 'vote' && mentions.all.length > 0)
    return mentions.wanted.length > 0 && !ALTERNATIVES.test(mentions.masked) && !/[=<>{}]/.test(plain)
      ? { kind: 'named', numbers: [...mentions.wanted] }
      : undefined;
  if (kind === 'vote' && !VOTES.test(plain)) return undefined;
  if (kind === 'complain' || kind === 'propose') return passedOn(text, plain, kind);
  if (kind === 'ask') return { kind: 'near', command: { name: 'ask', text: text.trim() } };
  if (isFact(kind) && chance < GUESSED_FOREIGN && isForeign(plain, mentions, kind, vocabulary)) return undefined;
  return meant({ kind, likeness: chance, closest: 0 }, mentions, false);
}

function guessOf({ plain, ballot, vocabulary, open }: Said): Guessed & { readonly mentions: Mentions; readonly others: number } {
  const mentions = mentionsIn(beginningOf(plain), ballot, vocabulary);
  const [units] = vocabulary.book.unitsOf(mentions.masked);
  const guess = vocabulary.guess(units, askedBy(open));
  return { ...guess, mentions, others: guess.kind === 'others' ? guess.chance : 0 };
}

/** What is so likely meant for somebody else is not answered with a fact: 地铁3号线最后一班几点. */
const MEANT_FOR_OTHERS = 0.6;
/** So likely it must be to be answered; a no; what is made of words that are not of that kind. */
const GUESSED = 0.3;
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
  if (mentions.wanted.length > 0 && !/[=<>{}]/.test(plain) && isVote(plain, mentions, top)) return { kind: 'named', numbers: [...mentions.wanted] };
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

const TOLD_FIRST: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'manners', 'others']);
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
const NOISE = /https?:|www\.|【|[<>{}$=\\]|--|\w@\w|\b[\w-]+\.(?:com|cn|example|net)\b|(?<!\d)\d{6,8}(?!\d)|\d{10,}|([\p{L}\d])\1{4,}|[a-z]\d+[a-z]/u;

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
const CLEAR = 0.5;
const LEAST = 4;

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
  return plain.split(/[,，。.!！?？;；…~\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u).filter((clause) => weight(clause) >= LEAST);
}

/** A yes or a no, told at length. A yes that casts a ballot must have no other word in it that could deny it. */
function confirmation({ plain, vocabulary }: Said, { all }: Mentions, kinds: readonly Scored[], casts: boolean): Meaning | undefined {
  const likeliest = kinds.map((each) => ({ ...each, likeness: each.likeness + (each.kind === 'yes' || each.kind === 'no' ? EXPECTED : 0) }));
  const top = likeliest.reduce((a, b) => (b.likeness > a.likeness ? b : a));
  if (all.length > 0 || /^(.)不\1|(?:[?？吗]|对么)$/.test(plain)) return undefined;
  if (top.kind === 'no' && top.likeness >= SURE + EXPECTED) return { kind: 'answer', answer: { type: 'NO' } };
  const isDenied = /[不没莫别]|\b(?:no|not|don't)\b/.test(plain.replace(/[没莫]得?错|没有错|没毛病|[没莫]得?问题|没有问题|不错/g, ''));
  const mayBe =
    weight(plain) <= LONGEST_YES && !/[/=<>{}$@?？吗]/.test(plain) && !(isDenied && (casts || !/^\s*(?:嗯|对|是|yes|好|要得)/.test(plain)));
  const isOnlyYes = saysOnlyYes(plain, vocabulary);
  const isYes = (isDenied && !casts) || (isOnlyYes && !(casts && STOPS.test(plain)));
  const isClear = !casts || top.closest >= CLEAR;
  const isLike = top.kind === 'yes' && top.likeness >= (isOnlyYes ? ONLY_YES : YES) + EXPECTED && isClear;
  return isYes && isLike && mayBe ? { kind: 'answer', answer: { type: 'YES' } } : undefined;
}

/** A question for a yes or a no is mostly answered by one. */
const EXPECTED = 0.25;

/** Whether a message is made of wordings of a yes, particles and polite words. One other word may turn it round: 是的 cancel, 他说是的. */
function saysOnlyYes(plain: string, { book, words, wordsFrom }: Vocabulary): boolean {
  for (let at = gapEnd(plain, 0); at < plain.length; at = gapEnd(plain, at)) {
    const yes = longestAt(plain, at, book.yesFrom);
    const word = longestAt(plain, at, wordsFrom) ?? '';
    const said = yes ?? (words.get(word)?.has('polite') ? word : PARTICLE.exec(plain.slice(at, at + 1))?.[0]);
    if (!said) return false;
    at += said.length;
  }
  return true;
}

/** Without such a word, nothing shows that somebody wants to vote. */
const VOTES = /[投选票]|登记|核对|审核|vote|voting|ballot|choose|tou|xuan/;
const VERB = /投|选|支持|赞成|同意|要|给|顶|vote|choose|pick|want|like|support|prefer/;
const ASKS = /[?？吗么呢谁哪什咋怎啥]|会不会|有没有|多少|好多|好久|几|为|\b(?:what|where|when|who|how|why|which|is|are|does|do|will|can|could)\b/;
/** A choice in plain words, whatever is told beside it: 肯定投◇, ◇我赞成. */
const CHOSEN =
  /把◇(?:给我|帮我)?(?:整|修|弄|搞|安|建|记|勾|算|登记)(?:起|好|了|上)|登记我?[投选]◇|(?:投|选|赞成|支持|顶)(?:给|一票给|一下)?[它◇]|◇[^◇?？,，。]{0,6}(?:赞成|支持|投它|选它|同意|举手|(?:我|要)(?:投|选)(?![的了过]))|◇[^?？吗]*[,，。\s](?:投它|就它|我投|我选|我?(?:支持|赞成|同意)(?=$|[\s\p{P}哈嘛的]))|◇[^?？]*(?:其他|其余|别的|另外)[^?？]{0,6}(?:不|算了)/u;
/** A project comes first, and then why: 路灯!!!黑黢黢的走路都怕. */
const FIRST = /^◇\s*[!！]/;
const TROUBLE = /坏|没人|没得人|没有人|吵|臭|堵|漏|管|物业|不亮|修[了好]|投诉|[天月年]了|broken|nobody/;
const TOLD_BESIDE: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'ask', 'where', 'stop', 'requestMembership']);
/** 花园还是扶手: nobody knows which one. */
const ALTERNATIVES = /◇[^◇]{0,3}(?:还是|或|要么|\bor\b)[^◇]{0,4}◇/;
/** A title with a thank you: 花园,谢谢. */
const POLITE = 4;
/** Nothing but picks, and then thanks: 三号社区花园,七号路灯,谢谢小同志. But who thanks for lights that were built does not vote. */
const THANKED = /^(?:◇|\d{1,3}号(?=◇)|[\s\p{P}]|和|跟|and\b)+(?:麻烦|劳烦|劳慰|辛苦|谢|感谢|多谢|thank)(?:(?!修|装|建|亮|好[了得用]|for )[^◇])*$/u;
/** So many characters may stand beside the names of projects if no other word says that it is a vote. */
const BESIDE = 8;

function isVote(plain: string, { masked }: Mentions, top: Scored): boolean {
  if (ALTERNATIVES.test(masked)) return false;
  if (/^(?:wo )?(?:yao )?(?:tou|xuan)(?: gei)?(?: ◇| he)+$/.test(masked)) return true;
  if (top.kind === 'manners' && weight(masked) <= POLITE && !ASKS.test(plain)) return true;
  if (THANKED.test(masked) && !ASKS.test(plain)) return true;
  if (top.kind === 'vote' || (TOLD_BESIDE.has(top.kind) && CHOSEN.test(masked))) return true;
  if (FIRST.test(masked) && TOLD_FIRST.has(top.kind) && !ASKS.test(plain) && !TROUBLE.test(plain)) return true;
  if (top.likeness >= SURE || ASKS.test(plain)) return false;
  return VERB.test(plain) || weight(plain) <= BESIDE;
}

/** The length of a text: a word of Latin letters counts like two Chinese characters. */
function weight(plain: string): number {
  return plain.replace(/[\p{Script=Latin}']+/gu, '两字').replace(/[^\p{L}\p{N}]/gu, '').length;
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
