import type { Nudged, Situation } from '../../src/dialog/cadreOutcome.ts';
import { INTENTS } from '../../src/dialog/command.ts';
import type { FlowInput } from '../../src/dialog/flow.ts';
import type { Answer } from '../../src/dialog/question.ts';
import type { Cast, CheckedReceipt, MyPicks, Opened, Voided } from '../../src/fund/ballots/index.ts';
import { RULES } from '../../src/fund/ballots/tally/index.ts';
import { STAGES } from '../../src/fund/cycles/index.ts';
import type { Facts, ProgressRead, ProposalTold } from '../../src/fund/facts/index.ts';
import type { Objected } from '../../src/fund/meetings/index.ts';
import type {
  CadreChecked,
  CadreProved,
  CardShown,
  CodeChecked,
  CodeSent,
  DigitsAsked,
  DigitsChecked,
  Requested,
  Started,
} from '../../src/fund/people/index.ts';
import type { BallotItem, ProjectsRead } from '../../src/fund/projects/index.ts';
import { PROPOSAL_STATES, type Proposed, type SupportableRead, type SupportsTold } from '../../src/fund/proposals/index.ts';
import type { Erased } from '../../src/fund/roster/index.ts';
import { type ProgressProved, type ProgressTold, type RatableRead, type RatingTold, WORK_STATES } from '../../src/fund/works/index.ts';
import type { CadrePlan } from '../../src/outreach/broadcasts/cadreBroadcast.ts';

/** Names of six characters, as most are; a ballot of ten, and one of thirty that takes pages. */
export interface Names {
  readonly labels: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly name: string;
  readonly building: string;
}

export const CHINESE: Names = {
  labels: [
    '楼道装扶手',
    '健身小广场',
    '社区小花园',
    '老人饭堂',
    '电动车充电棚',
    '菜市场修路',
    '路灯换新灯',
    '图书阅览室',
    '雨棚和长椅',
    '三号院围墙',
  ],
  title: '三号院到菜市场换新路灯',
  text: '三号院门口晚上太黑,老人看不见台阶',
  name: '王大明',
  building: '3栋2单元',
};
export const ENGLISH: Names = {
  labels: [
    'Handrails',
    'Fitness area',
    'Garden',
    'Canteen',
    'E-bike shed',
    'Market road',
    'Street lamps',
    'Reading room',
    'Rain shelter',
    'Yard wall',
  ],
  title: 'New street lamps from yard 3 to the market',
  text: 'The gate of yard 3 is too dark at night, old people miss the step',
  name: 'Ann Novak',
  building: 'building 3',
};

/** What a message may have changed of the picks before. */
const CHANGES = [
  { added: [7], dropped: [] },
  { added: [], dropped: [1, 2] },
  { added: [7], dropped: [1] },
];

export const OPENS = '2026-12-01T00:00:00.000Z';
export const CLOSES = '2026-12-15T12:00:00.000Z';
const KEYED = '2026-12-16T04:00:00.000Z';

export function ballotOf(count: number, { labels }: Names): BallotItem[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    label: labels[index % labels.length] ?? '',
    cost: 25_000 + index * 1_000,
  }));
}

