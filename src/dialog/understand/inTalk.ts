import type { Intent } from '../command.ts';
import type { PicksChange } from '../question.ts';
import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import { changed, changesIn } from './changes.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { followedUp } from './followedUp.ts';
import { groupsOf } from './groups.ts';
import { isAllBut } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { type Said, weight } from './said.ts';
import { picksIn as picksOf } from './scan.ts';
import { type Stance, stancesOf } from './stance.ts';
import { leaves, waits } from './unsaid.ts';

/**
 * What a message means after what was talked of: a change of the picks that were shown, refused or cast last, a question about the project that was
 * talked of, a pause. `meaning` is what it means by itself. What is opposed, heard or another's is no vote.
 */
export function inTalk(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { open, plain } = said;
  if (open?.expects === 'code') return meaning;
  const isOfBallot = takesPicks(open) || talk.picks !== undefined;
  if (isOfBallot && leaves(plain) && !isWholeStop(meaning, plain)) return left(said, talk);
  if (takesPicks(open) && waits(plain)) return { kind: 'intent', intent: 'pause', numbers: [] };
  if (said.open?.expects === 'confirmation' && takesPicks(open) && wasAll(plain, shownIn(said)?.numbers ?? []))
    return { kind: 'answer', answer: { type: 'YES' } };
  const meant = withVote(meaning, said) ?? ofBallot(meaning, said, talk) ?? followedUp(meaning, said, talk) ?? withAllWanted(meaning, said);
  return instead(meant, said, talk);
}

/** Picks that would take the place of a ballot that was just cast are read back with what goes for them: nobody loses a pick unawares. */
function instead(meaning: Meaning, said: Said, { picks }: Talk): Meaning {
  const isRead = meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
  const given = meaning.kind === 'answer' && meaning.answer.type === 'NAMED' ? meaning.answer : meaning.kind === 'named' ? meaning : undefined;
  if (!isRead || !given || given.change || given.isPart || !picks?.isCast || (meaning.kind === 'named' && meaning.asked)) return meaning;
  const added = given.numbers.filter((each) => !picks.numbers.includes(each));
  const dropped = picks.numbers.filter((each) => !given.numbers.includes(each));
  const areOfBallot = given.numbers.every((number) => said.ballot.some((project) => project.number === number));
  return areOfBallot && dropped.length > 0 ? readBack(said, given.numbers, { change: { added, dropped } }) : meaning;
}

/** 投3 7 结果好久出来: a vote is not lost for what is asked behind it. */
function withVote(meaning: Meaning, { plain, ballot, vocabulary }: Said): Meaning | undefined {
  const asked =
    meaning.kind === 'ownAnswer'
      ? { ownAnswer: meaning.answer }
      : meaning.kind === 'intent' && (!IS_OF_VOTE.has(meaning.intent) || (meaning.intent === 'change' && APART.test(plain)))
        ? meaning
        : undefined;
  const [, voted] = asked ? (VOTE_FIRST.exec(plain) ?? VOTE_LAST.exec(plain) ?? []) : [];
  const picks = voted ? picksOf(voted, 0, vocabulary)?.numbers : undefined;
  if (!asked || !picks?.length || !picks.every((number) => ballot.some((project) => project.number === number))) return undefined;
  const { intent, numbers, ownAnswer } = { intent: undefined, numbers: undefined, ownAnswer: undefined, ...asked };
  return {
    kind: 'named',
    numbers: [...new Set(picks)],
    isVote: true,
    asked: { ...(intent && { intent }), ...(numbers && { numbers }), ...(ownAnswer !== undefined && { ownAnswer }) },
  };
}

const VOTE_FIRST =
  /^\s*(?:我们?)?(?:就|要|想)?(?:投|选|vote(?: for)?)\s*((?:(?:\d{1,2}|[一二三四五六七八九十])号?(?:[\s、,，和跟]|and\b)*)+)(?:(?<=[\s,，、])|(?=[,，。.;；]))(?![不没算]|还是|或).{3,}$/su;
/** 你是哪个？我要投8. */
const VOTE_LAST =
  /^.{2,40}[?？。!！]\s*(?:我们?)?(?:就|要|想)*(?:投|选|vote(?: for)?)\s*((?:(?:\d{1,2}|[一二三四五六七八九十])号?(?:[\s、,，和跟]|and\b)*)+)[\s。.!！嘛哈]*$/su;
