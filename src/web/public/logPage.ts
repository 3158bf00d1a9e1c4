import { voidedIn } from '../../fund/ballots/index.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import { PROPOSAL_STATES } from '../../fund/proposals/index.ts';
import { type PublicDeed, publicLog } from '../../fund/staff/index.ts';
import { boundedMap } from '../../store/boundedMap.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { type CycleView, rosterOf } from './cycleView.ts';
import { type Frame, layout } from './layout.ts';
import { type PageText, whole } from './pageText.ts';
import { stateOf } from './proposalList.ts';

const EACH = 50;
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
}

/** `/c/SLUG/log`: what of the community's log is public, newest first; `before`: earlier ones. No person is named. */
export function logPage(
  world: World,
): (community: CommunityRecord, cycle: CycleRecord | null, before: number | undefined, frame: Frame) => Promise<Markup> {
  const read = publicLog(world);
  const voided = boundedMap<string, Promise<number>>(SEALED);
  return async (community, cycle, before, frame) => {
    const [{ deeds, more }, roster, count] = await Promise.all([
      read(community._id, { before, limit: EACH }),
      cycle ? rosterOf(cycle) : undefined,
      cycle?.sealedAt ? voided.getOrMake(cycle._id, () => voidedIn(cycle._id)) : undefined,
    ]);
    return page(community, { deeds, more, ...(roster && { roster }), ...(count !== undefined && { voided: count }) }, frame);
  };
}

function page(community: CommunityRecord, { deeds, more, roster, voided }: LogView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, link, theirs } = pageText;
  const own = `/c/${community._id}`;
  const last = deeds.at(-1);
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a></p>
<h1>${say('log.title')}</h1>
<p>${say('log.about')}</p>
${roster ? html`<p>${say('record.added', { count: roster.added, phones: roster.phones, cards: roster.cards })}${voided === undefined ? '' : say('log.voided', { count: voided })}</p>` : ''}
${deeds.length > 0 ? html`<ul class="record">\n${deeds.map((deed) => item(deed, pageText))}</ul>` : html`<p>${say('log.none')}</p>`}
<p>${more && last ? html`<a class="more" href="${link(`${own}/log?before=${last.seq}`)}">${say('proposals.older')}</a> ` : ''}<a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('log.title')} · ${community.name}`, content);
}

function item(deed: PublicDeed, pageText: PageText): Markup {
  const { say, day, theirs } = pageText;
  const { at, role, reason } = deed;
  return html`<li><time class="whole" datetime="${at.toISOString().slice(0, 10)}">${day(at)}</time> <b>${say(`log.role.${role}`)}</b> ${what(deed, pageText)}${reason ? html`<br>${say('record.reason')}${theirs(reason)}` : ''}</li>
`;
}

const OF_MEETINGS: Readonly<Record<string, string>> = { 'meeting.plan': 'called', 'meeting.sign': 'sign', 'meeting.addend': 'addend' };

/** What was done, in words. */
function what(
  { act, proposals, others, after: { stage, closes, slipsUntil, state, project, into, given, isRight } }: PublicDeed,
  { say, tell, date }: PageText,
): Markup {
  if (act === 'cycle.move') return html`${say('log.move', { stage: say(`stage.${String(stage)}`) })}`;
  if (act === 'cycle.extend' && slipsUntil) return tell('log.slips', { to: whole(date(new Date(String(slipsUntil)))) });
  if (act === 'cycle.extend') return tell('log.extend', { to: whole(date(new Date(String(closes)))) });
  if (act === 'cycle.openAllTheSame') return html`${say('log.openAllTheSame')}`;
  if (act === 'publication.publish') return html`${say('log.publish')}`;
  if (act === 'publication.check') return html`${say(isRight === true ? 'log.checked' : 'log.found')}`;
  if (act in OF_MEETINGS) return html`${say(`log.${OF_MEETINGS[act] ?? ''}`, { number: proposals[0] ?? 0 })}`;
  if (act === 'slip.correct') return html`${say('log.corrected')}`;
  const named = proposals.join(say('rule.between'));
  const number = others > 0 ? say('log.andMore', { named, others }) : named;
  if (act === 'objection.answer') return html`${say('log.objection', { number })}`;
  if (act === 'proposal.hide') return html`${say('log.hide', { number })}`;
  if (act === 'proposal.release') return html`${say('log.release', { number })}`;
  if (act === 'proposal.merge') return html`${typeof into === 'number' ? say('log.merge', { number, into }) : say('log.apart', { number })}`;
  if (act === 'proposal.answer') return html`${say(given === null ? 'log.back' : 'log.answer', { number })}`;
  const part = typeof project === 'number' ? project : null;
  const isKnown = PROPOSAL_STATES.find((each) => each === state) ?? 'received';
  return html`${say('log.state', { number, became: stateOf({ state: isKnown, project: part, mergedInto: null }, { say }) })}`;
}
