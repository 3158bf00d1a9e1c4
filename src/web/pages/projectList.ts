import { html, type Markup } from '../html.ts';
import type { CycleView } from './cycleView.ts';
import { howDecided } from './howDecided.ts';
import type { Voice } from './voice.ts';

/** The ballot with its costs; nothing in it says how anybody voted. */
export function projectList(view: CycleView, voice: Voice): Markup {
  const { projects, cycle, stage } = view;
  const { say, money, theirs } = voice;
  const title = stage === 'vote' ? say('projects.title') : say('projects.titleBefore');
  const items = projects.map(
    ({
      number,
      title,
      cost,
      category,
      detail,
    }) => html`<li id="p${number}"><b>${number}</b><div><h3>${theirs(title)}</h3><p class="cost">${money(cost, cycle.currency)}${category ? html` <i>${theirs(category)}</i>` : ''}</p>${detail ? html`<p>${theirs(detail)}</p>` : ''}</div></li>
`,
  );
  return html`<section aria-labelledby="projects">
<h2 id="projects">${title}</h2>
${
  items.length > 0
    ? html`<ul class="projects">
${items}</ul>`
    : html`<p>${say('projects.none')}</p>`
}
${
  cycle.frozen
    ? html`<h3>${say('results.rule')}</h3>
${howDecided(view, voice)}`
    : ''
}
</section>
`;
}
