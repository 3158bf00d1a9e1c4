import { COMMANDS, type Command, type CommandName } from '../command.ts';
import type { Answer, Option, Question } from '../question.ts';
import type { Talk } from '../talk.ts';
import { answerTo, takesPicks } from './answerTo.ts';
import { clausesOf } from './clauses.ts';
import { commandIn, keywordIn, type Meaning, nearIn, readOutAs, wholeCommandIn } from './commandIn.ts';
import { askedBack, toldInstead } from './guessed.ts';
import { inTalk } from './inTalk.ts';
import type { Kind } from './intentBook.ts';
import { ASKED_OUTRIGHT, loosely, PASSED_ON_UNLESS } from './loosely.ts';
import { passedOn } from './meant.ts';
import { beginningOf, joinedCard, normalise, writtenFrom } from './normalise.ts';
import { castOutright, readBackUnlessBare } from './outright.ts';
import type { OwnAnswers } from './ownAnswers.ts';
import { ratingIn, starsIn } from './ratingIn.ts';
import { mayTellOfDanger, tellsOfDanger } from './safety.ts';
import { asksAtAll, NOISE, type Said, saidOf, TOLD, weight } from './said.ts';
import { picksIn } from './scan.ts';
import { unlessDoubted } from './secondOpinion.ts';
import { supposed } from './supposed.ts';
import { type TitleAt, titleAt } from './titleAt.ts';
import { twoWishes } from './twoWishes.ts';
import { asksForTime, greets, INSULTS, saysStopAgain, waits, wantsNoMore, wantsToTell } from './unsaid.ts';
import type { Vocabulary } from './vocabulary.ts';
import { weighed } from './weighed.ts';
import { whoseVote } from './whoseVote.ts';

const UNKNOWN: Meaning = { kind: 'unknown' };

/**
 * What a message means: first a command, then an answer to the open question, then picks out of the blue, then what it is like, then what
 * is nearly a command. A ballot is cast only for what is said in whole; what was guessed is read back. `ballot` is what can be voted for
 * now; it is empty if voting is not open. `answers` are the community's own. `talk` is what was talked of in the last minutes.
 */
export function understand(
  text: string,
  open: Question | undefined,
  ballot: readonly Option[],
  vocabulary: Vocabulary,
  answers: OwnAnswers = [],
  talk: Talk = {},
): Meaning {
  const saidIn = (part: string, asked: Question | undefined) =>
    saidOf({ text: part, plain: joinedCard(normalise(part), ballot), open: asked, ballot, vocabulary, answers });
  const said = saidIn(text, open);
  const wish = (part: string) => oneWish(saidIn(part, open), talk);
  const question = (part: string) => oneWish(saidIn(part, undefined), {});
  const meaning = weighed(twoWishes(said, wish, question) ?? oneWish(said, talk), said, talk);
  return meaning.kind === 'unknown' && needsNobody(said) ? { ...meaning, needsNobody: true } : meaning;
}

/** 监控偏不投, 我再想想, 没文化: not understood, and nothing that a person has to be called for. */
function needsNobody({ plain, ballot, mentionsOf }: Said): boolean {
  if (asksForTime(plain) || waits(plain) || INSULTS.test(plain) || LATER.test(plain)) return true;
  return ballot.length > 0 && weight(plain) <= SHORT_VOTE && (SAYS_VOTE.test(plain) || mentionsOf(beginningOf(plain)).all.length > 0);
}

const LATER = /不想了|先不[投选说忙]|[再还要](?:想|考虑|琢磨)|没文化|\b(?:think|later)\b/;
/** What is longer may tell of more than the vote. */
const SHORT_VOTE = 20;

function oneWish(said: Said, talk: Talk): Meaning {
  const { text, open } = said;
  if (saysStopAgain(said.plain)) return { kind: 'command', command: { name: 'stop' } };
  if (open?.expects === 'freeText') return freeText(open, said);
  if (open?.expects !== 'code' && tellsOfDanger(said.plain)) return { kind: 'command', command: { name: 'report', text: text.trim() } };
  if (open?.expects === 'confirmation' && open.command === 'stop' && wantsNoMore(said.plain)) return { kind: 'answer', answer: { type: 'YES' } };
  const meaning = unlessDoubted(askedInstead(castOutright(meaningOf(said, open), said), said), said);
  if (namesWhatIsAsked(meaning, said)) return { kind: 'answer', answer: { type: 'YES' } };
  if (meaning.kind === 'unknown' && isToBePassed(open) && goesOnTelling(said)) return passedOn(said.text, said.plain, 'complain');
  const meant = supposed(readBackUnlessBare(inTalk(whoseVote(meaning, said, talk) ?? meaning, said, talk), said, talk), said, talk);
  return open?.expects !== 'code' && mayBeDanger(meant, said) ? { kind: 'command', command: { name: 'report', text: text.trim() } } : meant;
}

