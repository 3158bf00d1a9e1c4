import { TALK_DAYS } from '../../dialog/conversation.ts';
import { type CommunityRecord, LETTERS_DAYS, RECORDINGS_DAYS } from '../../fund/communities/index.ts';
import type { Watching } from '../../fund/heads/index.ts';
import { MISSES_DAYS } from '../../fund/misses/index.ts';
import type { OfficeCounts } from '../../fund/staff/index.ts';
import type { PublicBroadcast } from '../../outreach/broadcasts/broadcast.ts';
import { NOTICE_DAYS, OWN_DAYS } from '../../outreach/outbox/forgetMessages.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';
import { takePart } from './takePart.ts';
import { watchSection } from './watchers.ts';

export interface Quiet {
  readonly community: CommunityRecord;
  readonly broadcasts: readonly PublicBroadcast[];
  readonly offices: OfficeCounts;
  readonly watching: Watching;
}

/** `/c/SLUG` of a community where no cycle has begun. */
export function quietPage({ community, broadcasts, offices, watching }: Quiet, frame: Frame): Markup {
  const { pageText, hasChat } = frame;
  const { say } = pageText;
  return layout(
    frame,
    community.name,
    html`<section class="hero"><div class="wide">
<h1>${pageText.userText(community.name)}</h1>
<p class="now">${say('now.none')}</p>
<p class="next">${say('now.noneMore')}</p>
</div></section><div class="wide content">
${takePart({ community, stage: undefined, ahead: [], hasChat }, pageText)}
${whoRuns(community, offices, pageText)}${watchSection(watching, pageText)}${broadcastList(broadcasts, pageText)}</div>`,
  );
}

/** The broadcasts, by whom and to whom, newest first; nothing if there were none. */
export function broadcastList(broadcasts: readonly PublicBroadcast[], { say, date, userText }: PageText): readonly Markup[] {
  if (broadcasts.length === 0) return [];
  const items = broadcasts.map(
    ({ text, to, by, dueAt }) =>
      html`<li><time datetime="${dueAt.toISOString()}">${date(dueAt)}</time> <b>${userText(by)}</b> · ${whom(to)}<br>${userText(text)}</li>
`,
  );
  return [
    html`<section aria-labelledby="broadcasts">
<h2 id="broadcasts">${say('broadcasts.title')}</h2>
<ul class="record">\n${items}</ul>
</section>
`,
  ];

  function whom(to: string): string {
    if (to === 'not-voted') return say('broadcasts.notVoted');
    return to === 'all' ? say('broadcasts.all') : say('broadcasts.building', { building: to.slice('building:'.length) });
  }
}

/** Who runs it and who supervises it, whence the money is, and what is kept for how long. No resident is named. */
export function whoRuns(community: CommunityRecord, offices: OfficeCounts, { say, phone, userText }: PageText): Markup {
  const { about, person, keep } = community;
  const staff = (['cadre', 'council'] as const).flatMap((role) => (offices[role] > 0 ? [say(`who.${role}`, { count: offices[role] })] : []));
  const facts = [
    fact(
      say('who.runs'),
      html`${userText(person.name)} <a href="tel:${person.phone}">${noWrap(phone(person.phone))}</a>${staff.map((said) => html`<br>${said}`)}`,
    ),
    fact(say('who.supervises'), html`${offices.supervisor > 0 ? say('who.supervisors', { count: offices.supervisor }) : say('who.noSupervisors')}`),
    ...(about?.money ? [fact(say('who.money'), userText(about.money))] : []),
    ...(about?.notFor ? [fact(say('who.notFor'), userText(about.notFor))] : []),
  ];
  const days = {
    talk: TALK_DAYS.open,
    misses: MISSES_DAYS,
    replies: OWN_DAYS,
    notices: NOTICE_DAYS,
    recordings: keep?.recordings ?? RECORDINGS_DAYS,
    letters: keep?.letters ?? LETTERS_DAYS,
  };
  const kept = (['roster', 'ballot', 'proposals', 'letters', 'recordings', 'talk', 'messages'] as const).map((what) =>
    fact(say(`who.kept.${what}.what`), html`${say(`who.kept.${what}.howLong`, days)}`),
  );
  return html`<section aria-labelledby="who">
<h2 id="who">${say('who.title')}</h2>
<dl class="who">${facts}</dl>
<h3>${say('who.keeps')}</h3>
<dl class="who">${kept}</dl>
</section>
`;
}

function fact(name: string, value: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
}
