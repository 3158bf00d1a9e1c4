import type { Intent } from '../command.ts';
import { takesPicks } from './answerTo.ts';
import { askedAfterAll, byClauses, CLAUSE, clausesOf, isForeign, MOST_CLAUSES } from './clauses.ts';
import type { Meaning } from './commandIn.ts';
import { confirmation } from './confirmation.ts';
import { guessed, guessOf, isStopAgreed } from './guessed.ts';
import type { Kind, Scored } from './intentBook.ts';
import { ABOUT_PROJECTS, AT_ONCE, IF_CERTAIN, isFact, meant, passedOn, shownOnly } from './meant.ts';
import type { Mentions } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { ownAnswerTo } from './ownAnswers.ts';
import { ASKS, asksAtAll, CLEAR, NOISE, OURS, type Said, SURE, TOLD, weight } from './said.ts';
import { saysVote, TOLD_FIRST, VOTES } from './saysVote.ts';
import { slippedPicks } from './slips.ts';
import { asksForTime, INSULTS, insteadOfRefused, STOPS_NOT, THREATENS } from './unsaid.ts';

/**
 * What a message means by its likeness to known wordings; of a long one, by its beginning. Nothing of it is recorded without a question, but
 * stop and the call of a person if they are very like.
 */
export function loosely(said: Said, least = SURE): Meaning | undefined {
  const like = nearest(said, least);
  if (least !== SURE) return like;
  if (isStopAgreed(said)) return { kind: 'answer', answer: { type: 'YES' } };
  const guess = guessOf(said);
  const meaning = guessedBeside(said, like, guess);
  return meaning && isUnfounded(meaning, said, guess) ? undefined : meaning;
}

function guessedBeside(said: Said, like: Meaning | undefined, guess: ReturnType<typeof guessOf>): Meaning | undefined {
  if (like?.kind === 'named' && !takesPicks(said.open) && PASSED_ON.has(guess.kind) && guess.chance >= SURELY) return guessed(said, guess) ?? like;
  if (like?.kind === 'named' && !takesPicks(said.open) && guess.others >= MEANT_FOR_OTHERS && !VOTES_BY_NUMBER.test(said.plain)) return undefined;
  if (like && like.kind !== 'near' && like.kind !== 'intent' && like.kind !== 'command') return like;
  if (!like) return guessed(said, guess);
  if (like.kind === 'near') return guessed(said, guess) ?? (guess.others >= MEANT_FOR_OTHERS ? undefined : like);
  const told = like.kind === 'intent' ? like.intent : like.command.name;
  if (like.kind === 'command' && IF_CERTAIN.has(told) && guess.others >= MEANT_FOR_OTHERS) return { kind: 'near', command: like.command };
  const isShort = weight(said.plain) < TOLD;
  const isFactOfOurs = like.kind === 'intent' ? told !== 'manners' : AT_ONCE.has(told) && !isShort;
  if (isFactOfOurs && guess.others >= FACT_FOR_OTHERS) return undefined;
  if (guess.others >= GREETING_FOR_OTHERS && !GESTURES.test(said.plain)) return undefined;
  if (guess.others > 0 || isShort) return like;
  return guess.kind !== told && guess.chance >= OVERRULES ? guessed(said, guess) : like;
}

/**
 * Where no word of ours stands, one shared word makes it like a question: a fact needs that what was learnt agrees, or a known wording. Where a project is
 * named, the rest alone has to be like it: "is it the garden or not" is like "is it a scam or not".
 */
function isUnfounded(meaning: Meaning, { plain, vocabulary: { book } }: Said, { kind, chance, mentions }: ReturnType<typeof guessOf>): boolean {
  const told = meaning.kind === 'intent' ? meaning.intent : meaning.kind === 'command' ? meaning.command.name : undefined;
  if (!told || !isFact(told) || OURS.test(plain)) return false;
  const isNamed = mentions.all.length > 0;
  if (kind === told && (isNamed || chance >= (INSULTS.test(plain) ? AGREES_SURELY : AGREES))) return false;
  if (!isNamed && INSULTS.test(plain)) return true;
  const isLike = book.kindsOf(mentions.masked).some((each) => each.kind === told && each.likeness >= (isNamed ? SURE : WORDING));
  return !isLike && !(isNamed && book.kindsOf(beginningOf(plain)).some((each) => each.kind === told && each.closest >= CLEAR));
}

const AGREES = 0.6;
const AGREES_SURELY = 0.95;
/** So like it is only what says a known wording in its words. */
const WORDING = 1;

/** What is so likely meant for somebody else is not answered with a fact, 地铁3号线最后一班几点; and not asked about. */
const FACT_FOR_OTHERS = 0.3;
const MEANT_FOR_OTHERS = 0.5;
const GREETING_FOR_OTHERS = 0.7;
const VOTES_BY_NUMBER = /[投选]给?\s*[\d一二两三四五六七八九]/;
/** A thing of that name is wanted or in trouble, and nobody votes: 能不能给花台边上装点灯带. */
const PASSED_ON: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'stop', 'person']);
const SURELY = 0.9;
/** So likely, it is believed before what it is like. */
const OVERRULES = 0.6;
/** Where the message says itself that it asks something, its own words are passed on unless it is as like as this. */
export const PASSED_ON_UNLESS = 0.6;
/** So like a question it must be where a text is asked for, and a text is recorded. */
export const ASKED_OUTRIGHT = 0.9;