/** A sign stands behind the numbers: vote 4, and until when can I change it? */
const APART = /^\D{0,12}\d[\d\s、和]*号?[,，。;；]/u;
/** What is asked of the vote itself is no wish beside it. */
const IS_OF_VOTE: ReadonlySet<Intent> = new Set<Intent>([
  'manners',
  'hearsay',
  'pause',
  'proxy',
  'noCard',
  'tenant',
  'change',
  'cost',
  'built',
  'where',
]);

/** 没了就这两个: a yes to as many picks as were read back. */
function wasAll(plain: string, { length }: readonly number[]): boolean {
  const [, many, counted] = WAS_ALL.exec(plain) ?? [];
  if (many === undefined || length === 0) return false;
  return many === '' ? length === 1 || counted !== '个' : '一两三四五六'.charAt(length - 1) === many.replace('二', '两');
}

const WAS_ALL =
  /^[\s\p{P}]*(?:[没莫冇][得有]?|没有|够)(?:了|别的|其他的?)*[\s\p{P}]*就?(?:这|那)([一二两三四五六]?)(个|些|样)(?:了|嘛|哈|噻|吧|[\s\p{P}])*$/u;

/** Stop itself always stops. */
function isWholeStop(meaning: Meaning, plain: string): boolean {
  return meaning.kind === 'command' && meaning.command.name === 'stop' && /退|停|发|\bstop\b|^\W*t/.test(plain);
}

/** What is open is left; a ballot that is cast stays, and can be changed. */
function left({ open }: Said, { picks }: Talk): Meaning {
  if (takesPicks(open)) return { kind: 'answer', answer: { type: 'NO' } };
  return { kind: 'intent', intent: picks?.isCast ? 'change' : 'pause', numbers: [] };
}

/** Longer messages tell something, and name projects in passing. */
const LONGEST = 60;

function ofBallot(meaning: Meaning, said: Said, talk: Talk): Meaning | undefined {
  const { plain, ballot, mentionsOf } = said;
  if (ballot.length === 0 || weight(plain) > LONGEST || !mayBePicks(meaning, said)) return undefined;
  if (talk.topic?.about === 'project' && !picksOpen(said, talk) && /[?？]\s*$/.test(plain)) return undefined; // and the garden?
  const mentions = mentionsOf(beginningOf(plain));
  const groups = groupsOf(plain, mentions);
  const stances = stancesOf(groups);
  const own = groups.filter((_, index) => stances[index] === 'own');
  if (own.length < groups.length)
    return ofStance(
      meaning,
      said,
      own.flatMap(({ numbers }) => numbers),
      stances,
    );
  if (isAllBut(plain)) return undefined;
  const named = groups.flatMap(({ numbers }) => numbers);
  if (groups.length > 0 && picksIn(meaning)?.every((number) => named.includes(number)) === false) return undefined;
  const { topic } = talk;
  const picks = shownIn(said) ?? talk.picks;
  const number = topic?.about === 'project' ? topic.number : undefined;
  const found = changesIn(groups, mentions.masked, picks?.numbers ?? [], number);
  if (!found) return undefined;
  if (found.isPlain && meaning.kind !== 'unknown') return undefined;
  const before = found.isWhole ? [] : (picks?.numbers ?? []);
  const numbers = changed(before, found.changes);
  if (found.isWhole) return meaning.kind === 'intent' ? undefined : readBack(said, numbers);
  if (!picks && numbers.length === 0 && picksIn(meaning)?.length) return { kind: 'intent', intent: 'hearsay', numbers: [] }; // 9号千万莫投
  if (!picks) return numbers.length === 0 || meaning.kind === 'intent' ? undefined : readBack(said, numbers, { isPart: true });
  if (numbers.length === 0) return left(said, talk);
  const change = { added: numbers.filter((each) => !before.includes(each)), dropped: before.filter((each) => !numbers.includes(each)) };
  const isSame = change.added.length === 0 && change.dropped.length === 0;
  if (isSame && picks.isCast && !takesPicks(said.open)) return { kind: 'intent', intent: 'manners', numbers: [] };
  return readBack(said, numbers, isSame ? {} : { change });
}

