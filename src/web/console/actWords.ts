import { isEntryKind, readAccount } from '../../fund/accounts/index.ts';
import { readCalendar, STAGES } from '../../fund/cycles/index.ts';
import { readBallot } from '../../fund/files/index.ts';
import { readInbox } from '../../fund/inquiries/index.ts';
import type { Detail } from '../../fund/log/index.ts';
import { readMeetings } from '../../fund/meetings/index.ts';
import { FIELD_NAMES, readRequests } from '../../fund/people/index.ts';
import { PROPOSAL_STATES } from '../../fund/proposals/index.ts';
import { readSeconds } from '../../fund/second/index.ts';
import { DOCUMENT_KINDS, IMPLEMENTER_KINDS, readWorks, WORK_STATES } from '../../fund/works/index.ts';
import { readBroadcasts } from '../../outreach/broadcasts/readBroadcasts.ts';
import { isOneOf } from '../../store/names.ts';
import type { PageKey, PageKeyIn } from '../../store/textKeys.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from '../public/pageText.ts';
import { ACTS } from './acts.ts';
import { fieldWords, isColumn } from './people/residentWords.ts';
import type { CommunityVisit } from './visits.ts';

/** A value of an act's detail with its name, both in the reader's words. */
export interface DetailLine {
  readonly name: string;
  readonly value: Markup | string;
}

/** What an act found (`before`) or left (`after`), a line for each value; empty if it says nothing. */
export function detailLines(told: Told, part: Detail['before']): DetailLine[] {
  return valuesOf(part).map(([name, value]) => ({ name: nameWords(told, name), value: valueWords(told, name, value) }));
}

/** The words of a page, and the act (its name in the log) of which they tell. */
export interface Told extends Pick<CommunityVisit, 'text' | 'actWords' | 'wordOfAct'> {
  readonly act: string;
}

/** What an act (its name in the log) was about: a link to it where the reader has a page for it. */
export function subjectWords({ text, own, may, community }: CommunityVisit, subject: string, act: string): Markup | string {
  const { say, sayIn, userText } = text;
  const [kind = '', number = '', work = ''] = subject.split('/');
  if (kind === 'staff') return sayIn('role', number);
  if (kind === 'request') return linked(say('request.title', { number }), `${own}/requests/${number}`, may(readRequests));
  if (kind === 'result') return html`<a href="${own.replace('/console/', '/c/')}">${say('about.result')}</a>`;
  if (kind === 'inbox') return linked(say('inquiry.title', { number }), `${own}/inbox/${number}`, may(readInbox));
  if (kind === 'second') return linked(say('second.one', { number }), `${own}/second/${number}`, may(readSeconds));
  if (kind === 'work') return linked(say('works.one', { number: work }), `${own}/works/${number}/${work}`, may(readWorks));
  if (kind === 'account') return linked(say('tab.account'), `${own}/account?cycle=${number}`, may(readAccount));
  if (kind === 'broadcast') return linked(say('message.title'), `${own}/messages/${number}`, may(readBroadcasts));
  if (kind === 'meeting') return linked(say('meetings.one', { number: work }), `${own}/meetings/${number}/${work}`, may(readMeetings));
  if (subject === community._id) return userText(community.name);
  const year = say('about.ofCycle', { cycle: kind.startsWith(`${community._id}-`) ? kind.slice(community._id.length + 1) : kind });
  if (number === '' && act.startsWith('cycle.')) return linked(year, `${own}/calendar`, may(readCalendar));
  if (number === '' && act.startsWith('ballot.')) return linked(year, `${own}/ballot`, may(readBallot));
  const words = OF_CYCLE[work === '' ? (act.split('.')[0] ?? '') : number];
  if (words) return html`${say(words, { number: numbersIn(text, work || number) })} <small>${year}</small>`;
  return WITHOUT_NUMBER[subject] === undefined ? subject : say(`about.${WITHOUT_NUMBER[subject]}`);
}

/** The words for what is numbered in each cycle: what begins the name of an act on `CYCLE/3`, and the middle of `CYCLE/table/3`. */
const OF_CYCLE: Readonly<Record<string, PageKey<'console'>>> = {
  proposal: 'proposal.title',
  recording: 'proposal.title',
  objection: 'publication.objection',
  publication: 'publication.one',
  table: 'table.one',
  batch: 'slips.one',
};

const WITHOUT_NUMBER: Readonly<Record<string, PageKeyIn<'console', 'about'>>> = { resident: 'resident', cards: 'card', address: 'address' };

/** `3`, or `3+5+12 more`, as people write it. */
function numbersIn({ say }: PageText<'console'>, numbers: string): string {
  const [, named = numbers, others] = /^(\d+(?:\+\d+)*)(?:\+(\d+) more)?$/.exec(numbers) ?? [];
  return `${named.split('+').join(say('and'))}${others ? '…' : ''}`;
}

function linked(words: string, path: string, isSeen: boolean): Markup | string {
  return isSeen ? html`<a href="${path}">${words}</a>` : words;
}

function valuesOf(part: unknown): [string, unknown][] {
  return typeof part === 'object' && part !== null
    ? Object.entries(part).filter(
        ([name, value]) => value !== undefined && (value !== null || MAY_BE_EMPTY.has(name)) && !(value === false && ONLY_IF_SO.has(name)),
      )
    : [];
}

/** What of a resident somebody may take away, and leave nothing. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(FIELD_NAMES);

/** What is told only where it is so. */
const ONLY_IF_SO: ReadonlySet<string> = new Set(['isNew', 'duringVote']);