/** What is not understood, or would be passed on, or was heard from others, may tell of danger in words that no pattern knows. */
function mayBeDanger(meaning: Meaning, said: Said): boolean {
  const isTold = meaning.kind === 'near' && meaning.command.text !== undefined && keywordIn(said.plain, said.vocabulary) === undefined;
  return (isTold || meaning.kind === 'unknown' || (meaning.kind === 'intent' && meaning.intent === 'hearsay')) && mayTellOfDanger(said);
}

function meaningOf(said: Said, open: Exclude<Question, { expects: 'freeText' }> | undefined): Meaning {
  const { text, plain, ballot, vocabulary } = said;
  const { isCommon } = vocabulary.book;
  const titles = titleAt(optionsOf(open) ?? ballot, isCommon);
  const inWords = commandIn({ text, plain, vocabulary, titleAt: takesPicks(open) ? titles : titleAt(ballot, isCommon) }) ?? rated(plain, ballot);
  const command = inStage(inWords, ballot, plain);
  if (command?.kind === 'command' && isAgreed(command.command, said)) return { kind: 'answer', answer: { type: 'YES' } };
  const option = command && 'command' in command ? optionOf(command.command, open) : graded(plain, open);
  if (option) return { kind: 'answer', answer: { type: 'CHOSE', number: option.number } };
  if (command?.kind === 'command') return readOut(command, plain, open, ballot);
  if (command?.kind === 'named') return asAnswer(command, open);
  const answer = open && answerTo(open, plain, vocabulary, titles, ballot.length > 0);
  if (answer) return readOut({ kind: 'answer', answer: withAllNamed(answer, said) }, plain, open, ballot);
  if (command?.kind === 'near') return nearly(command, said);
  const picks = outOfTheBlue(plain, open, ballot, vocabulary);
  if (picks) return readOut(picks, plain, open, ballot);
  const card = cardAmongWords(plain);
  if (card) return { kind: 'near', command: { name: 'identify', card } };
  const like = loosely(said);
  const isThanks = like?.kind === 'intent' && like.intent === 'manners';
  const almost = !like || isThanks ? (inStage(near(plain, vocabulary), ballot, plain) ?? UNKNOWN) : UNKNOWN; // "stop please, thanks a lot"
  if (like?.kind !== 'named') return almost.kind === 'near' ? almost : (like ?? UNKNOWN);
  if (isIdle(open)) return asAnswer(like, open);
  return open?.expects === 'confirmation' && SAYS_VOTE.test(plain) ? { ...like, isVote: true } : UNKNOWN;
}

/** 提议好久截止, 问哈楼道扶手: what stands behind the keyword is short and asks, and is nothing to be published. */
function askedInstead(meaning: Meaning, said: Said): Meaning {
  if (meaning.kind !== 'command' || meaning.command.text === undefined) return meaning;
  const plain = normalise(meaning.command.text);
  if (meaning.command.name === 'ask') return onlyNames(said, plain) ?? meaning;
  if (meaning.command.name !== 'propose') return meaning;
  if (weight(plain) > SHORT_QUESTION || !asksAtAll(plain) || WANTS.test(plain)) return meaning;
  const like = loosely({ ...said, plain });
  return like?.kind === 'intent' ? like : { kind: 'near', command: meaning.command };
}

/** What it is, where nothing but one project is named. */
function onlyNames({ mentionsOf }: Said, plain: string): Meaning | undefined {
  const { all, masked } = mentionsOf(plain);
  const [number, another] = all;
  const isAlone = number !== undefined && another === undefined && !/\p{L}/u.test(masked.replace(/一?[下哈]|◇|号|项目/gu, ''));
  return isAlone ? { kind: 'command', command: { name: 'projects', numbers: [number] } } : undefined;
}

const SHORT_QUESTION = 8;
const WANTS = /能不能|可不可以|可以不|要不要|[修建装加安]/;