/** Only what the writer wants themselves may be read back; and nothing if that is nothing. */
function ofStance(meaning: Meaning, said: Said, own: readonly number[], stances: readonly Stance[]): Meaning | undefined {
  const hasPicks = picksIn(meaning) !== undefined;
  const isOfOthers = !stances.some((stance) => stance === 'against' || stance === 'heard');
  if (isOfOthers && own.length === 0) return UNDECIDED.test(said.plain) ? { kind: 'intent', intent: 'pause', numbers: [] } : undefined; // who writes for another
  if (!stances.includes('against') && AGREES_WITH.test(said.plain)) return undefined;
  if (own.length > 0) return hasPicks || meaning.kind === 'unknown' || meaning.kind === 'near' ? readBack(said, [...new Set(own)]) : undefined;
  const isOfVote = hasPicks || (meaning.kind === 'unknown' && OF_VOTE.test(said.plain));
  return isOfVote ? { kind: 'intent', intent: 'hearsay', numbers: [] } : undefined;
}

/** 我妈想要食堂，我还没想好. */
const UNDECIDED = /(?:没|莫)(?:有)?(?:想好|决定|考虑好|定下?来)|再想想|再考虑|\b(?:not sure|undecided|have not decided|haven't decided)\b/;

/** 他要灯我要扶手，那就两个都选; 女儿喊我投三号，那就三号: the writer has made it their own. */
const AGREES_WITH =
  /都[要选投](?!了)|[两三][个样]都|各[占选投]|[这那][两三][个样]|我也(?:投|选|要)|听[他她]们?的|那就(?!算|不)|\b(?:both|all three|all of them|me too|so do i)\b|^(?!.*(?:[逼骗]|[没不莫]有?[想愿肯得]?[投选])).{0,8}(?:妈|爸|老汉儿?|女儿|儿子|孙[儿女子孙娃]?|老婆|老公|老伴儿?|婆婆|媳妇|娃儿?).{0,3}[喊叫让]我[投选][^|,，。\s]{1,12}$/;
const OF_VOTE = /[投选]|反对|\b(?:vote|against|hate|oppose)/;

/** Whether picks are known that a message may change. */
function picksOpen(said: Said, talk: Talk): boolean {
  return shownIn(said) !== undefined || talk.picks !== undefined;
}

/** The picks that a question which is open reads back. */
function shownIn({ open }: Said): { readonly numbers: readonly number[]; readonly isCast?: true } | undefined {
  const shown = open?.expects === 'confirmation' ? open.params?.picks : undefined;
  return Array.isArray(shown) ? { numbers: shown.map((each) => (typeof each === 'number' ? each : each.number)) } : undefined;
}

/** Whether a message may be about picks: what carries a text of its own, or asks for something else, is that. */
function mayBePicks(meaning: Meaning, { plain, vocabulary }: Said): boolean {
  const name = keywordIn(plain, vocabulary)?.keyword.name;
  if (name !== undefined && name !== 'vote' && name !== 'stop') return false;
  if (meaning.kind === 'command') return meaning.command.card === undefined && (meaning.command.name === 'vote' || meaning.command.name === 'stop');
  if (meaning.kind === 'near') return meaning.command.card === undefined && meaning.command.text === undefined;
  return meaning.kind !== 'ownAnswer' && !(meaning.kind === 'answer' && meaning.answer.type === 'CODE');
}

function picksIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return meaning.numbers;
  if (meaning.kind === 'command' || meaning.kind === 'near') return meaning.command.name === 'vote' ? (meaning.command.numbers ?? []) : undefined;
  if (meaning.kind !== 'answer') return undefined;
  return meaning.answer.type === 'NUMBERS' || meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}

function readBack({ open }: Said, numbers: readonly number[], how: { change?: PicksChange; isPart?: true } = {}): Meaning {
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NAMED', numbers: [...numbers], ...how } }
    : { kind: 'named', numbers: [...numbers], isVote: true, ...how };
}

/** 监控摄像头还有充电棚: all that is named and wanted is read back. */
function withAllWanted(meaning: Meaning, said: Said): Meaning {
  const isNamed = meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
  const numbers = isNamed ? (picksIn(meaning) ?? []) : [];
  if (!isNamed || said.ballot.length === 0) return meaning;
  const { wanted } = said.mentionsOf(beginningOf(said.plain));
  return wanted.length > numbers.length && numbers.every((number) => wanted.includes(number)) ? readBack(said, wanted) : meaning;
}