/** Every outcome that a service can have, by the service's name. */
export function outcomes(names: Names): Readonly<Record<string, readonly unknown[]>> {
  const ten = ballotOf(10, names);
  const three = ten.slice(0, 3);
  const open = { cycle: 'qingsong-2027', projects: ten, min: 1, max: 3, budget: 300_000, currency: 'CNY', closesAt: CLOSES };
  const refused = [
    { reason: 'unknown' as const, numbers: [11, 12] },
    { reason: 'doubled' as const, numbers: [3] },
    { reason: 'tooMany' as const, max: 3, count: 4 },
    { reason: 'tooFew' as const, min: 2, count: 1 },
  ];
  const opened: Opened[] = [
    { open },
    { open: { ...open, min: 2 } },
    { open: { ...open, projects: ballotOf(30, names) } },
    ...refused.map((reason) => ({ open, refused: reason })),
    { notYet: { opensAt: OPENS, closesAt: CLOSES, stage: 'propose' } },
    { notYet: { opensAt: OPENS, stage: 'propose' } },
    { notYet: { opensAt: OPENS, closesAt: CLOSES, stage: 'publish' } },
    { over: { closedAt: CLOSES } },
    { over: { closedAt: CLOSES, keyedUntil: KEYED } },
    { over: { closedAt: CLOSES, winners: three } },
    { over: { closedAt: CLOSES, winners: [] } },
    { held: true },
    { none: true },
  ];
  const cast: Cast[] = [
    { receipt: '4820917735', changed: false, picks: three, closesAt: CLOSES },
    { receipt: '4820917735', changed: true, picks: three, closesAt: CLOSES },
    ...refused.map((reason) => ({ refused: reason })),
    { refused: { reason: 'early', opensAt: OPENS, closesAt: CLOSES } },
    { refused: { reason: 'early', opensAt: OPENS } },
    { refused: { reason: 'late', closedAt: CLOSES } },
    { refused: { reason: 'late', closedAt: CLOSES, keyedUntil: KEYED } },
    { refused: { reason: 'held' } },
    { refused: { reason: 'none' } },
    { refused: { reason: 'notOnRoll' } },
    { refused: { reason: 'enough' } },
    { refused: { reason: 'enoughWithCard' } },
    { refused: { reason: 'hasBallot' } },
  ];
  const mine: MyPicks[] = [{ picks: [] }, { picks: [3] }, { picks: [1, 2, 3] }, { picks: [3, 7], isCast: true }];
  const shown: CardShown[] = [
    { resident: 'r1', name: names.name, linked: true, own: false },
    { resident: 'r1', linked: true, own: true },
    { resident: 'r1', name: names.name, linked: false, own: false },
    { resident: 'r1', name: names.name, linked: false, own: false, hasOther: true },
    { resident: 'r1', name: names.name, linked: true, own: true, isShared: true },
    { refused: 'mistyped' },
    { refused: 'unknown', triesLeft: 4 },
    { refused: 'locked' },
    { refused: 'lockedForStrangers' },
  ];
  const sent: CodeSent[] = [{ phone: '+8613800000001' }, { refused: 'noPhone' }, { refused: 'enough' }, { refused: 'enoughHere' }];
  const checked: CodeChecked[] = [
    { resident: 'r1', name: names.name, linked: true },
    { resident: 'r1', linked: true },
    { resident: 'r1', name: names.name, linked: false },
    { refused: 'wrong', triesLeft: 2 },
    { refused: 'over' },
    { refused: 'late' },
    { refused: 'shared' },
    { refused: 'needsCard' },
    { staff: true },
  ];
  const requested: Requested[] = [
    { request: 12, again: false },
    { request: 12, again: true },
    { known: true },
    { refused: 'ownNumber' },
    { refused: 'enoughToday' },
  ];
  const proposed: Proposed[] = [
    { number: 12, public: true },
    { number: 12, public: true, isLate: true },
    { number: 12, public: false },
    { refused: { reason: 'tooLong', max: 300 } },
    { refused: { reason: 'enoughToday', max: 3 } },
    { refused: { reason: 'empty' } },
    { refused: { reason: 'none' } },
    { refused: { reason: 'over' } },
  ];
  const one = { number: 12, text: names.text };
  const notSupportable = [
    { refused: 'none' },
    { refused: 'full' },
    ...(['announce', 'deliberate'] as const).map((stage) => ({ refused: 'stage' as const, stage })),
  ] as const;
  const supportable: SupportableRead[] = [{ proposals: [one, { ...one, number: 11 }] }, { proposals: [] }, ...notSupportable];
  const supports: SupportsTold[] = [
    { supported: [{ ...one, isGiven: true }], unknown: [], counts: true },
    { supported: [{ ...one, isGiven: false }], unknown: [], counts: true },
    { supported: [{ ...one, isGiven: true }], unknown: [], counts: false },
    { supported: [], unknown: [99], counts: true },
    { ask: 'shared' },
    ...notSupportable,
  ];
  const project = { number: 7, title: names.title, cost: 48_000 };
  const notRatable = [{ unfinished: three[0] ?? { number: 1, label: names.title, cost: 1 } }, { unknown: 99 }] as const;
  const ratable: RatableRead[] = [{ works: three }, { works: three.slice(0, 1) }, { works: [] }, ...notRatable];
  const [noted] = three;
  const newsTold: ProgressTold[] = [
    ...(noted
      ? [{ noted, text: names.text, pictures: 0 }, { noted, text: names.text, pictures: 3 }, { noted, text: '', pictures: 1 }, { notYours: noted }]
      : []),
    { notStaff: true },
    { noPhone: true },
    { unknown: 99 },
    { tooLong: 500 },
    { alone: true },
  ];
  const phone = '+8613800000010';
  const newsProved: ProgressProved[] = [{ wrong: 2 }, { nothing: true }, { unknown: 99 }];
  if (noted) {
    const told = [
      { text: names.text, pictures: 0 },
      { text: names.text, pictures: 3 },
      { text: '', pictures: 1 },
    ];
    const digits = '204681717336';
    newsTold.push({ heldOn: noted });
    newsProved.push({ heldOn: noted }, { notYours: noted });
    for (const news of told) {
      const quoted = { number: noted.number, label: noted.label, ...news };
      newsTold.push({ held: noted, phone, ...news }, { heldShown: quoted, digits });
      newsProved.push({ noted, ...news }, { noted, ...news, more: quoted }, { anew: quoted, phone }, { heldShown: quoted, digits });
    }
  }
  const rated: RatingTold[] = [
    ...three.slice(0, 1).flatMap((item) => [
      { rated: item, stars: 5 },
      { rated: item, stars: 1, isChanged: true as const },
    ]),
    { refused: 'range' },
    ...notRatable,
  ];
  const projects: ProjectsRead[] = [
    { projects: ten, budget: 300_000, currency: 'CNY', stage: 'vote' },
    { projects: ballotOf(30, names), budget: 300_000, currency: 'CNY', stage: 'vote' },
    { projects: [], budget: 300_000, currency: 'CNY', stage: 'propose' },
    { project, currency: 'CNY' },
    { project: { ...project, detail: names.text }, currency: 'CNY' },
    { unknown: 99 },
    { none: true },
  ];
  const told: ProposalTold[] = PROPOSAL_STATES.filter((state) => state !== 'carried').flatMap((state) => [
    { number: 12, text: names.text, state },
    { number: 12, text: names.text, state, project: 7 },
  ]);
  told.push({ number: 12, text: names.text, state: 'merged', into: 3 }, { number: 12, text: names.text, state: 'carried', into: 3 });
  for (const state of ['declined', 'deferred', 'notRecommended', 'notOnBallot'] as const)
    told.push({ number: 12, text: names.text, state, why: names.text });
  const standing = { title: '2027', mine: [], opensAt: OPENS, closesAt: CLOSES };
  const progress: ProgressRead[] = [
    ...STAGES.flatMap((stage) => [
      { ...standing, stage },
      { ...standing, stage, until: CLOSES },
    ]),
    { title: '2027', stage: 'propose', until: CLOSES, opensAt: OPENS, mine: [] },
    { ...standing, stage: 'vote', until: CLOSES, tables: [{ place: names.title, from: OPENS, to: CLOSES }] },
    { ...standing, stage: 'vote', until: CLOSES, tables: [1, 2, 3].map(() => ({ place: names.title, from: OPENS, to: CLOSES })) },
    { title: '2027', stage: 'publish', until: CLOSES, isHeld: true, mine: [] },
    { title: '2027', stage: 'implement', mine: [] },
    { title: '2027', stage: 'implement', until: CLOSES, mine: [] },
    { ...standing, stage: 'implement', winners: three, spent: 75_000 },
    { ...standing, stage: 'implement', winners: three, spent: 75_000, done: three.slice(0, 1) },
    { ...standing, stage: 'implement', winners: three, canRate: true },
    { ...standing, stage: 'implement', winners: [] },
    { ...standing, stage: 'implement', keyedUntil: KEYED },
    { ...standing, stage: 'implement', winners: three },
    ...told.map((proposal) => ({ ...standing, stage: 'propose' as const, mine: [proposal] })),
    ...told.map((proposal) => ({ proposal })),
    { project },
    { project: { ...project, isChosen: false } },
    { project: { ...project, isChosen: true } },
    { project: { ...project, isChosen: true, due: '2027-06' } },
    { project: { ...project, isChosen: true, isDone: true } },
    ...WORK_STATES.map((work) => ({ project: { ...project, isChosen: true, work } })),
    { proposal: { number: 7, text: names.text, state: 'received' }, project },
    { last: { ...project, isChosen: true, work: 'under-way' } },
    { proposal: { number: 7, text: names.text, state: 'received' }, last: { ...project, isChosen: true, work: 'under-way' } },
    { proposal: { number: 7, text: names.text, state: 'received', supports: 38 } },
    { unknown: 99 },
    { none: true },
  ];
  const voided: Voided[] = [{ voided: true }, { voided: true, slip: true }, { none: true }, { afterClose: true }];
  const left: Erased[] = [{ erased: true }, { noted: { closesAt: CLOSES } }, { stranger: true }, { shared: true }];
  const asked: DigitsAsked[] = [
    { digits: '204816', proof: 'k' },
    { digits: '204681717336', proof: 'k' },
    { texted: true, proof: 'k' },
    ...(['over', 'texted', 'noText', 'stranger'] as const).map((refused) => ({ refused })),
  ];
  const plan = { people: 1_234, units: 2_468, currency: 'CNY' };
  const waits = { waitsUntil: OPENS };
  const broadcasts: CadrePlan[] = [
    plan,
    { ...plan, ...waits },
    { ...plan, cost: '123.40' },
    { ...plan, cost: '123.40', ...waits },
    ...(['noCommunity', 'empty', 'audience', 'noVote', 'time', 'past', 'nobody', 'placeholder', 'ownWords', 'tooLong', 'quiet'] as const).map(
      (refused) => ({
        refused,
      }),
    ),
  ];
  const turnout = { voters: 123, residents: 1_234, share: 9, closesAt: CLOSES, isOver: false };
  const counts = { waiting: 0, sent: 12, delivered: 1_200, unknown: 1, stopped: 2 };
  const situations: Situation[] = [
    { channels: [] },
    { turnout, channels: [] },
    { turnout: { ...turnout, voters: 0, share: 0 }, channels: [] },
    { turnout: { ...turnout, voters: 0, share: 0, isOver: true, keyedUntil: KEYED }, channels: [] },
    { turnout: { ...turnout, isOver: true }, channels: [] },
    { turnout: { ...turnout, isOver: true, keyedUntil: KEYED }, channels: [] },
    ...(['sms', 'voice', 'wechat'] as const).flatMap((channel) => [
      { turnout, channels: [{ channel, ...counts, failed: 0, reasons: '' }] },
      { turnout, channels: [{ channel, ...counts, failed: 10, reasons: '...' }] },
      { turnout: { ...turnout, isOver: true }, channels: [{ channel, ...counts, failed: 3, reasons: '30003 x 2 30006 x 1' }] },
    ]),
  ];
  return {
    openBallot: opened,
    spokenDialects: [{ sichuan: true }, { sichuan: false }],
    castBallot: cast,
    myPicks: mine,
    showCard: shown,
    sendCode: sent,
    checkCode: checked,
    moveChat: [{ moved: true }],
    requestMembership: requested,
    recordObjection: [{ number: 12, text: names.text, due: CLOSES }, { unknown: 30 }, { empty: true }, { passOn: true }] satisfies Objected[],
    recordProposal: proposed,
    readProjects: projects,
    readSupportable: supportable,
    supportProposals: supports,
    readRatable: ratable,
    rateWork: rated,
    tellProgress: newsTold,
    proveProgress: newsProved,
    readProgress: progress,
    readFacts: facts(names),
    voidBallot: voided,
    eraseMe: left,
    askDigits: asked,
    checkDigits: [{ right: true }, { refused: 'wrong', triesLeft: 2 }, { refused: 'over' }] satisfies DigitsChecked[],
    writeInquiry: [{ number: 31 }],
    checkReceipt: [{ receipt: '4820917735', at: '2026-12-01' }, { slip: true }, { none: true }, { forgotten: true }] satisfies CheckedReceipt[],
    stopMessages: [{ stopped: true }],
    startMessages: [
      { started: true, stays: false },
      { started: true, stays: true },
    ] satisfies Started[],
    subscribe: [{ subscribed: true }],
    proveCadre: [
      { proved: true },
      { sent: { phone: '+8613800000010' } },
      { refused: 'notCadre' },
      { refused: 'noPhone' },
      { refused: 'enough' },
    ] satisfies CadreProved[],
    checkCadre: [{ proved: true, at: OPENS }, { refused: 'wrong', triesLeft: 2 }, { refused: 'over' }, { refused: 'late' }] satisfies CadreChecked[],
    planBroadcast: broadcasts,
    sendBroadcast: [...broadcasts, { refused: 'notCadre' }, { refused: 'stale' }] satisfies CadrePlan[],
    nudge: [{ notVoted: 321 }, { notVoted: 321, waitsUntil: OPENS }, { refused: 'notVoting' }, { refused: 'notCadre' }] satisfies Nudged[],
    readSituation: situations,
  };
}

