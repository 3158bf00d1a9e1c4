import type { Param, Reply } from '../../src/dialog/question.ts';

/** What came of a turn. */
export interface Came {
  readonly reply: Reply | undefined;
  readonly text: string;
  readonly textBefore: string;
  /** The picks of the ballot that it cast. */
  readonly cast?: readonly number[];
}

/** `harmless`: it was not understood. `misunderstood`: something else was read back or told. `wrong`: something else was cast, recorded, stopped or passed on. */
export type Verdict = 'right' | 'harmless' | 'misunderstood' | 'wrong';

/** Judges a turn by what should have come of it; `test/conversations/sets/README.md` says how that is written. */
export function judged(should: string, came: Came): Verdict {
  if (should.split(' | ').some((one) => isRight(one.trim(), came))) return 'right';
  if (came.cast || keysOf(came).some((key) => RECORDS.test(key))) return 'wrong';
  if (readBackIn(came) || keysOf(came).some((key) => !HARMLESS.test(key))) return 'misunderstood';
  return 'harmless';
}

/** What is recorded, stopped or sent on. */
const RECORDS =
  /^(?:ask\.(?:question|complaint|report)|stop\.done|start\.done|propose\.(?:noted|forNextTime)|requestMembership\.(?:noted|again)|person\.|object\.|disownBallot\.|eraseMe|language\.)/;
/** Neither told as a fact nor recorded. */
const HARMLESS =
  /Missed(?:Again)?$|^common\.(?:unclear|supposed|missed|first|notText|tooMany)|^menu\.|^question\.(?:welcome|counted|pause|hearsay|askPerson|whereIsWhich)$|^nearMiss\.|^vote\.(?:left|notRecorded|pickAgain|sendAll)$|^help\./;

function isRight(should: string, came: Came): boolean {
  const [what = '', ...rest] = should.split(' ');
  if (what === 'cast') return same(came.cast, rest.map(Number));
  if (came.cast) return false;
  if (what === 'shows') return same(readBackIn(came), rest.map(Number));
  if (what === 'again') return came.text === came.textBefore;
  if (readBackIn(came)) return false;
  const keys = keysOf(came);
  const has = (pattern: RegExp) => keys.some((key) => pattern.test(key));
  if (what === 'nothing' || what === 'left' || what === 'kept' || what === 'pause') return keys.every((key) => ALLOWED[what].test(key));
  if (has(RECORDS) && !DONE.has(what)) return false;
  if (what === 'own') return has(/^question\.answer$/);
  const [kind = '', ...numbers] = what === 'tells' ? rest : [what, ...rest];
  const told = TELLS[kind];
  return told !== undefined && has(told) && numbers.every((number) => numbersIn(came).includes(Number(number)));
}

/** What may be said where nothing else is right. */
const ALLOWED = {
  nothing: HARMLESS,
  left: /^vote\.left$|^question\.(?:pause|change|changeOver|counted|welcome)$|^nearMiss\.left$|^common\.(?:first|unclear)/,
  kept: /^question\.(?:counted|welcome)$|^receipt\.|^common\.first$/,
  pause: /^question\.pause$|^vote\.confirm|^common\.first$|^question\.welcome$/,
};

/** Outcomes that record something by themselves. */
const DONE: ReadonlySet<string> = new Set('passes reports proposes person stops starts register disowns english mandarin sichuan object'.split(' '));