/** 对,不想收了: a yes, and what the question was about. */
function namesWhatIsAsked(meaning: Meaning, { open, plain }: Said): boolean {
  if (open?.expects !== 'confirmation') return false;
  if (isToBePassed(open) && !DENIES.test(plain) && !SAYS_VOTE.test(plain) && [plain, ...clausesOf(plain)].some((part) => AGREES_TO_PASS.test(part)))
    return true;
  if (meaning.kind !== 'command' && meaning.kind !== 'near') return false;
  const { name, numbers, card, text } = meaning.command;
  const isOther = numbers !== undefined || card !== undefined || text !== undefined; // 对,投3: its own picks
  const isSaidAgain = meaning.kind === 'near' && name === 'stop' && !DENIES.test(plain); // 废话,就是不想收
  return name === open.command && !isOther && (SAYS_YES.test(plain) || isSaidAgain);
}

/** It is asked whether words are passed on. */
function isToBePassed(open: Question | undefined): boolean {
  return open?.expects === 'confirmation' && (open.command === 'complain' || open.command === 'ask');
}

/** 对,帮我转; 转嘛转嘛; 你跟他们说一声嘛: a yes to what is to be passed on. */
const AGREES_TO_PASS =
  /^\s*(?:(?:是|对头?|嗯|好|要得|可以|行|yes|ok)(?:的|嘛|啊|哈)?[\s\p{P}]*)?(?:就|那|你|你们|麻烦|请|给|帮|替|快|赶紧|这么|这样|please)*(?:(?:帮|麻烦|请|给|跟|和)(?:我|你|你们|他们?|她|上头|居委会?|社区|[^\s\p{P}不没莫]{0,2}主任|领导)?)*[^不没莫?？]{0,2}(?:转(?!钱|账)|反映|问(?:[到起一哈下]|$)|说(?:一?[声下哈]|清)|投诉|递|带到|告诉|上报|报(?:上|给)|pass it on|forward)[^不没莫?？]{0,8}$/u;
/** 就是二栋那家,黄毛狗: more of what is to be passed on. */
function goesOnTelling({ plain, mentionsOf }: Said): boolean {
  if (weight(plain) < TOLD || NOISE.test(plain) || DENIES.test(plain) || INSULTS.test(plain) || SAYS_VOTE.test(plain)) return false;
  return !CHOOSES_ONE.test(mentionsOf(plain).masked);
}

/** 问我的话我说路灯: a project is chosen, and nothing more is told. */
const CHOOSES_ONE = /我们?(?:就|还是|觉得|说|要|想要?|喜欢)+◇[\s\p{P}嘛哈吧啊的]*$/u;

const DENIES = /回复?\s*(?:td?|n)|不是|没说|没有|误会|错|[别不]停|继续|还[要想]|\b(?:no|not|keep|continue)\b/;

const SAYS_YES = /^\s*(?:对|嗯|是|好|要得|yes\b|yeah\b|yep\b)/;

/** 我是说我要选路灯: a vote, whatever else was asked. */
const SAYS_VOTE = /[投选]|支持|赞成|\b(?:vote|pick|choose|want)\b/;

/** The option of a choice that a command means: 支持 while a proposal is shown. */
function optionOf({ name, numbers: [number, another] = [], card }: Command, open: Question | undefined): Option | undefined {
  if (open?.expects !== 'choice' || another !== undefined || card) return undefined;
  const meant = open.options.filter(({ command }) => command?.name === name && (number === undefined || number === command.number));
  return meant.length === 1 ? meant[0] : undefined;
}

/** The option of "how is it?" that words of praise or blame mean: 很好. */
function graded(plain: string, open: Question | undefined): Option | undefined {
  if (open?.expects !== 'choice' || !open.options.some(({ command }) => command?.name === 'rate')) return undefined;
  const stars = starsIn(plain);
  return open.options.find(({ command }) => command?.number === stars);
}

/** While voting is open, to support something by its name is to vote for it. By its number, it may be a proposal: 支持 2. */
function inStage(meaning: Meaning | undefined, ballot: readonly Option[], plain: string): Meaning | undefined {
  const isSupport = meaning && 'command' in meaning && meaning.command.name === 'support';
  return isSupport && ballot.length > 0 && !SUPPORTS_NUMBER.test(plain) ? undefined : meaning;
}

const SUPPORTS_NUMBER = /^\s*(?:支持|support)\s*(?:提议)?\s*[\d一二三四五六七八九十]/;

/** 3号5分, without a keyword. While voting is open, it is asked about. */
function rated(plain: string, ballot: readonly Option[]): Meaning | undefined {
  const numbers = ratingIn(plain);
  return numbers && { kind: ballot.length > 0 ? 'near' : 'command', command: { name: 'rate', numbers } };
}

/** A yes to a read-back that has the word for voting in it: 对,就投这两个. */
function isAgreed({ name, numbers, card }: Command, said: Said): boolean {
  if (said.open?.expects !== 'confirmation' || name !== 'vote' || numbers || card || !saysMore(said.plain)) return false;
  const like = loosely(said);
  return like?.kind === 'answer' && like.answer.type === 'YES';
}

