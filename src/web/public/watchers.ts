import type { Watching } from '../../fund/heads/index.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from './pageText.ts';

/** Who outside watches that nothing is dropped or changed, since when, and what it means; in plain words where one of them refuses. */
export function watchSection({ watchers, held, tree }: Watching, { say, sayMarkup, date, userText }: PageText): Markup {
  const day = (at: Date | undefined) => (at ? noWrap(date(at)) : html``);
  const items = watchers.map(({ name, standing, refuses, since, first, last, leftAt }) => {
    const said = leftAt ? 'left' : standing === 'unknown' && first === undefined ? 'asked' : standing === 'unknown' ? 'unreachable' : standing;
    const kind = said === 'unreachable' && last === undefined ? 'never' : said;
    return html`<li${refuses ? html` class="bad"` : ''}><b>${userText(name)}</b> ${sayMarkup(`watch.${kind}`, { since: day(since), first: day(first), last: day(last), left: day(leftAt) })}${leftAt && refuses ? say('watch.refused') : ''}</li>
`;
  });
  return html`<section aria-labelledby="watch">
<h2 id="watch">${say('watch.title')}</h2>
<p>${say('watch.about')}</p>
${held ? html`<p class="bad">${sayMarkup('watch.held', { since: day(held.since) })}</p>` : ''}
${items.length > 0 ? html`<ul class="record">\n${items}</ul>` : html`<p>${say('watch.none')}</p>`}
${tree ? html`<p><a href="/log/checkpoint">${sayMarkup('watch.checkpoint', { at: day(tree.at), size: tree.size })}</a></p>` : ''}
</section>
`;
}
