import { type Talk, toldProject } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import { IN_TROUBLE } from './byDescription.ts';
import { changed, changesIn, endsDropped } from './changes.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { type Group, groupsOf } from './groups.ts';
import { passedOn } from './meant.ts';
import { isAllBut } from './mentions.ts';
import { CHANGES_PICKS, leavesOver, MISTAKES, VOTES } from './misread.ts';
import { beginningOf } from './normalise.ts';
import { ofStance } from './ownPicks.ts';
import { describedOut, pointedOut, toldOut } from './pointedOut.ts';
import { picksIn, readBack, shownIn } from './readBack.ts';
import { asksAtAll, NOISE, type Said, weight } from './said.ts';
import { type Stance, stancesOf } from './stance.ts';

/** What is said of picks, by name, or by pointing at one of those that are known or were talked of: 后头那个不要, 就投便宜的那个. */
export function ofBallot(meaning: Meaning, said: Said, talk: Talk): Meaning | undefined {
  const known = (shownIn(said) ?? talk.picks)?.numbers;
  const mayBeOfPicks = mayBePicks(meaning, said) && said.ballot.length > 0;
  const told = toldProject(talk);
  const withTold = mayBeOfPicks && told !== undefined ? toldOut(said, told) : undefined;
  const pointed = mayBeOfPicks ? (withTold ?? pointedOut(said, known ?? talk.topic?.recent ?? []) ?? (known && describedOut(said))) : undefined;
  if (!pointed) return ofNamed(meaning, said, talk);
  const meant = ofNamed({ kind: 'unknown' }, pointed, talk);
  if (meant || asksAtAll(said.plain)) return meant;
  const { wanted, masked } = pointed.mentionsOf(pointed.plain);
  return wanted.length > 0 &&
    !known &&
    (withTold || VOTES.test(masked)) &&
    stancesOf(groupsOf(pointed.plain, pointed.mentionsOf(pointed.plain))).every((stance) => stance === 'own')
    ? readBack(said, wanted)
    : { kind: 'unknown' };
}

