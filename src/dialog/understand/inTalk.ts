import type { CommandName, Intent } from '../command.ts';
import { type Talk, toldProject } from '../talk.ts';
import { agreesTo } from './agreesTo.ts';
import { takesPicks } from './answerTo.ts';
import { changed, changesIn, endsDropped } from './changes.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { describedIn } from './described.ts';
import { followedUp } from './followedUp.ts';
import { type Group, groupsOf } from './groups.ts';
import type { Outcome } from './judgement.ts';
import { passedOn } from './meant.ts';
import { isAllBut } from './mentions.ts';
import { CHANGES_PICKS, leavesOver, MISTAKES, unlessAsked, unlessMisread, VOTES } from './misread.ts';
import { beginningOf } from './normalise.ts';
import { describedOut, pointedOut, toldOut } from './pointedOut.ts';
import { picksIn, readBack, shownIn } from './readBack.ts';
import { asksAtAll, NOISE, type Said, saidInPart, weight } from './said.ts';
import { type Stance, stancesOf } from './stance.ts';
import { asksForTime, INSULTS, leaves, waits } from './unsaid.ts';

/**
 * What a message means after what was talked of: a change of the picks that were shown, refused or cast last, a question about the project that was
 * talked of, a pause. `meaning` is what it means by itself. What is opposed, heard or another's is no vote.
 */
export function inTalk(meaning: Meaning, said: Said, talk: Talk): Meaning {
  const { open, plain, mentionsOf } = said;
  if (open?.expects === 'code' || plain.length > LONGEST_SAID) return meaning;
  const isOfBallot = takesPicks(open) || talk.picks !== undefined;
  if (isOfBallot && CHANGES_NOT.test(plain)) return left(said, talk);
  if (isOfBallot && saidInPart(leaves, said) && !isWholeStop(meaning, plain)) return left(said, talk);
  if (open?.expects === 'confirmation' && !open.options && saidInPart(leaves, said)) return { kind: 'answer', answer: { type: 'NO' } };
  if (takesPicks(open) && QUITS.test(plain)) return left(said, talk);
  if (takesPicks(open) && (waits(plain) || saidInPart(isPause, said))) return { kind: 'intent', intent: 'pause', numbers: [] };
  const shown = shownIn(said);
  if (shown && (wasAll(plain, shown.numbers) || agreesTo(mentionsOf(plain), { ...shown, before: talk.picks?.before })))
    return (talk.unclear && mentionsOf(plain).all.length === 0) || pointsAtTold(plain, talk)
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
  const meant = ofVote ?? followedUp(meaning, said, talk) ?? ofSubject(described(meaning, said) ?? withAllWanted(meaning, said), said);
  return instead(unlessAsked(unlessMisread(meant, said, talk), said), said, talk);
}

function isPause(part: string): boolean {
  return (waits(part) && ASKS_TO_WAIT.test(part)) || asksForTime(part);
}

/** Who is at work may say so to anybody. */
const ASKS_TO_WAIT =
  /等|稍|晚[点些]|[过隔]一?[下哈会阵]|再[说投看选]|[莫别先][忙慌急]|慢[点些]|\b(?:wait|later|minute|moment|sec\w*|hold|not now|see|check)\b/;

/** 监控我再想想，先投食堂: no yes that follows is one to both. */
const VOTES_FOR = /[投选](?:给|上)?\s*◇/;

/** 2号改3号,还是不改了,就这样. */
const CHANGES_NOT = /(?:^|[\s\p{P}])(?:还是|算了|我)*不(?:改|换|加|动|变)了?(?:[\s\p{P}嘛哈]|就这样|算了)*$/u;
const QUITS = /^[\s\p{P}]*(?:退出|返回|回去|关掉|结束|exit|quit|back)[\s\p{P}了吧嘛]*$/u;

/**
 * A fact about a project is told only where its own word is said (what it costs, where it is, when it is built); who asks something else of one project is told
 * what it is, and an opinion is told nothing.
 */