/** Facts that may be known when a resident asks. */
function facts({ title, text, labels }: Names): Facts[] {
  const projects = ballotOf(10, { title, text, labels, name: '', building: '' }).map((project, index) => ({
    ...project,
    ...(index % 3 > 0 && { place: title, due: '2027-06' }),
  }));
  const cycle = { budget: 300_000, currency: 'CNY', rule: 'greedy' as const, threshold: 0, projects, min: 1, max: 3, month: '2026-12' };
  const vote = (when: 'before' | 'open' | 'after') => ({ when, opensAt: OPENS, closesAt: CLOSES });
  const nothing = { takesCards: false };
  const about = { money: text, notFor: text, mayVote: text, office: text, answer: text, callsBack: '+862880000002' };
  const person = { isKnown: true, needsNoCard: true, hasVoted: true };
  const turnout = { voters: 123, residents: 1_234 };
  return [
    nothing,
    { ...nothing, ...about },
    { ...nothing, ...about, cycle },
    ...RULES.map((rule) => ({
      ...{ ...nothing, isPublic: true as const, supervisors: 3, ownProposals: [{ number: 12, text, state: 'received' as const }] },
      cycle: { ...cycle, rule, threshold: 30, lot: [3, 1, 7, 2, 8, 4, 6, 5, 10, 9], vote: { ...vote('open'), slipsUntil: KEYED } },
    })),
    { ...nothing, cycle: { ...cycle, projects: [], vote: vote('before') } },
    { takesCards: true, ...about, person, cycle: { ...cycle, vote: vote('before') } },
    { takesCards: true, ...about, person, cycle: { ...cycle, tables: [{ place: title, from: OPENS, to: CLOSES }], isHeld: true } },
    { takesCards: true, ...about, person, turnout, cycle: { ...cycle, vote: vote('open') } },
    {
      takesCards: true,
      cycle: { ...cycle, min: 2, vote: vote('open') },
      lastYear: { title: '2026', winners: ballotOf(5, { title, text, labels, name: '', building: '' }) },
    },
    { takesCards: true, cycle: { ...cycle, min: 3, vote: vote('open') }, lastYear: { title: '2026', winners: [] } },
    { ...nothing, turnout: { ...turnout, voters: 0 }, cycle: { ...cycle, vote: vote('open') } },
    { ...nothing, turnout, cycle: { ...cycle, vote: vote('after') } },
    { ...nothing, turnout, cycle: { ...cycle, vote: { ...vote('after'), keyedUntil: KEYED } } },
    ...[[2, 3, 5], [1], []].map((winners) => ({ ...nothing, turnout, cycle: { ...cycle, winners, vote: vote('after') } })),
    { ...nothing, cycle: { ...cycle, projects: projects.map(({ due: _, ...project }) => project), vote: vote('open') } },
  ];
}