function ofNamed(meaning: Meaning, said: Said, talk: Talk): Meaning | undefined {
  const { plain, ballot, mentionsOf } = said;
  if (ballot.length === 0 || weight(plain) > MAX_CHARS) return undefined;
  if (UNDECIDED.test(plain) && keywordIn(plain, said.vocabulary) === undefined && mentionsOf(beginningOf(plain)).all.length > 0)
    return VOTES_FOR.test(mentionsOf(beginningOf(plain)).masked) ? { kind: 'unknown' } : { kind: 'intent', intent: 'pause', numbers: [] };
  const picks = shownIn(said) ?? talk.picks;
  const bySigns = picks && signed(plain, picks.numbers);
  if (picks && bySigns) {
    const kept = picks.numbers.filter((number) => !bySigns.dropped.includes(number));
    return readBack(said, [...kept, ...bySigns.added], { change: bySigns });
  }
  if (!mayBePicks(meaning, said) || NOISE.test(plain)) return undefined;
  if (meaning.kind === 'near' && meaning.command.text !== undefined && !(picks && CHANGES_PICKS.test(plain))) return undefined;
  if (talk.missed && picks && MISTAKES.test(plain)) return { kind: 'unknown' }; // what was not understood is meant, not the picks
  if (talk.topic?.about === 'project' && !picks && /[?？]\s*$/.test(plain)) return undefined; // and the garden?
  const mentions = mentionsOf(beginningOf(plain));
  const groups = withoutReasons(groupsOf(plain, mentions), picks?.numbers ?? []);
  const isBroken =
    groups.every(({ before, after }) => !VOTES.test(before) && IS_BROKEN.test(after)) || (!VOTES.test(plain) && IN_TROUBLE.test(plain));
  if (picksIn(meaning) && groups.length > 0 && isBroken) return passedOn(said.text, plain, 'complain');
  const isOnPicks = (group: Group) => picks !== undefined && group.numbers.every((number) => picks.numbers.includes(number));
  const stances = stancesOf(groups, picks === undefined).map((stance, index): Stance => {
    const group = groups[index];
    return group && isOnPicks(group) && endsDropped(group) ? 'own' : stance; // 老头说路灯够亮了,取了它
  });
  const own = groups.filter((_, index) => stances[index] === 'own');
  const notOwn = groups.flatMap(({ numbers }, index) => (stances[index] === 'own' ? [] : numbers));
  const isGivenUp =
    own.length > 0 &&
    groups.every(
      ({ numbers }, index) =>
        stances[index] === 'own' || (stances[index] === 'against' && numbers.every((number) => picks?.numbers.includes(number))),
    );
  if (own.length < groups.length && !isGivenUp)
    return ofStance(
      meaning,
      said,
      own.flatMap(({ numbers }) => numbers).filter((number) => !notOwn.includes(number)),
      stances,
    );
  const named = [...new Set(groups.flatMap(({ numbers }) => numbers))];
  if (isAllBut(plain) && picks && named.length > 0 && named.length < picks.numbers.length && named.every((number) => picks.numbers.includes(number)))
    return readBack(
      said,
      picks.numbers.filter((number) => !named.includes(number)),
      { change: { added: [], dropped: named } },
    );
  if (isAllBut(plain)) return mentions.wanted.length > MOST_PICKS ? { kind: 'intent', intent: 'hearsay', numbers: [] } : undefined; // 除了6号都可以
  if (groups.length > 0 && picksIn(meaning)?.every((number) => named.includes(number)) === false) return undefined;
  const number = toldProject(talk);
  const found = changesIn(groups, mentions.masked, picks?.numbers ?? [], number);
  if (!found) return undefined;
  if (found.changes.every(({ add }) => add.length === 0) && ADDS_UNKNOWN.test(mentions.masked)) return { kind: 'unknown' };
  if (picks && leavesOver(said)) return { kind: 'unknown' };
  if (found.isPlain && meaning.kind !== 'unknown') return undefined;
  const isTakenBack = (CORRECTS.test(plain) && found.changes.some(({ drop }) => drop.length > 0)) || ONLY_THIS.test(plain); // 不对，9还是要: of what is shown
  const before = (isTakenBack ? talk.picks?.before : undefined) ?? picks?.numbers ?? [];
  const numbers = changed(found.isWhole ? [] : before, found.changes);
  if (found.isWhole && numbers.length === 0) return { kind: 'intent', intent: 'hearsay', numbers: [] };
  if (found.isWhole && meaning.kind === 'intent') return undefined;
  if (found.isWhole && !picks) return readBack(said, numbers);
  if (!picks && numbers.length === 0 && picksIn(meaning)?.length) return { kind: 'intent', intent: 'hearsay', numbers: [] }; // 9号千万莫投
  if (!picks && number !== undefined && POINTS.test(plain)) return readBack(said, changed([number], found.changes)); // 投这个再加花园
  if (!picks) return numbers.length === 0 || meaning.kind === 'intent' ? undefined : readBack(said, numbers, { isPart: true });
  if (numbers.length === 0) return left(said, talk);
  const change = { added: numbers.filter((each) => !before.includes(each)), dropped: before.filter((each) => !numbers.includes(each)) };
  const isSame = change.added.length === 0 && change.dropped.length === 0;
  if (isSame && picks.isCast && !takesPicks(said.open)) return { kind: 'intent', intent: 'manners', numbers: [] };
  return readBack(said, numbers, isSame ? {} : { change });
}

/** 监控我再想想，先投食堂: no yes that follows is one to both. */
const VOTES_FOR = /[投选](?:给|上)?\s*◇/;

