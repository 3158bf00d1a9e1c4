import type { Act } from '../../../fund/act/index.ts';
import {
  addAddendum,
  attendanceOf,
  changeMeeting,
  dropMeetingPicture,
  keepMeetingPicture,
  type ListedMeeting,
  LONGEST_NOTES,
  type MeetingItem,
  type MeetingRead,
  planMeeting,
  readMeeting,
  readMeetings,
  signMinutes,
  writeMinutes,
} from '../../../fund/meetings/index.ts';
import { type Weight, weightsOf } from '../../../fund/proposals/index.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { actForm, doneIn, idOf } from '../actForm.ts';
import { doneNotice, errorSummary, field, type Mistakes, type Tried } from '../frame.ts';
import { fileLinks } from '../list.ts';
import { picturePart } from '../pictures.ts';
import { which } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { agendaTicks } from './agendaTicks.ts';
import { planForm, planOfMeeting, type Typed } from './meetingForms.ts';
import { minutesButtons, minutesTable } from './minutesTable.ts';

export const MEETING_ACTS: readonly Act[] = [changeMeeting, writeMinutes, signMinutes, addAddendum, keepMeetingPicture, dropMeetingPicture];

export type MeetingPage = ReturnType<typeof meetingPage>;

/** Shows the list of meetings and one of them, and leads back to it. */
export function meetingPage() {
  return { list, show, found };

  async function list(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { say, date, userText } = text;
    const cycle = await visit.cycle();
    const meetings = await visit.read(readMeetings, cycle?._id ?? '');
    const items = meetings.map((meeting) => {
      const { number, at, place } = meeting;
      return html`<li><a class="task" href="${own}/meetings/${cycle?._id ?? ''}/${number}"><span class="what">${say('meetings.one', { number })} · ${noWrap(date(at))} · ${userText(place)}</span></a><span class="age">${stateOf(visit, meeting)}</span></li>`;
    });
    const agenda = cycle && visit.may(planMeeting) ? await agendaTicks(visit, { cycle: cycle._id, act: planMeeting, tried }) : html``;
    const form = cycle ? planForm(visit, planMeeting, {}, agenda, { at: `/meetings/${cycle._id}`, tried, in: 'section' }) : html``;
    await visit.send(
      say('tab.meetings'),
      [
        errorSummary(text, tried.mistakes ?? {}),
        html`<h1>${say('tab.meetings')}</h1>${cycle ? html`<p>${userText(cycle.title)}</p>` : ''}`,
        items.length > 0 ? html`<ul class="tasks">${items}</ul>` : html`<p>${say('meetings.none')}</p>`,
        items.length > 0 ? fileLinks(visit, `${own}/meetings`) : html``,
        form,
      ],
      { status, path: `${own}/meetings` },
    );
  }

  /** `wrote`: minutes that were tried, by their fields. */
  async function show(visit: CommunityVisit, tried: Tried, status: number, wrote: Typed = {}, isLacking = false): Promise<void> {
    const { text, own, request } = visit;
    const { say } = text;
    const meeting = await found(visit);
    const path = `${own}/meetings/${meeting.cycle}/${meeting.number}`;
    const [cycle, weights] = await Promise.all([
      visit.cycle(meeting.cycle),
      weightsOf(
        meeting.cycle,
        meeting.items.map(({ proposal }) => proposal),
      ),
    ]);
    const on = new Map(meeting.items.map(({ proposal, advice }) => [proposal, advice] as const));
    const mayChange = !meeting.final && visit.may(changeMeeting);
    const agenda = mayChange ? await agendaTicks(visit, { cycle: meeting.cycle, act: changeMeeting, tried, on }) : html``;
    const done = doneIn(visit, [planMeeting, ...MEETING_ACTS]);
    const isFinal = request.query.done === signMinutes.name && meeting.final;
    await visit.send(
      say('meetings.one', { number: meeting.number }),
      [
        errorSummary(text, tried.mistakes ?? {}),
        isLacking ? html`<p><a class="more" href="${path}/minutes.pdf?all=1">${say('meetings.printAllTheSame')}</a></p>` : html``,
        doneNotice(status === 200 ? (isFinal ? visit.actWords('meeting.sign.final') : done) : undefined),
        html`<p><a href="${own}/meetings">${say('meetings.toList')}</a></p>`,
        ...meetingParts(visit, meeting, {
          ...{ path, at: `/meetings/${meeting.cycle}/${meeting.number}`, wrote, tried, mistakes: tried.mistakes ?? {}, weights },
          currency: cycle?.currency ?? '',
          agenda,
        }),
      ],
      { status, path, script: 'minutes' },
    );
  }

  async function found(visit: CommunityVisit): Promise<MeetingRead> {
    const meeting = await visit.read(readMeeting, which(visit));
    if (!meeting) throw new Refusal(404, 'There is no such meeting.');
    return meeting;
  }
}

