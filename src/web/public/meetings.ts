import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import type { MeetingRead, PublicMeeting } from '../../fund/meetings/index.ts';
import type { Block, Printed } from '../../print/index.ts';
import { maskNumbers } from '../../store/text.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type SharedText } from './pageText.ts';
import { pictureList } from './pictures.ts';
import { proposalAddress } from './proposalsPage.ts';

interface MeetingsView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  /** The cycle that was asked for, if it is not the current one. */
  readonly id: string | undefined;
  readonly meetings: readonly PublicMeeting[];
  /** What the public proposals ask for, by number. */
  readonly texts: ReadonlyMap<number, string>;
}

/** `/c/SLUG/meetings`: the council's meetings, the newest first: how many were there, what was decided and why. No person is named. */
export function meetingsPage({ community, cycle, id, meetings, texts }: MeetingsView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, sayIn, link, userText, date } = pageText;
  const address = proposalAddress(community._id, id);
  const own = `/c/${community._id}`;
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a> · ${userText(cycle.title)}</p>
<h1>${say('meetings.title')}</h1>
${meetings.length > 0 ? meetings.map(one) : html`<p>${say('meetings.none')}</p>`}
<p><a class="more" href="${link(own)}">${say('meetings.back')}</a></p>
</section></div>`;
  return layout(frame, `${say('meetings.title')} · ${community.name}`, content);

  function one({ number, at, place, state, members, present, quorate, items, notes, addenda, pictures }: PublicMeeting): Markup {
    const share = members ? Math.round(((present ?? 0) * 100) / members) : 0;
    const there =
      members === null
        ? ''
        : html`<p>${say('meetings.attendance', { members, present: present ?? 0, share })}${quorate ? '' : html` · ${say('meetings.tooFew')}`}</p>`;
    const added = addenda.map(
      (addendum) => html`<p>${noWrap(date(new Date(addendum.at)))} ${say('meetings.addendum')}${userText(addendum.text)}</p>`,
    );
    return html`<section aria-labelledby="meeting-${number}"><h2 id="meeting-${number}">${say('meetings.one', { number })} · ${noWrap(date(new Date(at)))}</h2>
<p>${userText(place)} · ${say(`meetings.state.${state}`)}</p>${there}${items.length > 0 ? html`<ul class="record">${items.map((item) => itemOf(item, state))}</ul>` : ''}
${notes === null ? '' : html`<details><summary>${say('meetings.notes')}</summary><p>${userText(notes)}</p></details>`}${added}
${pictureList(own, pictures, pageText)}</section>
`;
  }

  function itemOf({ proposal, decision, reason, ...votes }: PublicMeeting['items'][number], state: PublicMeeting['state']): Markup {
    const name = html`<a href="${link(address(proposal))}">${say('meetings.item', { number: proposal })}</a>`;
    const asked = texts.get(proposal);
    const what = asked ? html` ${userText(asked)}` : '';
    if (state !== 'final') return html`<li>${name}${what}</li>`;
    const counts = say('meetings.votes', { for: votes.for ?? 0, against: votes.against ?? 0, abstained: votes.abstained ?? 0 });
    return html`<li>${name}${what}<br><b>${sayIn('meetings.decision', decision ?? 'none')}</b> · ${counts}${reason === null ? '' : html`<br>${userText(reason)}`}</li>`;
  }
}

/**
 * The minutes of a meeting on paper: of which cycle, who was there of how many, what was decided, who signed, and where to sign. `meeting` says whose names
 * stand in it.
 */
export function minutesPrinted(
  meeting: MeetingRead,
  { community, cycle }: { readonly community: CommunityRecord; readonly cycle: Pick<CycleRecord, 'title'> },
  { say, date, language }: SharedText,
): Printed {
  const { number, at, place, items, texts, roll, notes, addenda, members, there, quorum, majority, isQuorate, state, final, signatures } = meeting;
  const share = members === 0 ? 0 : Math.round((there * 100) / members);
  const names = roll.filter(({ isThere }) => isThere).map(({ name }) => name);
  const title = say('minutes.title', { number });
  const columns = (['number', 'what', 'advice', 'for', 'against', 'abstained', 'decided'] as const).map((name) => ({
    head: say(`minutes.${name}`),
    share: SHARES[name] ?? 1,
  }));
  const rows = items.map(({ proposal, advice, decision, reason, ...votes }) => [
    ...[String(proposal), texts.get(proposal) ?? '', say(`minutes.advised.${advice}`)],
    ...[votes.for, votes.against, votes.abstained].map((count) => (count === undefined ? '' : String(count))),
    [say(`minutes.decision.${decision ?? 'none'}`), ...(reason ? [maskNumbers(reason)] : [])].join(say('minutes.colon')),
  ]);
  const facts: Block[] = [
    { text: `${date(at)}　${maskNumbers(place)}` },
    { text: say('minutes.attendance', { members, there, share }), bold: true },
    { text: isQuorate ? say('minutes.enough', { majority }) : say('minutes.tooFew', { quorum }) },
    ...(names.length > 0 ? [{ text: `${say('minutes.were')}${names.join(say('minutes.and'))}` }] : []),
  ];
  const signed = signatures.map(({ name, at: when }) => say('minutes.signature', { name, at: date(when) }));
  const added: Block[] = addenda.flatMap(({ text, at: when }, index) => [{ text: `${index + 1}. ${date(when)}　${text}` }]);
  return {
    ...{ title: `${community.name} ${title}`, language, paper: 'A4', at: final?.at ?? at, footer: `${community.name} · ${cycle.title} · ${title}` },
    blocks: [
      { text: `${community.name} · ${cycle.title}`, grey: true },
      { heading: title },
      ...facts,
      ...(items.length > 0 ? [{ table: { columns, rows } } as const] : []),
      ...(notes === ''
        ? []
        : [{ heading: say('minutes.notes'), level: 3 } as const, ...notes.split('\n').map((text) => ({ text: text === '' ? ' ' : text }))]),
      ...(added.length > 0 ? [{ heading: say('minutes.addenda'), level: 3 } as const, ...added] : []),
      ...(state === 'final' ? [{ text: say('minutes.final', { at: date(final?.at ?? at) }) }] : []),
      ...(signed.length > 0 ? [{ text: `${say('minutes.signatures')}${signed.join(say('minutes.and'))}` }] : []),
      { space: 8 },
      { lines: [say('minutes.signer'), say('minutes.second')] },
    ],
  };
}

const SHARES: Readonly<Record<string, number>> = { number: 1, what: 5, advice: 2, for: 1, against: 1.7, abstained: 1.4, decided: 4 };
