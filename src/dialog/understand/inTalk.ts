import type { Intent } from '../command.ts';
import type { Talk } from '../talk.ts';
import { agreesTo } from './agreesTo.ts';
import { takesPicks } from './answerTo.ts';
import { byDescription } from './byDescription.ts';
import type { Meaning } from './commandIn.ts';
import { FACTS, ofSubject } from './factsAsked.ts';
import { followedUp } from './followedUp.ts';
import type { Outcome } from './judgement.ts';
import { unlessAsked, unlessMisread } from './misread.ts';
import { beginningOf } from './normalise.ts';
import { left, ofBallot } from './ofPicks.ts';
import { picksIn, readBack, shownIn } from './readBack.ts';
import { type Said, saidInPart } from './said.ts';
import { asksForTime, leaves, waits } from './unsaid.ts';

/**
 * What a message means after what was talked of: a change of the picks that were shown, refused or cast last, a question about the project that was
 * talked of, a pause. `meaning` is what it means by itself. What is opposed, heard or another's is no vote.
 */
export function inTalk(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { open, plain, mentionsOf } = said;
  if (open?.expects === 'code' || plain.length > LONGEST_SAID) return meaning;
  const isOfBallot = takesPicks(open) || talk.picks !== undefined;
  const shown = shownIn(said);
  const agrees = shown !== undefined && (wasAll(plain, shown.numbers) || agreesTo(mentionsOf(plain), { ...shown, before: talk.picks?.before }));
  if (isOfBallot && CHANGES_NOT.test(plain) && !(agrees && !talk.picks?.isCast)) return left(said, talk);
  if (isOfBallot && saidInPart(leaves, said) && !isWholeStop(meaning, plain)) return left(said, talk);
  if (open?.expects === 'confirmation' && !open.options && saidInPart(leaves, said)) return { kind: 'answer', answer: { type: 'NO' } };
  if (takesPicks(open) && QUITS.test(plain)) return left(said, talk);
  if (takesPicks(open) && (waits(plain) || saidInPart(isPause, said))) return { kind: 'intent', intent: 'pause', numbers: [] };
  if (agrees)
    return (talk.unclear && mentionsOf(plain).all.length === 0) || isOfTold(plain, talk)
      ? readBack(said, shown.numbers)
      : { kind: 'answer', answer: { type: 'YES' } };
  if (talk.unclear && shown && meaning.kind === 'answer' && meaning.answer.type === 'YES') return readBack(said, shown.numbers); // it may be a yes to what was not understood
  if (
    meaning.kind === 'near' &&
    meaning.command.name === 'disownBallot' &&
    !open &&
    OF_A_BALLOT.test(plain) &&
    !/没说|不是我(?:要|想|说)|不是我(?:们)?的/.test(plain)
  )
    return { kind: 'command', command: { name: 'disownBallot' } }; // digits are asked for anyway
  if (
    !open &&
    (waits(plain) || ((talk.topic || talk.picks || /[投选]/.test(plain)) && saidInPart(isPause, said))) &&
    NOT_NOW.has(meaning.kind) &&
    !(meaning.kind === 'intent' && meaning.intent === 'manners')
  )
    return { kind: 'intent', intent: 'pause', numbers: [] };
  const isOpenAsked =
    meaning.kind === 'unknown' ||
    (meaning.kind === 'intent' && ADVISED.has(meaning.intent)) ||
    (meaning.kind === 'command' && !meaning.command.numbers);
  if (meaning.kind === 'unknown' && !open && PASSES_ON.test(plain)) return { kind: 'near', command: { name: 'complain' } };
  if (meaning.kind === 'intent' && meaning.intent === 'built' && meaning.numbers.length === 0 && !talk.topic && BEGINS.test(plain))
    return { kind: 'intent', intent: 'until', numbers: [] };
  if (CAN_VOTE_FOR.test(plain) && said.ballot.length > 0 && !open) return { kind: 'command', command: { name: 'projects' } };
  if (ADVICE.test(plain) && said.ballot.length > 0 && isOpenAsked) return { kind: 'intent', intent: 'hearsay', numbers: [] };
  const ofVote = ofBallot(meaning, said, talk);
  const meant = ofVote ?? followedUp(meaning, said, talk) ?? ofSubject(byDescription(meaning, said) ?? withAllWanted(meaning, said), said);
  return instead(unlessAsked(unlessMisread(meant, said, talk), said), said, talk);
}

function isPause(part: string): boolean {
  return (waits(part) && ASKS_TO_WAIT.test(part)) || asksForTime(part);
}