interface Around {
  /** The address of the meeting's page. */
  readonly path: string;
  /** The address of the meeting's page behind `/console/SLUG`. */
  readonly at: string;
  readonly tried: Tried;
  readonly wrote: Typed;
  readonly mistakes: Mistakes;
  /** What the proposals on the agenda cost, and how many support each. */
  readonly weights: ReadonlyMap<number, Weight>;
  readonly currency: string;
  /** What may be on it, to be ticked. */
  readonly agenda: Markup;
}

/** A meeting: how it stands, its minutes as a form or as they were signed, signatures, addenda, pictures. */
function meetingParts(visit: CommunityVisit, meeting: MeetingRead, around: Around): Markup[] {
  const { text, may } = visit;
  const { say, date, userText } = text;
  const { number, at, place, final, revision, pictures } = meeting;
  const { at: own, tried } = around;
  const isOpen = !final;
  const plan = planOfMeeting(meeting, visit.community.timezone);
  return [
    html`<h1>${say('meetings.one', { number })} <small>${stateOf(visit, meeting)}</small></h1><p>${noWrap(date(at))} · ${userText(place)}</p>
${attendance(visit, meeting, around.wrote)}`,
    isOpen ? planForm(visit, changeMeeting, plan, around.agenda, { at: own, tried, seen: revision, in: 'fold' }) : html``,
    isOpen && may(writeMinutes) ? minutesForm(visit, meeting, around) : minutesRead(visit, meeting),
    signing(visit, meeting, around),
    addenda(visit, meeting, around),
    html`<section aria-labelledby="pictures"><h2 id="pictures">${say('meetings.pictures')}</h2>${picturePart(visit, keepMeetingPicture, dropMeetingPicture, { at: own, tried, pictures, takesMore: isOpen })}</section>`,
  ];
}

/** How a meeting stands: what nobody wrote yet is no draft. */
function stateOf({ text: { say } }: CommunityVisit, { state, there }: ListedMeeting): string {
  return say(`meetings.state.${state === 'draft' && there === 0 ? 'unwritten' : state}`);
}

/** Who was there of how many, and what that is enough for: as it is ticked, if it was sent and not taken. */
function attendance({ text: { say }, community: { council } }: CommunityVisit, { roll: called, final }: MeetingRead, wrote: Typed): Markup {
  const roll = wrote.isTyped === '1' ? called.map((each) => ({ ...each, isThere: wrote[`there-${each.id}`] === '1' })) : called;
  const { members, there, quorum, majority, isQuorate } = attendanceOf({ roll, ...(final && { final }) }, council);
  if (there === 0 && !final) return html`<p>${say('meetings.toCome', { members, quorum })}</p>`;
  const who = say('meetings.attendance', { members, there, share: members === 0 ? 0 : Math.round((there * 100) / members) });
  const enough = isQuorate ? say('meetings.enough', { majority }) : say('meetings.tooFew', { quorum });
  return html`<p${isQuorate ? '' : html` class="late"`}>${who}${enough}</p>`;
}

