import type { PublicBroadcast } from '../../outreach/broadcasts/publicBroadcasts.ts';
import { html, type Markup } from '../html.ts';
import type { Voice } from './voice.ts';

/** What was written to many residents, by whom and to whom, newest first; nothing where nothing was. */
export function broadcastList(broadcasts: readonly PublicBroadcast[], { say, date, theirs }: Voice): readonly Markup[] {
  if (broadcasts.length === 0) return [];
  const items = broadcasts.map(
    ({ text, to, by, dueAt }) =>
      html`<li><time datetime="${dueAt.toISOString()}">${date(dueAt)}</time> <b>${theirs(by)}</b> · ${whom(to)}<br>${theirs(text)}</li>
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