/** Who is at work may say so to anybody. */
const ASKS_TO_WAIT =
  /等|稍|晚[点些]|[过隔]一?[下哈会阵]|再[说投看选]|[莫别先][忙慌急]|慢[点些]|\b(?:wait|later|minute|moment|sec\w*|hold|not now|see|check)\b/;

/** 2号改3号,还是不改了,就这样. It settles what is read back only where nothing is cast, beside a yes: 定了 不改了. */
const CHANGES_NOT = /(?:^|[\s\p{P}]|就?这样)(?:还是|算了|我)*不(?:改|换|加|动|变)了?(?:[\s\p{P}嘛哈]|就这样|算了)*$/u;
const QUITS = /^[\s\p{P}]*(?:退出|返回|回去|关掉|结束|exit|quit|back)[\s\p{P}了吧嘛]*$/u;

const OF_A_BALLOT = /[投选票]|本人|\b(?:vote|voted|ballot|me)\b/;
const NOT_NOW: ReadonlySet<Meaning['kind']> = new Set<Meaning['kind']>(['unknown', 'near', 'intent', 'command']);
/** 帮我反映上去. */
const PASSES_ON = /^(?:那|请|麻烦|你们?|[\s\p{P}])*(?:帮我|给我|替我)(?:反映|转|投诉|告诉|上报)[^不没莫]{0,6}$/u;
/** 那哪天才开始, of the vote where no project is talked of. */
const BEGINS = /^[\s\p{P}那]*(?:好久|哪天|几时|什么时候|啥子?时候|几号)(?:才|能|可以|会)?(?:开始|投)[^建修]{0,3}$/u;
const CAN_VOTE_FOR = /(?:能|可以|有)(?:投|选)(?:些|点)?(?:啥子?|什么|哪些)(?:[嘛呢哦啊呀喃]|[\s\p{P}])*$/u;
/** 应该投几号嘛, "which one should I vote for": nobody is told for what to vote. */
const ADVISED: ReadonlySet<Intent> = new Set<Intent>(['until', 'howMany', 'turnout', 'chosen', 'resultsDue', 'hearsay']);
const ADVICE =
  /^(?!.*(?:[能有](?:投|选)|可以(?:投|选)|晓得|知道|怎么|咋个?投|如何|好久|什么时候)).{0,12}(?:应该|该|最好|要|觉得|建议|推荐|喊我|可以)?(?:投|选)(?:给)?(?:哪一?个|几号|哪几个|哪些|谁|啥子?(?=好|嘛|呢|哦|$|[\s\p{P}])|什么(?=好|呢|$|[\s\p{P}]))(?:项目)?(?:好些|好点|好|合适|划算|要得)?(?:[嘛呢哦啊呀喃]|[\s\p{P}]|你[说讲](?:嘛|呢)?)*$|\b(?:which|what|who)(?: \w+){0,2} (?:should|would|do you) .{0,20}\b(?:vote|pick|choose|recommend)\b|\bwhat if i vote\b|\bshould i vote\b/u;

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

/** After something was told beside picks that are read back: 那可以,我要这个 may mean the project that was told, and 哦那就好 is glad of what was told. */
function isOfTold(plain: string, { meant }: Talk): boolean {
  if (!meant) return false;
  return (OF_PROJECTS.has(meant.outcome) && POINTS_AT_ONE.test(plain)) || (!READS_BACK.has(meant.outcome) && IS_GLAD.test(plain));
}

const OF_PROJECTS: ReadonlySet<Outcome> = new Set<Outcome>([...FACTS, 'project']);
const READS_BACK: ReadonlySet<Outcome> = new Set<Outcome>(['picks', 'again', 'nothing']);
const POINTS_AT_ONE = /[这那]个|它|\b(?:this|that|it)\b/;
const IS_GLAD = /^(?:[哦噢喔嗯啊诶哎]*[那这](?:就|还|也|倒)?(?:好|行|安逸|放心)[了嘛的啊哈吧咯啦哦\s\p{P}]*)+$/u;

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

/** Nobody goes on with a talk in so many characters. */
const LONGEST_SAID = 300;

/** 监控摄像头还有充电棚: all that is named and wanted is read back. */
function withAllWanted(meaning: Meaning, said: Said): Meaning {
  const isNamed = meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
  const numbers = isNamed ? (picksIn(meaning) ?? []) : [];
  if (!isNamed || said.ballot.length === 0) return meaning;
  const { wanted } = said.mentionsOf(beginningOf(said.plain));
  return wanted.length > numbers.length && numbers.every((number) => wanted.includes(number)) ? readBack(said, wanted) : meaning;
}
