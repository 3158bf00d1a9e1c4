import { voidedIn } from '../../fund/ballots/index.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, cycleForReaders, isSealed, voteOf } from '../../fund/cycles/index.ts';
import { PROPOSAL_STATES } from '../../fund/proposals/index.ts';
import { type PublicDeed, publicLog } from '../../fund/staff/index.ts';
import { boundedMap } from '../../store/cache.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { logMark } from '../logMark.ts';
import { type CycleView, rosterOf } from './cycleView.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';
import { stateOf } from './proposalsPage.ts';

const PAGE_SIZE = 50;
/** Sealed ledgers whose voided ballots were counted: their number stays. */
const SEALED = 500;

/** What `/c/SLUG/log` shows. */
interface LogView {
  readonly deeds: readonly PublicDeed[];
  readonly more: boolean;
  /** Of the current cycle, from the opening of its vote on. */
  readonly roster?: CycleView['roster'];
  /** Ballots that were voided; only once the ledger is sealed. */
  readonly voided?: number;
  /** Of the cycles whose money is told, by cycle. */
  readonly currencies: ReadonlyMap<string, string>;
  /** The head of the log, in a sentence (`logMark`). */
  readonly mark?: string;
}

/** `/c/SLUG/log`: what of the community's log is public, newest first; `before`: earlier ones. No person is named. */
export function logPage(
  world: World,
): (community: CommunityRecord, cycle: CycleRecord | null, before: number | undefined, frame: Frame) => Promise<Markup> {
  const read = publicLog(world);
  const voided = boundedMap<string, Promise<number>>(SEALED);
  return async (community, cycle, before, frame) => {
    const [{ deeds, more }, roster, count] = await Promise.all([
      read(community._id, { before, limit: PAGE_SIZE, hasClosed: (id) => hasClosed(world, id) }),
      cycle ? rosterOf(cycle) : undefined,
      cycle && isSealed(world, cycle) ? voided.getOrMake(cycle._id, () => voidedIn(cycle._id)) : undefined,
    ]);
    const currencies = await currenciesOf(world, deeds);
    const mark = await logMark(community, frame.pageText, world.now());
    const view = { deeds, more, currencies, ...(roster && { roster }), ...(count !== undefined && { voided: count }), ...(mark && { mark }) };
    return page(community, view, frame);
  };
}

async function hasClosed(world: World, id: string): Promise<boolean> {
  const [cycle, now] = [await cycleForReaders(world)(id), world.now()];
  const vote = cycle && voteOf(cycle, now);
  return vote !== null && vote !== undefined && vote.to <= now;
}

async function currenciesOf(world: World, deeds: readonly PublicDeed[]): Promise<Map<string, string>> {
  const ids = [...new Set(deeds.flatMap(({ cycle }) => cycle ?? []))];
  const cycles = await Promise.all(ids.map((id) => cycleForReaders(world)(id)));
  return new Map(cycles.flatMap((cycle) => (cycle ? [[cycle._id, cycle.currency]] : [])));
}

function page(community: CommunityRecord, { deeds, more, roster, voided, currencies, mark }: LogView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, link, userText } = pageText;
  const own = `/c/${community._id}`;
  const last = deeds.at(-1);
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a></p>
<h1>${say('log.title')}</h1>
<p>${say('log.about')}</p>
${roster ? html`<p>${say('record.added', { count: roster.added, phones: roster.phones, cards: roster.cards })}${voided === undefined ? '' : say('log.voided', { count: voided })}</p>` : ''}
${deeds.length > 0 ? html`<ul class="record">\n${deeds.map((deed) => item(deed, currencies, pageText))}</ul>` : html`<p>${say('log.none')}</p>`}
${mark ? html`<p class="small">${mark}</p>` : ''}
<p>${more && last ? html`<a class="more" href="${link(`${own}/log?before=${last.seq}`)}">${say('proposals.older')}</a> ` : ''}<a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('log.title')} · ${community.name}`, content);
}

function item(deed: PublicDeed, currencies: LogView['currencies'], pageText: PageText): Markup {
  const { say, dayTag, userText } = pageText;
  const { at, reason, cycle } = deed;
  const done = cycle === undefined ? what(deed, pageText) : ofWorks(deed, currencies.get(cycle) ?? '', pageText);
  return html`<li>${dayTag(at)} <b>${whoDid(deed, pageText)}</b> ${done}${reason ? html`<br>${say('record.reason')}${userText(reason)}` : ''}</li>
