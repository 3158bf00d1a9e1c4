import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { OfficeCounts } from '../../fund/staff/index.ts';
import type { PublicBroadcast } from '../../outreach/broadcasts/broadcast.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';
import type { PageText } from './pageText.ts';
import { takePart } from './takePart.ts';
import { whoRuns } from './whoRuns.ts';

export interface Quiet {
  readonly community: CommunityRecord;
  readonly broadcasts: readonly PublicBroadcast[];
  readonly offices: OfficeCounts;
}

/** `/c/SLUG` of a community where no cycle has begun. */
export function quietPage({ community, broadcasts, offices }: Quiet, frame: Frame): Markup {
  const { pageText, hasChat } = frame;
  const { say } = pageText;
  return layout(
    frame,
    community.name,
    html`<section class="hero"><div class="wide">
<h1>${pageText.theirs(community.name)}</h1>
<p class="now">${say('now.none')}</p>
<p class="next">${say('now.noneMore')}</p>
</div></section><div class="wide content">
${takePart({ community, stage: undefined, hasChat }, pageText)}
${whoRuns(community, offices, pageText)}${broadcastList(broadcasts, pageText)}</div>`,
  );
}

/** The broadcasts, by whom and to whom, newest first; nothing if there were none. */
export function broadcastList(broadcasts: readonly PublicBroadcast[], { say, date, theirs }: PageText): readonly Markup[] {
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