/** Names of a community's files stay as the files say them. */
function nameWords(told: Told, name: string): string {
  const { text, wordOfAct, act } = told;
  const { say } = text;
  if (isOneOf(STAGES, name)) return say(`stage.${name}`);
  if (name !== 'card' && isColumn(name)) return fieldWords(told, name);
  if (isOneOf(FIELDS, name)) return say(`detail.field.${name}`);
  const isTyped = ACTS.find((each) => each.name === act)?.fields.some((field) => field.name === name && field.control !== 'given');
  return isTyped ? wordOfAct(act, `field.${name}`) : name;
}

/** The values that have a name of their own. */
const FIELDS = [
  ...['address', 'isNew', 'duringVote', 'cards', 'wrongCards', 'needsCard', 'stage', 'closes', 'publicUntil', 'dropped', 'projects'],
  ...['text', 'to', 'dueAt', 'pausedAt', 'state', 'act', 'subject', 'asked', 'needs', 'until', 'answer', 'taken', 'from', 'files', 'upTo', 'public'],
  ...['added', 'changed', 'removed', 'left', 'residents', 'community', 'cycle', 'staff', 'title', 'budget', 'currency', 'category', 'into', 'note'],
  ...['picture', 'original', 'caption', 'at', 'place', 'proposals', 'there', 'items', 'notes', 'isFinal', 'hash', 'head'],
  ...['day', 'works', 'granted', 'news', 'pictures', 'implementer', 'organisation', 'kind', 'registration', 'amount', 'fewReason', 'offers'],
  ...['entry', 'work', 'paper', 'document', 'corrects', 'contracted', 'paid', 'paidOn', 'own', 'extra', 'remaining'],
  ...[
    'slips',
    'received',
    'handedOut',
    'spoiled',
    'unused',
    'marks',
    'mark',
    'by',
    'table',
    'differ',
    'inOrder',
    'found',
    'list',
    'draw',
    'slipsUntil',
    'keyedAtOnce',
    'sealedAt',
  ],
  ...['asDrafted', 'meant', 'rows', 'differing', 'field', 'before', 'after', 'keys', 'phones'],
] as const;

function valueWords(told: Told, name: string, value: unknown): Markup | string {
  const { userText, phone, date } = told.text;
  if (typeof value === 'object' && value !== null) return userText(nested(told, name, value));
  const given = String(value);
  if (PHONE.test(given)) return noWrap(phone(given));
  if (ISO.test(given)) return noWrap(date(new Date(given)));
  const words = plainWords(told, name, value);
  return words === given ? userText(given) : words;
}

/** A value that is no object, in words. */
function plainWords(told: Told, name: string, value: unknown): string {
  const { text, wordOfAct } = told;
  const { say, sayIn, date } = text;
  if (value === null) return say('import.none');
  if (typeof value === 'boolean') return say(value ? 'detail.yes' : 'detail.no');
  const given = String(value);
  if (typeof value === 'number' && MONEY.has(name)) return value.toLocaleString('en-US');
  if (name === 'stage' || name === 'dropped') return sayIn('stage', given);
  if (name === 'role' || name === 'needs') return sayIn('role', given);
  if (name === 'meant') return sayIn('miss.kind', given);
  if (name === 'kind') return kindWords(say, given);
  if (name === 'state') return stateWords(say, given);
  if (name === 'field' && isColumn(given)) return fieldWords(told, given);
  if (name === 'language' && LANGUAGES.has(given)) return sayIn('people.languages', given);
  if (name === 'act') return wordOfAct(given, 'did');
  if (name === 'to' && given === 'all') return say('message.to.all');
  if (name === 'to' && given === 'not-voted') return say('message.to.notVoted');
  if (name === 'to' && given.startsWith('building:')) return given.slice('building:'.length);
  return ISO.test(given) ? date(new Date(given)) : given;
}

const MONEY: ReadonlySet<string> = new Set(['amount', 'granted', 'contracted', 'paid', 'own', 'extra', 'budget', 'remaining']);
const LANGUAGES: ReadonlySet<string> = new Set(['zh-CN', 'zh-CN-sichuan', 'en']);
const PHONE = /^\+\d+$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** What an entry of money, a paper or an implementer is. */
function kindWords(say: PageText<'console'>['say'], kind: string): string {
  if (isEntryKind(kind)) return say(`account.kinds.${kind}`);
  if (isOneOf(DOCUMENT_KINDS, kind)) return say(`works.kinds.${kind}`);
  return isOneOf(IMPLEMENTER_KINDS, kind) ? say(`works.implementer.${kind}`) : kind;
}

/** How far a work or a proposal is. */
function stateWords(say: PageText<'console'>['say'], state: string): string {
  if (isOneOf(WORK_STATES, state)) return say(`works.states.${state}`);
  return isOneOf(PROPOSAL_STATES, state) ? say(`proposal.stateOf.${state}`) : state;
}

/** Of a list within a value so many are shown; `npm run audit` gives all. */
const MOST_SHOWN = 50;

/** A value within a value, in one line. */
function nested(told: Told, name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_SHOWN).map((each) => nested(told, name, each));
    return [...shown, ...(value.length > MOST_SHOWN ? ['…'] : [])].join(told.text.say('detail.between'));
  }
  if (typeof value !== 'object' || value === null) return plainWords(told, name, value);
  return valuesOf(value)
    .map(([part, each]) => `${nameWords(told, part)} ${nested(told, part, each)}`)
    .join(told.text.say('detail.and'));
}