function saysMore(plain: string): boolean {
  return !/^\s*(?:投票?|vote|v)\s*$/.test(plain);
}

/** Nearly a command by its keyword: it stops at once, it may be that command in other words, and what is asked may have an answer. */
function nearly(near: Extract<Meaning, { kind: 'near' }>, said: Said): Meaning {
  const { name, text } = near.command;
  if (name === 'stop') return { kind: 'command', command: { name } };
  if (name === 'requestMembership' && text && /^(?:[了过没不好]|成功|完成)/.test(text)) return { kind: 'near', command: { name } }; // 登记了没得
  if (name === 'object' && text && /提议|建议/.test(text)) return passedOn(said.text, said.plain, 'propose'); // 反对搞监控 提议种树
  const isAsked = name === 'ask' && text !== undefined;
  if (name === 'propose' || name === 'progress') {
    const asked = loosely(said);
    if (asked?.kind === 'intent' && asked.intent === 'ownProposal' && !near.command.numbers) return asked; // 我那个提议咋样了, but 提议12
  }
  if (text !== undefined && !isAsked) return (name === 'complain' || name === 'requestMembership' ? toldInstead(said, name) : undefined) ?? near;
  const like = loosely(said, isAsked ? PASSED_ON_UNLESS : undefined);
  if (isAsked) return like && like.kind !== 'named' && like.kind !== 'near' ? like : (askedBack(said) ?? near);
  const isShown = like?.kind === 'command' && (like.command.name === name || like.command.name === 'receipt'); // "did I vote" is no vote
  return isShown ? like : near;
}

/** 扶手和灯: what names one project by its title may name another one in other words. 把花园换成路灯: one of the two is not wanted. */
function withAllNamed(answer: Answer, { plain, mentionsOf }: Said): Answer {
  if (answer.type !== 'NAMED') return answer;
  const { all, wanted } = mentionsOf(beginningOf(plain));
  const isIn = wanted.length > 0 && answer.numbers.every((number) => all.includes(number));
  return isIn && wanted.length !== answer.numbers.length ? { type: 'NAMED', numbers: [...wanted] } : answer;
}

/** Whether picks may be read back: nothing else waits for an answer. */
function isIdle(open: Question | undefined): boolean {
  return !open || open.expects === 'choice' || takesPicks(open);
}

function asAnswer(named: Extract<Meaning, { kind: 'named' }>, open: Question | undefined): Meaning {
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NAMED', numbers: [...new Set(named.numbers)] } }
    : { ...named, numbers: [...new Set(named.numbers)] };
}

/** "37" where no project has this number, but 3 and 7 are projects: two numbers, read back first. */
function readOut(meaning: Meaning, plain: string, open: Question | undefined, ballot: readonly Option[]): Meaning {
  const said = numbersIn(meaning) ?? [];
  const isDecimal = meaning.kind === 'command' && DECIMAL.test(plain) && said.every((number) => ballot.some((option) => option.number === number));
  const numbers = isDecimal ? [...said] : readOutAs(said, plain, ballot);
  return numbers ? asAnswer({ kind: 'named', numbers }, open) : meaning;
}

/** 投 1.5: it may be two numbers, and it may be none. */
const DECIMAL = /^\D*\d\.\d\D*$/;

function numbersIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'numbers') return meaning.numbers;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' && !meaning.command.card ? meaning.command.numbers : undefined;
  return meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS' ? meaning.answer.numbers : undefined;
}

function freeText({ command: asked }: Extract<Question, { expects: 'freeText' }>, said: Said): Meaning {
  const { text, plain, vocabulary } = said;
  const own = ownCommand(asked, vocabulary);
  const command = STOP_LETTER.test(plain) ? { name: 'stop' as const } : wholeCommandIn({ plain, vocabulary }, own);
  if (command) return { kind: 'command', command };
  if (GIVES_UP.test(plain)) return { kind: 'command', command: { name: 'menu' } };
  if (asksForTime(plain) || greets(plain)) return { kind: 'intent', intent: 'manners', numbers: [] };
  if (wantsToTell(plain)) return { kind: 'command', command: { name: 'person' } };
  const found = keywordIn(plain, vocabulary);
  const nothing = own === 'propose' ? nothingIn(plain, vocabulary) : undefined;
  if (nothing === 'no') return { kind: 'command', command: { name: 'menu' } };
  if (nothing === 'others') return UNKNOWN;
  const back = found ? undefined : insteadOf(own, said);
  if (back) return back;
  const isOwn = found && !found.isLed && !found.keyword.isNear && found.keyword.name === own;
  const written = isOwn ? writtenFrom(text, found.end) : text.trim();
  if (!/[\p{L}\p{N}]/u.test(written)) return UNKNOWN;
  const answer: Answer = { type: 'FREE_TEXT', text: written };
  return { kind: 'answer', answer };
}