function minutesForm(visit: CommunityVisit, meeting: MeetingRead, { path, wrote, tried, mistakes, weights, currency }: Around): Markup {
  const { say, userText } = visit.text;
  const id = idOf(writeMinutes, 'notes');
  const label = visit.actWords('meeting.minutes.field.notes');
  const written = { name: 'notes', id, label, hint: visit.actWords('meeting.minutes.hint.notes'), mistake: mistakes[id] };
  const { roll, items, revision, notes, signed } = meeting;
  const isTyped = wrote.isTyped === '1';
  const mayRoll = visit.may(changeMeeting);
  const ticks = roll.map(({ id, name, isThere }) => {
    const isTicked = isTyped ? wrote[`there-${id}`] === '1' : isThere;
    return html`<li><label class="choice"><input type="checkbox" name="there-${id}" value="1"${isTicked ? html` checked` : ''}${mayRoll ? '' : html` disabled`}> ${userText(name)}</label></li>`;
  });
  return html`<form method="post" action="${path}/minutes"><input type="hidden" name="seen" value="${revision}">
${signed > 0 ? html`<p class="notice">${say('meetings.signsAgain')}</p>` : ''}
<fieldset><legend><h2>${say('meetings.roll')}</h2></legend>${roll.length > 0 ? html`<ul class="roll" data-all="${say('meetings.everybody')}">${ticks}</ul>` : html`<p>${say('meetings.noCouncil')}</p>`}</fieldset>
<h2>${say('meetings.agenda')}</h2>${items.length > 0 ? minutesTable(visit, meeting, { wrote, mistakes, weights, currency }) : html`<p>${say('meetings.noItems')}</p>`}
${field({ ...written, value: tried.act === writeMinutes ? tried.typed?.notes : notes, isLong: true, longest: LONGEST_NOTES })}
${minutesButtons(visit, visit.actWords('meeting.minutes.button'))}</form>`;
}

function heading({ text, own }: CommunityVisit, { texts }: MeetingRead, { proposal, advice }: MeetingItem): Markup {
  const { say, userText } = text;
  return html`<a href="${own}/proposals/${proposal}">${say('meetings.proposal', { number: proposal })}</a> ${userText(texts.get(proposal) ?? '')} <small>${say(`meetings.advice.${advice}`)}</small>`;
}

function minutesRead(visit: CommunityVisit, meeting: MeetingRead): Markup {
  const { say, userText } = visit.text;
  const { items, notes, roll } = meeting;
  const there = roll.filter(({ isThere }) => isThere).map(({ name }) => name);
  const rows = items.map((item) => {
    const { decision, reason, proposal } = item;
    const votes = say('meetings.votes', { for: item.for ?? 0, against: item.against ?? 0, abstained: item.abstained ?? 0 });
    const decided = say(`meetings.decision.${decision ?? 'none'}`);
    return html`<li id="item-${proposal}">${heading(visit, meeting, item)}<br>${votes} · <b>${decided}</b>${reason ? html` · ${userText(reason)}` : ''}</li>`;
  });
  return html`<section aria-labelledby="agenda"><h2 id="agenda">${say('meetings.agenda')}</h2><ul class="lines">${rows}</ul>
${there.length > 0 ? html`<p>${say('meetings.were')} ${userText(there.join(say('and')))}</p>` : ''}${notes === '' ? '' : html`<h3>${visit.actWords('meeting.minutes.field.notes')}</h3><p class="said">${userText(notes)}</p>`}</section>`;
}

function signing(visit: CommunityVisit, { at: held, signatures, state, revision, final }: MeetingRead, { path, at, tried }: Around): Markup {
  const { say, sayIn, userText, date } = visit.text;
  const signed = signatures.map(({ name, role, at }) => html`<li>${userText(name)} · ${sayIn('role', role)} · ${noWrap(date(at))}</li>`);
  return html`<section aria-labelledby="signing"><h2 id="signing">${say('meetings.signing')}</h2><p>${say(final ? 'meetings.signedBoth' : 'meetings.signingAbout')}${state === 'planned' ? html` <b>${say('meetings.signFrom', { at: date(held) })}</b>` : ''}</p>
${signed.length > 0 ? html`<ul class="lines">${signed}</ul>` : ''}${state === 'draft' ? actForm(visit, signMinutes, { at, tried, seen: revision }) : ''}<p><a class="more" href="${path}/minutes.pdf">${say('meetings.pdf')}</a></p></section>`;
}

function addenda(visit: CommunityVisit, { addenda: added, final }: MeetingRead, { at, tried }: Around): Markup {
  const { say, userText, date } = visit.text;
  if (!final) return html``;
  const items = added.map(({ text, by, at }) => html`<li>${noWrap(date(at))} · ${userText(by)}<br>${userText(text)}</li>`);
  return html`<section aria-labelledby="addenda"><h2 id="addenda">${say('meetings.addenda')}</h2>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : ''}${actForm(visit, addAddendum, { at, tried, isQuiet: true })}</section>`;
}
