import { type CommunityRecord, RECORDINGS_DAYS } from '../../fund/communities/index.ts';
import type { OfficeCounts } from '../../fund/staff/index.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from './pageText.ts';

/** Who runs it and who supervises it, whence the money is, and what is kept for how long. No resident is named. */
export function whoRuns(community: CommunityRecord, offices: OfficeCounts, { say, phone, theirs }: PageText): Markup {
  const { about, person, keepRecordings } = community;
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
  const kept = ['roster', 'ballot', 'words', 'delete'].map(
    (what) => html`<li>${say(`who.kept.${what}`, { days: keepRecordings ?? RECORDINGS_DAYS })}</li>`,
  );
  return html`<section aria-labelledby="who">
<h2 id="who">${say('who.title')}</h2>
<dl class="who">${facts}</dl>
<h3>${say('who.keeps')}</h3>
<ul class="kept">${kept}</ul>
</section>
`;
}

function fact(name: string, value: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
}
