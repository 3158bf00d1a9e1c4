import type { PublicObjection, PublicPublication, PublishedItem } from '../../fund/meetings/index.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from './pageText.ts';
import { pictureList } from './pictures.ts';

/** What is published before the vote: the list as it was then, who checked it, and the objections with their answers. */
export function publicationSection(publication: PublicPublication, { own, currency }: { own: string; currency: string }, text: PageText): Markup {
  const { say, tell, date, theirs, money } = text;
  const { from, to, check, list, unanswered, objections, pictures } = publication;
  const at = (time: string) => whole(date(new Date(time)));
  const checked =
    check === null
      ? say('publication.unchecked')
      : check.finding === null
        ? tell('publication.checked', { at: at(check.at) })
        : html`${tell('publication.wrong', { at: at(check.at) })} ${theirs(check.finding)}`;
  const items = list.map(one);
  return html`<section aria-labelledby="publication">
<h2 id="publication">${say('publication.title')}</h2>
<p>${tell('publication.when', { from: at(from), to: at(to) })}</p><p>${checked}</p>
<details><summary>${say('publication.list', { count: list.length })}</summary><ul class="files">${items}</ul></details>
${pictureList(own, pictures, text)}
<p>${objections.length + unanswered > 0 ? say('publication.objections', { count: objections.length + unanswered, open: unanswered }) : say('publication.none')}</p>
${objections.length > 0 ? html`<ul class="record">${objections.map(objection)}</ul>` : ''}
</section>
`;

  function one({ number, title, cost }: PublishedItem): Markup {
    return html`<li><b>${number}</b> ${theirs(title)}${cost === null ? '' : html` · ${money(cost, currency)}`}</li>
`;
  }

  function objection({ number, about, text, answer, answeredAt }: PublicObjection): Markup {
    const heading = about === null ? say('publication.toAll', { number }) : say('publication.toOne', { number, about });
    return html`<li><b>${heading}</b> ${theirs(text)}<br>${tell('publication.answer', { at: at(answeredAt) })} ${theirs(answer)}</li>
`;
  }
}