function nearest(said: Said, least: number): Meaning | undefined {
  const like = alike(said, least);
  if (like && !(like.kind === 'near' && like.command.name === 'ask')) return like;
  const asked = AFTER_LEAD_IN.exec(said.plain)?.slice(1).find(Boolean);
  const shown = asked ? shownOnly(alike({ ...said, plain: asked }, PASSED_ON_UNLESS)) : undefined;
  return shown ?? like ?? amongClauses(said);
}

/** Who somebody is and that they ask, and then what: 我是三栋的李婆婆,想问一下这个票投到哪天. */
const AFTER_LEAD_IN =
  /^.{0,30}?(?:(?:想|请|要|来)(?:问|咨询|请教|打听)|请问|问)(?:你们?|您)?(?:一[下哈]|[下哈])?(?:你们?|您)?[,，:：\s]*([^问]{4,})$|^.{0,40}?\b(?:(?:want|like) to (?:ask|know)|can i ask|could you tell me|may i ask)(?: you)?[,:\s]+(.{8,})$/u;

/** The one thing that a message of several clauses asks in one of them: 我话费只剩两块了,回你们扣不扣钱. */
function amongClauses(said: Said): Meaning | undefined {
  const clauses = clausesOf(beginningOf(said.plain));
  if (clauses.length < 2 || clauses.length > MOST_CLAUSES + 1 || NOISE.test(said.plain) || THREATENS.test(said.plain)) return undefined;
  const found = clauses.flatMap((plain) => {
    if (!asksAtAll(plain) || said.vocabulary.book.unitsOf(plain).length > 1) return [];
    const meaning = shownOnly(alike({ ...said, plain }, CLAUSE));
    const isOfOthers = meaning?.kind === 'intent' && OF_ANYBODY.has(meaning.intent) && meaning.numbers.length === 0 && !OURS.test(said.plain);
    return meaning && !isOfOthers ? [meaning] : [];
  });
  return found.every((each) => JSON.stringify(each) === JSON.stringify(found[0])) ? found[0] : undefined;
}

/** Asked of a sofa, a driver, a match as well: a clause alone does not tell of what. */
const OF_ANYBODY: ReadonlySet<Intent> = new Set<Intent>(['built', 'cost', 'where', 'until', 'who', 'number']);

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
  const mentions = said.mentionsOf(plain);
  const kinds = kindsOf(said, mentions).filter(({ kind }) => kind !== 'vote' || mentions.all.length > 0 || VOTES.test(plain));
  const confirmed = isWhole && open?.expects === 'confirmation' ? confirmation(said, mentions, kinds, open.options !== undefined) : undefined;
  if (confirmed) return confirmed;
  if (mentions.all.length === 0 && asksForTime(plain)) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (MINE.test(plain) || (!open && HUMS.test(plain))) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (open?.expects === 'code' && kinds[0]?.kind === 'no') return undefined;
  const top = kinds.find(({ kind }) => kind !== 'yes' && kind !== 'no');
  if (!top || (mentions.all.length === 0 && isBareAnswer(kinds, top))) return undefined;
  const own = ownAnswerTo(
    mentions.all.length > 0 ? mentions.masked : plain, // 垃圾桶那个项目 asks nothing of the garbage
    answers,
    vocabulary.book,
  );
  if (own && (top.kind === 'office' || own.likeness >= Math.min(OWN_WINS, top.likeness))) return { kind: 'ownAnswer', answer: own.answer };
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
  return meant(top, mentions, !STOPS_NOT.test(plain) && mentions.all.length === 0);
}

/** The likest wording alone has to be so like for anything. */
const NEAR = 0.28;
/** What is like a text that is not meant for us has to be more like something else. */
const APART = 0.1;
/** So few characters are a part of many wordings: they have to be one. */
const SHORT = 3;
const SAME = 0.75;
const OWN_WINS = 1;
/** It is that wording, whatever its words are. */
const ITSELF = 0.95;
const LONG = 18;
const LONG_ENOUGH = 0.3;

/** A yes or a no to nothing. */
function isBareAnswer([first]: readonly Scored[], top: Scored | undefined): boolean {
  return first !== undefined && (first.kind === 'yes' || first.kind === 'no') && first.likeness > (top?.likeness ?? 0) + ANSWER_BEFORE;
}

/** Nothing but a thumb, folded hands, a flower. */
const GESTURES = /^(?=[\s\p{P}]*[👍👌🙏✅❤🌹💐🤝😊😄👏🌷💪])(?:[👍👌🙏✅❤🌹💐🤝😊😄👏🌷💪]|\s|\p{P})+$/u;
/** The answer to "if it was not you": like "it was not me" but for one word. */
const HUMS = /^(?:嗯|哦|噢|喔){1,3}[。.!,，~\s]*$/;
const MINE = /^(?:对|嗯|哦|是)*[，,。\s]*(?:就?是我(?:自己|本人)?(?:投|选|改|发|按|弄)的|(?:it|that) was (?:me|mine|my vote))/;
const ANSWER_BEFORE = 0.3;

/** How like it is to each kind, whether or not the projects that it names are left out. */
function kindsOf({ plain, open, vocabulary: { book } }: Said, { all, masked }: Mentions): readonly Scored[] {
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