export function answers({ text, name, building }: Names): readonly Answer[] {
  return [
    ...[0, 1, 2, 3, 4].map((number) => ({ type: 'CHOSE' as const, number })),
    { type: 'NUMBERS', numbers: [3, 7] },
    { type: 'NAMED', numbers: [7, 3] },
    { type: 'ADD', number: 3 },
    { type: 'ADD', number: 7 },
    { type: 'AFRESH' },
    { type: 'YES' },
    { type: 'NO' },
    { type: 'CODE', digits: '204816' },
    { type: 'CODE', digits: '609317855' },
    { type: 'PHONE', phone: '13800000001' },
    { type: 'FREE_TEXT', text },
    { type: 'FREE_TEXT', text: name },
    { type: 'FREE_TEXT', text: `${name} ${building}` },
    { type: 'MORE' },
  ];
}

/** How a flow may be started; every flow is started with nothing, too. */
export function inputs({ text, name, building }: Names): Readonly<Record<string, readonly FlowInput[]>> {
  const vote = { flow: 'vote', input: { command: 'vote' as const, numbers: [3, 7] } };
  const look = { flow: 'vote', input: { command: 'vote' as const } };
  const come = (text?: string) => ({ flow: 'welcome', input: { command: 'follow' as const, ...(text && { text }) } });
  return {
    vote: [
      { numbers: [3, 7] },
      { numbers: [3, 7], unsure: true },
      ...CHANGES.map((change) => ({ numbers: [3, 7], unsure: true, change })),
      { numbers: [3], unsure: true, isPart: true },
      { numbers: [3], tapped: 'project' },
      { tapped: 'afresh' },
    ],
    identify: [
      { card: '609317855' },
      ...(['shared', 'stranger', 'pending', 'newChat', 'card', 'strict', 'locked', 'newPhone'] as const).flatMap((why) => [
        { why, flowTarget: vote },
        { why, flowTarget: look },
      ]),
      { why: 'card', card: '609317855', flowTarget: vote },
      ...[come(), come('3')].map((flowTarget) => ({ why: 'newChat' as const, flowTarget })),
    ],
    digits: [{ flowTarget: { flow: 'disownBallot', input: { command: 'disownBallot' } } }],
    disownBallot: [{ command: 'disownBallot', proved: true }],
    eraseMe: [{ command: 'delete', proved: true }],
    nearMiss: [
      { flowTarget: { flow: 'propose', input: { command: 'propose', text } } },
      { flowTarget: { flow: 'ask', input: { command: 'complain', text } } },
    ],
    requestMembership: [{ text: name }, { text: `${name} ${building}` }],
    propose: [{ text }],
    object: [{ text: `3 ${text}` }],
    addProgress: [{ numbers: [3], text }, { numbers: [3], text, pictures: ['p'] }, { pictures: ['p'] }],
    rate: [{ command: 'rate', numbers: [3, 5] }, { command: 'rate', numbers: [3] }, { command: 'rate' }],
    cadre: [{ command: 'broadcast', text }],
    ask: [{ text }, { command: 'complain', text }],
    person: [{ text }],
    projects: [{ numbers: [7] }],
    progress: [{ numbers: [7] }],
    question: [...INTENTS.flatMap((intent) => [{ intent }, { intent, numbers: [1, 2] }]), { ownAnswer: 0 }],
    language: [{ command: 'mandarin' }, { command: 'sichuan' }, { command: 'english' }],
  };
}