/** 不提了, where a text is asked for. */
const GIVES_UP = /^[\s\p{P}]*(?:算了|我|还是|先)*不(?:提|说|写|问|弄|投诉)了[\s\p{P}吧嘛哈]*$/u;

/** What somebody asks back who was asked for an idea or a name. A letter to the inbox may be a question itself. */
function insteadOf(own: CommandName | undefined, said: Said): Meaning | undefined {
  if (own !== 'propose' && own !== 'requestMembership') return undefined;
  const like = loosely(said, ASKED_OUTRIGHT);
  const back = like?.kind === 'intent' && like.intent !== 'manners' ? like : askedBack(said);
  const mayBeName = own === 'requestMembership' && back?.kind === 'intent' && !asksAtAll(said.plain); // 谢安康 二单元, 田园 三号院
  return mayBeName ? undefined : back;
}

/** T and N, as 回T退订 has taught everybody: no text has one letter. */
const STOP_LETTER = /^[\s\p{P}]*[tn][\s\p{P}]*$/u;

/** How like "I have no idea yet" it must be not to be taken for a text. */
const NO_TEXT = 0.7;

/** The kind of what is written in the place of a text, by its beginning; undefined if it is a text. */
function nothingIn(plain: string, { book }: Vocabulary): Kind | undefined {
  const [top] = book.kindsOf(beginningOf(plain));
  return top && /\p{L}/u.test(plain) && top.likeness >= NO_TEXT ? top.kind : undefined;
}

/** The command that a question names, by its name or by a keyword. */
function ownCommand(asked: string, { keywords }: Vocabulary): CommandName | undefined {
  return COMMANDS.find((name) => name === asked) ?? keywords.get(normalise(asked))?.name;
}

function outOfTheBlue(plain: string, open: Question | undefined, ballot: readonly Option[], vocabulary: Vocabulary): Meaning | undefined {
  const picks = picksIn(plain, 0, vocabulary);
  if (!picks) return takesPicks(open) ? undefined : named(plain, ballot, vocabulary, titleAt(ballot, vocabulary.book.isCommon));
  const { numbers, card, isSure } = picks;
  if (open?.expects === 'code' || (numbers.length === 0 && card === undefined)) return undefined;
  if (card !== undefined) {
    if (numbers.length === 0) return { kind: 'near', command: { name: 'identify', card } };
    const command = { name: 'vote', numbers, card } as const;
    return { kind: open?.expects === 'numbers' && isSure ? 'command' : 'near', command };
  }
  const areOfBallot = numbers.every((number) => ballot.some((project) => project.number === number));
  if (!open && isSure && areOfBallot && CHOOSES.test(plain)) return { kind: 'command', command: { name: 'vote', numbers } };
  const isAfterNearMiss = open?.expects === 'confirmation' && !open.options && /号/.test(plain); // 1 alone may be a yes
  return !open || ((open.expects === 'choice' || isAfterNearMiss) && areOfBallot) ? { kind: 'numbers', numbers } : undefined;
}

/** 我选1和7 says as plainly as 投 1 7 who votes and for what. 选3 may be a menu's choice, and 我要3 an order. */
const CHOOSES = /^\s*(?:(?:我们?|咱们?|俺)(?:就|只|还是|要|想)*选|i (?:choose|pick))/;

/** 我有卡，204681717 */
function cardAmongWords(plain: string): string | undefined {
  const [card, another] = plain.match(/(?<!\d)[1-9]\d{8}(?!\d)/g) ?? [];
  return another === undefined && /卡|\bcard\b/.test(plain) ? card : undefined;
}

function named(plain: string, ballot: readonly Option[], vocabulary: Vocabulary, titles: TitleAt): Meaning | undefined {
  const numbers = ballot.length > 0 ? picksIn(plain, 0, vocabulary, titles)?.numbers : undefined;
  return numbers?.length ? { kind: 'named', numbers } : undefined;
}

function near(plain: string, vocabulary: Vocabulary): Meaning {
  const name = nearIn(plain, vocabulary);
  return name ? { kind: 'near', command: { name } } : UNKNOWN;
}

function optionsOf(open: Question | undefined): readonly Option[] | undefined {
  return open && 'options' in open ? open.options : undefined;
}