/** 我妈想要食堂，我还没想好. */
const UNDECIDED =
  /可能|也许|说不定|不一定|还?(?:没|莫|不)(?:有)?(?:同意|答应|商量)|\b(?:maybe|perhaps|might)\b|还在(?:考虑|想|犹豫|纠结)|(?:没|莫)(?:有)?(?:想好|决定|考虑好|定下?来)|再想想|再考虑|\b(?:not sure|undecided|have not decided|haven't decided)\b/;

/** 老头子说空调费电,十号不要了: where a pick is named twice, what others say of it is why. */
function withoutReasons(groups: readonly Group[], picks: readonly number[]): Group[] {
  const stances = stancesOf(groups, false);
  const changed = groups.flatMap((group, index) => (stances[index] === 'own' && CHANGES_PICKS.test(group.before + group.after) ? group.numbers : []));
  const isReason = ({ numbers }: Group, index: number) =>
    stances[index] !== 'own' && numbers.every((number) => changed.includes(number) && picks.includes(number));
  return groups.filter((group, index) => !isReason(group, index));
}

const POINTS = /[投选要](?:这个|那个|它)|\b(?:vote|take|want|choose) (?:for )?(?:it|this|that)\b/;
/** 不对，是2号不要: what was changed last is not meant. */
const CORRECTS = /^[\s\p{P}]*(?:不对头?|不是|错了|没对|搞错了?|no|wrong)[\s\p{P}了的我]+(?!(?:\d{1,2}|[一二三四五六七八九十])号?是)/u;

/** 那只加5, after 5 and 8 were too many. */
const ONLY_THIS = /^[\s\p{P}那就]*(?:只|光|单)(?:加|添|补|换|去)/u;
/** 路灯黑了一个月了: it stands already, and is broken. */
const IS_BROKEN =
  /^\s*号?(?:那个|那盏|又|都|全|已经|还是|一直|[\s])*(?:坏|黑|熄|灭|瞎|断|垮|倒|漏|锈|烂|歪|松|脏|臭)(?:了|起|得很|脱了|完了)|^\s*(?:又|都|全|还|一直)?(?:不亮|没亮|不转|不制冷|打不开|没得?人[管修])|^\s*(?:is|are|has been) (?:broken|out|dirty|dark)/u;
/** 监控不要了换电瓶车那个: what comes for it is not known. */
const ADDS_UNKNOWN = /(?:换成?|改成|再加|加上)(?![掉了脱]|[\s\p{P}]*$)[^◇]{2,}$/u;

/** +6, -8: added and taken out. */
function signed(plain: string, picks: readonly number[]): { added: number[]; dropped: number[] } | undefined {
  if (!/^(?:\s*[+-]\s*\d{1,2}号?[\s,，]*)+$/.test(plain)) return undefined;
  const all = [...plain.matchAll(/([+-])\s*(\d{1,2})/g)].map(([, sign, digits]) => ({ sign, number: Number(digits) }));
  const added = all.filter(({ sign, number }) => sign === '+' && !picks.includes(number)).map(({ number }) => number);
  const dropped = all.filter(({ sign, number }) => sign === '-' && picks.includes(number)).map(({ number }) => number);
  return added.length + dropped.length === all.length ? { added, dropped } : undefined;
}

/** Whether a message may be about picks: what carries a text of its own, or asks for something else, is that. */
function mayBePicks(meaning: Meaning, { plain, vocabulary }: Said): boolean {
  const name = keywordIn(plain, vocabulary)?.keyword.name;
  if (name !== undefined && name !== 'vote' && name !== 'stop' && name !== 'delete') return false; // 删除6号
  if (meaning.kind === 'command') return meaning.command.card === undefined && (meaning.command.name === 'vote' || meaning.command.name === 'stop');
  if (meaning.kind === 'near') return meaning.command.card === undefined && (meaning.command.text === undefined || name === undefined);
  return meaning.kind !== 'ownAnswer' && !(meaning.kind === 'answer' && meaning.answer.type === 'CODE');
}

/** What is open is left; a ballot that is cast stays, and can be changed. */
export function left({ open }: Said, { picks }: Talk): Meaning {
  if (takesPicks(open)) return { kind: 'answer', answer: { type: 'NO' } };
  return { kind: 'intent', intent: picks?.isCast ? 'change' : 'pause', numbers: [] };
}

/** Nobody means to vote for so many. */
const MOST_PICKS = 5;
/** Longer messages tell something, and name projects in passing. */
const MAX_CHARS = 60;
