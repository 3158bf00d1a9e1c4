import { html, type Markup } from '../html.ts';
import { broadcastList } from './broadcastList.ts';
import { calendar } from './calendar.ts';
import { type CycleView, NEWEST } from './cycleView.ts';
import { hero } from './hero.ts';
import { type Frame, layout } from './layout.ts';
import { projectList } from './projectList.ts';
import { proposalList } from './proposalList.ts';
import { record } from './record.ts';
import { recount } from './recount.ts';
import { resultsChart } from './resultsChart.ts';
import { takePart } from './takePart.ts';

/** `/c/SLUG`: everything, on its day, for everybody alike. What matters now comes first. */
export function communityPage(view: CycleView, frame: Frame): Markup {
  const { voice, assets } = frame;
  const { community, cycle, outcome, others, stage } = view;
  const { say, link } = voice;
  const own = `/c/${community._id}`;
  const isCurrent = frame.path === own;
  const proposals = proposalSection(view, frame);
  const isCollecting = stage === 'propose' || stage === 'announce' || stage === 'deliberate';
  const main = [
    ...(isCurrent ? [] : [html`<p class="notice">${say('earlier.current')} <a href="${link(own)}">${say('earlier.toCurrent')}</a></p>`]),
    ...(outcome ? [resultsChart(view, voice)] : []),
    ...(outcome ? [recount(view, voice, assets)] : []),
    ...(isCurrent ? [takePart(community, stage, voice, { now: view.now, projects: view.projects, choices: cycle.choices })] : []),
    ...(isCollecting ? [proposals] : []),
    ...(outcome?.state === 'counted' ? [] : [projectList(view, voice)]),
    calendar(view, voice),
    ...(outcome ? [] : [recount(view, voice, assets)]),
    record(view, voice),
    ...(isCurrent ? broadcastList(view.broadcasts, voice) : []),
    ...(isCollecting ? [] : [proposals]),
    ...(others.length > 0 ? [earlier()] : []),
  ];
  const content = html`${hero(view, voice)}<div class="wide content">
${main}</div>`;
  return layout(frame, `${community.name} · ${cycle.title}`, content, outcome ? 'recount' : undefined);

  function earlier(): Markup {
    const items = others.map(
      ({ id, title }) => html`<li><a href="${link(`${own}?cycle=${encodeURIComponent(id)}`)}">${voice.theirs(title)}</a></li>`,
    );
    return html`<section aria-labelledby="earlier"><h2 id="earlier">${say('earlier.title')}</h2><ul class="files">${items}</ul></section>`;
  }
}

function proposalSection({ proposals, proposalCount, community }: CycleView, { voice: { say, link }, voice, path }: Frame): Markup {
  const { items, before } = proposalList(proposals, NEWEST, voice);
  const address = path.includes('?') ? `${path}&` : `/c/${community._id}?`;
  return html`<section aria-labelledby="proposals">
<h2 id="proposals">${say('proposals.title')}</h2>
<p>${proposalCount > 0 ? say('proposals.shown', { count: proposalCount }) : say('proposals.none')}</p>
${proposalCount > 0 ? items : ''}
${before === undefined ? '' : html`<p><a class="more" href="${link(`${address}before=${before}`)}">${say('proposals.older')}</a></p>`}
</section>
`;
}