/** By which texts each outcome is known; what is said of the stage is right for what is only told while voting is open. */
const TELLS: Readonly<Record<string, RegExp | undefined>> = {
  refused: /^vote\.(?:unknown|doubled|tooMany|tooFew|sendAll|late|early|none|held|hasBallot|notOnRoll)/,
  greets: /^question\.(?:welcome|counted)$/,
  project: /^projects\.one|^progress\.project/,
  list: /^projects\.(?:list|page)$|^vote\.pick/,
  progress: /^progress\./,
  passes: /^nearMiss\.(?:passOn|complain|ask)$|^ask\./,
  reports: /^ask\.report$/,
  proposes: /^propose\.|^nearMiss\.propose$/,
  person: /^person\.|^question\.office/,
  stops: /^stop\.|^nearMiss\.stop$/,
  starts: /^start\.|^nearMiss\.start$|^subscribe\./,
  receipt: /^receipt\./,
  disowns: /^disownBallot\.|^digits\.disownBallot/,
  card: /^identify\./,
  register: /^requestMembership\.|^identify\.|^nearMiss\.requestMembership$/,
  help: /^help\.|^menu\./,
  english: /^language\./,
  mandarin: /^language\./,
  sichuan: /^language\./,
  who: /^question\.who$/,
  fraud: /^question\.fraud$/,
  number: /^question\.number/,
  how: /^question\.(?:how|notYet|over|held|noVote)$/,
  change: /^question\.(?:change|notYet|noVote)/,
  until: /^question\.(?:until|notYet|over|held|noVote|toVote)$|^progress\.(?:vote|winners)/,
  howMany: /^question\.(?:upTo|between|exactly)$/,
  secret: /^question\.secret$/,
  built: /^question\.(?:built|notChosen|ifChosenSometime|chosenSometime|noProjects)|^question\.whereIsWhich$/,
  cost: /^question\.costs?$|^projects\.one/,
  where: /^question\.(?:where|nowhere|whereIsWhich)$/,
  cheapest: /^question\.(?:extremes|costs?)$/,
  dearest: /^question\.(?:extremes|costs?)$/,
  proxy: /^question\.(?:proxy|otherPhone)/,
  otherPhone: /^question\.otherPhone/,
  noCard: /^question\.(?:noCard|needsNoCard)$|^identify\./,
  tenant: /^question\.tenant/,
  mayVote: /^question\.mayVote/,
  money: /^question\.money/,
  notFor: /^question\.notFor$/,
  lastYear: /^question\.(?:lastYear|noLastYear)/,
  turnout: /^question\.turnout/,
  price: /^question\.price/,
  reply: /^question\.reply$/,
  results: /^question\.results|^progress\.winners$/,
  chosen: /^question\.chosen/,
  ties: /^question\.ties/,
  supervised: /^question\.supervised/,
  unchanged: /^question\.unchanged/,
  receiptFor: /^question\.receiptFor/,
  office: /^question\.office|^person\./,
  ownProposal: /^question\.ownProposal|^progress\.mine/,
  hearsay: /^question\.hearsay$/,
};

function keysOf({ reply }: Came): string[] {
  return reply ? [...reply.says, ...(reply.asks ? [reply.asks] : [])].map(({ key }) => key) : [];
}

/** The picks that are read back and asked about. */
function readBackIn({ reply, text }: Came): number[] | undefined {
  if (reply?.asks?.key === undefined || !/^vote\.confirm/.test(reply.asks.key)) return undefined;
  const asked = text.split('\n').find((line) => /回“是”|YES/.test(line)) ?? '';
  return [...asked.matchAll(/(?<!\d)(\d{1,2})号?(?= ?\p{L})/gu)].map(([, number]) => Number(number));
}

function numbersIn({ reply, text }: Came): number[] {
  const all = (param: Param): number[] =>
    typeof param === 'number' ? [param] : Array.isArray(param) ? param.flatMap((one) => (typeof one === 'number' ? one : one.number)) : [];
  const given = reply ? [...reply.says].flatMap(({ params = {} }) => Object.values(params).flatMap(all)) : [];
  return [...given, ...[...text.matchAll(/(\d+)号/g)].map(([, number]) => Number(number))];
}

function same(found: readonly number[] | undefined, wanted: readonly number[]): boolean {
  return found !== undefined && [...found].sort().join() === [...wanted].sort().join();
}