`;
}

/** In which roles it was done: one where one acted, two where two did. */
function whoDid({ role, second }: PublicDeed, { say, sayIn }: PageText): string {
  const one = sayIn('log.role', role);
  if (second === undefined) return one;
  return second === role ? say('log.twoOf', { one }) : say('log.two', { one, other: sayIn('log.with', second) });
}

type Word = PageKeyIn<'page', 'log'>;

const OF_MEETINGS: Readonly<Partial<Record<PublicDeed['act'], Word>>> = {
  'meeting.plan': 'called',
  'meeting.sign': 'sign',
  'meeting.addend': 'addend',
};

const OF_TABLES: Readonly<Partial<Record<PublicDeed['act'], Word>>> = {
  'table.open': 'tableOpened',
  'table.close': 'tableClosed',
  'table.validate': 'validated',
};

/** What was done, in words. */
function what(
  { act, numbers, others, after: { stage, closes, slipsUntil, state, project, into, isRight, inOrder } }: PublicDeed,
  { say, sayIn, sayMarkup, date }: PageText,
): Markup {
  const [ofMeeting, ofTable] = [OF_MEETINGS[act], OF_TABLES[act]];
  if (act === 'cycle.move') return html`${say('log.move', { stage: sayIn('stage', String(stage)) })}`;
  if (act === 'cycle.extend' && slipsUntil) return sayMarkup('log.slips', { to: noWrap(date(new Date(String(slipsUntil)))) });
  if (act === 'cycle.extend') return sayMarkup('log.extend', { to: noWrap(date(new Date(String(closes)))) });
  if (act === 'cycle.openAllTheSame') return html`${say('log.openAllTheSame')}`;
  if (act === 'publication.publish') return html`${say('log.publish')}`;
  if (act === 'publication.check') return html`${say(isRight === true ? 'log.checked' : 'log.found')}`;
  if (ofMeeting) return html`${say(`log.${ofMeeting}`, { number: numbers[0] ?? 0 })}`;
  if (ofTable) return html`${say(`log.${inOrder === false ? 'incident' : ofTable}`, { number: numbers[0] ?? 0 })}`;
  if (act === 'result.release') return html`${say('log.released')}`;
  if (act === 'slip.correct') return html`${say('log.corrected')}`;
  const named = numbers.join(say('rule.between'));
  if (act === 'objection.answer') return html`${say('log.objection', { number: named })}`;
  const many = others > 0 ? 'log.proposalsMore' : numbers.length > 1 ? 'log.proposals' : 'log.proposal';
  const which = say(many, { named, all: numbers.length + others });
  if (act === 'proposal.hide') return html`${say('log.hide', { which })}`;
  if (act === 'proposal.release') return html`${say('log.release', { which })}`;
  if (act === 'proposal.merge') return html`${say('log.merge', { which, into: Number(into) })}`;
  if (act === 'proposal.apart') return html`${say('log.apart', { which })}`;
  if (act === 'proposal.leaveOff')
    return html`${say('log.state', { which, became: stateOf({ state: 'notOnBallot', project: null, mergedInto: null }, { say }) })}`;
  if (act === 'proposal.answer') return html`${say('log.answer', { which })}`;
  if (act === 'proposal.back') return html`${say('log.back', { which })}`;
  const part = typeof project === 'number' ? project : null;
  const isKnown = PROPOSAL_STATES.find((each) => each === state) ?? 'received';
  return html`${say('log.state', { which, became: stateOf({ state: isKnown, project: part, mergedInto: null }, { say }) })}`;
}

/** What was done to a work or its money, in words. */
function ofWorks({ act, numbers: [number = 0], after }: PublicDeed, currency: string, { say, money }: PageText): string {
  const [amount, left, added] = [after.amount, after.remaining, after.added].map((given) => (typeof given === 'number' ? given : 0));
  if (act === 'account.grant')
    return say((amount ?? 0) < 0 ? 'log.grantLess' : 'log.grantMore', { number, amount: money(Math.abs(amount ?? 0), currency) });
  const which = act === 'account.correct' && number === 0 ? 'fixedFund' : OF_WORKS[act];
  if (which === undefined) return '';
  return say(`log.${which}`, { number, amount: money(amount ?? 0, currency), left: money(left ?? 0, currency), added: added ?? 0 });
}

const OF_WORKS: Readonly<Partial<Record<PublicDeed['act'], Word>>> = {
  'work.choose': 'chosen',
  'work.sign': 'signed',
  'work.pay': 'paid',
  'work.accept': 'accepted',
  'work.mend': 'toMend',
  'work.drop': 'newsGone',
  'account.own': 'own',
  'account.extra': 'extra',
  'account.correct': 'fixed',
  'account.import': 'imported',
  'account.close': 'settled',
};
