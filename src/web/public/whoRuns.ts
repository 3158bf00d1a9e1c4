import { TALK_DAYS } from '../../dialog/conversation.ts';
import { type CommunityRecord, LETTERS_DAYS, RECORDINGS_DAYS } from '../../fund/communities/index.ts';
import { MISSES_DAYS } from '../../fund/misses/index.ts';
import type { OfficeCounts } from '../../fund/staff/index.ts';
import { NOTICE_DAYS, OWN_DAYS } from '../../outreach/outbox/forgetMessages.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from './pageText.ts';

/** Who runs it and who supervises it, whence the money is, and what is kept for how long. No resident is named. */
export function whoRuns(community: CommunityRecord, offices: OfficeCounts, { say, phone, theirs }: PageText): Markup {
  const { about, person, keep } = community;
  const staff = (['cadre', 'council'] as const).flatMap((role) => (offices[role] > 0 ? [say(`who.${role}`, { count: offices[role] })] : []));
  const facts = [
    fact(
      say('who.runs'),
      html`${theirs(person.name)} <a href="tel:${person.phone}">${whole(phone(person.phone))}</a>${staff.map((said) => html`<br>${said}`)}`,
    ),
    fact(say('who.supervises'), html`${offices.supervisor > 0 ? say('who.supervisors', { count: offices.supervisor }) : say('who.noSupervisors')}`),
    ...(about?.money ? [fact(say('who.money'), theirs(about.money))] : []),
    ...(about?.notFor ? [fact(say('who.notFor'), theirs(about.notFor))] : []),
  ];
  const days = {
    talk: TALK_DAYS.open,
    misses: MISSES_DAYS,
    replies: OWN_DAYS,
    notices: NOTICE_DAYS,
    recordings: keep?.recordings ?? RECORDINGS_DAYS,
    letters: keep?.letters ?? LETTERS_DAYS,
  };
  const kept = ['roster', 'ballot', 'proposals', 'letters', 'recordings', 'talk', 'messages'].map((what) =>
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