function ofSubject(meaning: Meaning, { plain, mentionsOf }: Said): Meaning {
  if (meaning.kind !== 'intent') return meaning;
  const subject = SUBJECTS[meaning.intent];
  const { all } = mentionsOf(beginningOf(plain));
  if (!subject || all.length === 0 || subject.test(plain) || IN_PINYIN.test(plain)) return meaning;
  const asks = asksAtAll(plain) && !OF_HOURS.test(plain);
  if (meaning.intent !== 'cost' && (asks || /还是|是不是/.test(plain))) return meaning;
  const [number, another] = all;
  return asks && number !== undefined && another === undefined
    ? { kind: 'command', command: { name: 'projects', numbers: [number] } }
    : { kind: 'unknown' };
}

const OF_HOURS = /[开关]门|营业|上班|下班/;
const IN_PINYIN = /^[a-z\s]*\b(?:qian|duoshao|nali|zai)\b[a-z\s]*$/;
const SUBJECTS: Partial<Record<Intent, RegExp>> = {
  cost: /钱|贵|多少|好多|几多|价|万|块|预算|花|费|便宜|造价|\b(?:cost|costs|price|much|money|expensive|cheap|pay|yuan|budget)\b/,
  where: /哪|何处|地方|位置|地点|地址|边度|啥子?地|\b(?:where|place|which|location|located)\b/,
  built:
    /好久|时候|哪天|哪年|哪个?月|几时|几月|多久|何时|年底|开工|动工|完工|修[好完]|[修建弄搞装做办开用]得?[好成完起到]|进度|咋样|怎么样|了没|没得|没有|多长|日期|时间|快|慢|\b(?:when|ready|built|build|finish\w*|start\w*|done|long|soon|date|open|year|month)\b/,
};
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

