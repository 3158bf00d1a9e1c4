import type { CommunityRecord } from '../../fund/records/community.ts';
import type { PublicBroadcast } from '../../outreach/broadcasts/publicBroadcasts.ts';
import { html, type Markup } from '../html.ts';
import { broadcastList } from './broadcastList.ts';
import { type Frame, layout } from './layout.ts';
import { takePart } from './takePart.ts';

/** `/c/SLUG` of a community where no cycle has begun. */
export function quietPage(community: CommunityRecord, broadcasts: readonly PublicBroadcast[], frame: Frame): Markup {
  const { voice } = frame;
  const { say } = voice;
  return layout(
    frame,
    community.name,
    html`<section class="hero"><div class="wide">
<h1>${voice.theirs(community.name)}</h1>
<p class="now">${say('now.none')}</p>
<p class="next">${say('now.noneMore')}</p>
</div></section><div class="wide content">
${takePart(community, undefined, voice)}
${broadcastList(broadcasts, voice)}</div>`,
  );
}