/** What somebody chooses by what it is like, or asks about so: 我要投那个给老年人做饭的. It is read back, or told. */
function described(meaning: Meaning, said: Said): Meaning | undefined {
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
const FACTS: readonly Intent[] = ['cost', 'where', 'built'];
const FACTS_OF: Partial<Record<Intent, RegExp>> = {
  cost: /钱|贵|多少|好多|几万|预算|\b(?:cost|price|how much|expensive)\b/,
  where: /哪[里儿边点头凼]|在哪|地方|位置|\bwhere (?:is|are|will|would|exactly)\b|where will they/,
  built: /好久|什么时候|啥子?时候|几时|哪天|多久|完工|弄完|\b(?:when|ready|built|finished)\b/,
};
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
const IN_TROUBLE =
  /[坏破锈烂断漏堵垮倒歪][了起脱掉穿]|坏的|划破|摔[了倒]|夹到|臭得|吵得|倒建渣|没得?有?人[管修]|不亮了|投诉|反映|报修|\b(?:broken|leaks?|smells?)\b/;

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

/** 那可以,我要这个, after a project was told beside picks that are read back: the one may be meant, or the others. */
function pointsAtTold(plain: string, { meant }: Talk): boolean {
  return meant !== undefined && OF_PROJECTS.has(meant.outcome) && POINTS_AT_ONE.test(plain);
}

const OF_PROJECTS: ReadonlySet<Outcome> = new Set<Outcome>([...FACTS, 'project']);
const POINTS_AT_ONE = /[这那]个|它|\b(?:this|that|it)\b/;

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

/** Nobody means to vote for so many. */
const MOST_PICKS = 5;
/** Nobody goes on with a talk in so many characters. */
const LONGEST_SAID = 300;
/** Longer messages tell something, and name projects in passing. */
const MAX_CHARS = 60;

/** What is said of picks, by name, or by pointing at one of those that are known or were talked of: 后头那个不要, 就投便宜的那个. */
function ofBallot(meaning: Meaning, said: Said, talk: Talk): Meaning | undefined {
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

/** Only what the writer wants themselves may be read back; and nothing if that is nothing. */
function ofStance(meaning: Meaning, said: Said, own: readonly number[], stances: readonly Stance[]): Meaning | undefined {
  const hasPicks = picksIn(meaning) !== undefined;
  const isAgreed = !stances.includes('against') && AGREES_WITH.test(said.plain);
  const all = said.mentionsOf(beginningOf(said.plain)).wanted;
  if (isAgreed) return hasPicks || all.length === 0 ? undefined : readBack(said, all);
  const isOfOthers = !stances.some((stance) => stance === 'against' || stance === 'heard');
  if (isOfOthers && own.length === 0) {
    const isProxy = meaning.kind === 'intent' && meaning.intent === 'proxy' && !OPINION.test(said.plain);
    if (isProxy || (!hasPicks && meaning.kind !== 'intent')) return undefined; // who writes for another
    if (said.open?.expects === 'numbers') return undefined; // they were asked, and somebody writes for them
    return asksAtAll(said.plain) ? undefined : { kind: 'intent', intent: 'hearsay', numbers: [] };
  }
  if (own.length > 0) return hasPicks || meaning.kind === 'unknown' || meaning.kind === 'near' ? readBack(said, [...new Set(own)]) : undefined;
  const isOpposed = stances.every((stance) => stance === 'against');
  const isDoubtful = meaning.kind === 'intent' && asksAtAll(said.plain) && own.length === 0 && !TOLD_ANYWAY.has(meaning.intent);
  if (isDoubtful) return { kind: 'unknown' };
  const isTold = meaning.kind === 'intent' && meaning.intent !== 'manners' && meaning.intent !== 'pause' && (isOpposed || !asksAtAll(said.plain));
  const isOfVote = hasPicks || isTold || (meaning.kind === 'unknown' && OF_VOTE.test(said.plain));
  return isOfVote ? { kind: 'intent', intent: 'hearsay', numbers: [] } : undefined;
}

/** What may be told to who only heard or supposes something. */
const TOLD_ANYWAY: ReadonlySet<Intent> = new Set<Intent>([
  'manners',
  'pause',
  'hearsay',
  'fraud',
  'secret',
  'price',
  'proxy',
  'cost',
  'where',
  'built',
]);
/** Another one only says what they think of it: 我老伴说6不好. */
const OPINION = /[说讲觉嫌]|认为|喜欢|中意|不好|\b(?:says?|said|thinks?|likes?|loves?|hates?)\b/;
/** 我妈想要食堂，我还没想好. */
const UNDECIDED =
  /可能|也许|说不定|不一定|还?(?:没|莫|不)(?:有)?(?:同意|答应|商量)|\b(?:maybe|perhaps|might)\b|还在(?:考虑|想|犹豫|纠结)|(?:没|莫)(?:有)?(?:想好|决定|考虑好|定下?来)|再想想|再考虑|\b(?:not sure|undecided|have not decided|haven't decided)\b/;

/** 他要灯我要扶手，那就两个都选; 女儿喊我投三号，那就三号: the writer has made it their own. */
const AGREES_WITH =
  /(?:[两三几]个?|样|些|就|(?<![让喊叫要逼催劝])我们?|咱们?)都[要选投](?!了)|[两三][个样]都|各[占选投]|[这那][两三][个样]|我也(?:想|是)?(?:投|选|要|这么)|听[他她]们?的|那就(?!算|不)|\b(?:both|all three|all of them|me too|so do i)\b|^(?!.*(?:[逼骗]|[没不莫]有?[想愿肯得]?[投选])).{0,8}(?:妈|爸|老汉儿?|女儿|儿子|孙[儿女子孙娃]?|老婆|老公|老伴儿?|婆婆|媳妇|娃儿?).{0,3}[喊叫让]我[投选][^|,，。\s]{1,12}$/;
const OF_VOTE = /[投选]|反对|\b(?:vote|against|hate|oppose)/;

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

/** 监控摄像头还有充电棚: all that is named and wanted is read back. */
function withAllWanted(meaning: Meaning, said: Said): Meaning {
  const isNamed = meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED');
  const numbers = isNamed ? (picksIn(meaning) ?? []) : [];
  if (!isNamed || said.ballot.length === 0) return meaning;
  const { wanted } = said.mentionsOf(beginningOf(said.plain));
  return wanted.length > numbers.length && numbers.every((number) => wanted.includes(number)) ? readBack(said, wanted) : meaning;
}
