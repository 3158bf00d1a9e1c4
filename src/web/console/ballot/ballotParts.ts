import { ballotMark } from '../../../fund/files/index.ts';
import { ballotItem } from '../../../fund/projects/index.ts';
import { maskNumbers } from '../../../store/text.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { address } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import type { Ballot, Preview } from './ballot.ts';

/** The projects in the order of their numbers, which is that of the ballot; and what may become one. */
export function projectTable(
  { text: { say, theirs, money }, own }: CommunityVisit,
  { cycle, proposals, pictures }: Ballot,
  mayChange: boolean,
): Markup {
  const { projects, currency } = cycle;
  const heads = ['number', 'title', 'short', 'cost', 'category'].map((head) => html`<th scope="col">${say(`ballot.field.${head}`)}</th>`);
  const rows = projects
    .toSorted((one, other) => one.number - other.number)
    .map((project) => {
      const { number, title, cost, category } = project;
      const change = mayChange ? html`<a href="${address(`${own}/ballot/project`, { at: number })}">${theirs(title)}</a>` : theirs(title);
      return html`<tr><td>${number}</td><td>${change}</td><td>${theirs(ballotItem(project).label)}</td><td>${money(cost, currency)}</td><td>${category ? theirs(category) : ''}</td><td>${tiny(number)}</td>
${mayChange ? html`<td>${removeForm(number)}</td>` : ''}</tr>
`;
    });
  const table = html`<table class="list"><thead><tr>${heads}<th scope="col">${say('ballot.picture')}</th>${mayChange ? html`<th scope="col">${say('ballot.remove')}</th>` : ''}</tr></thead><tbody>${rows}</tbody></table>`;
  const items = proposals.map(
    ({ number, text, cost }) =>
      html`<li><a href="${address(`${own}/ballot/project`, { from: number })}">${number} ${theirs(maskNumbers(text))}</a>${cost === null ? '' : html` · ${money(cost, currency)}`}</li>`,
  );
  return html`${projects.length > 0 ? table : html`<p>${say('ballot.none')}</p>`}
${mayChange ? html`<p><a class="more" href="${own}/ballot/project">${say('ballot.add')}</a></p>` : ''}
${mayChange && items.length > 0 ? html`<section aria-labelledby="from"><h2 id="from">${say('ballot.from')}</h2><ul class="items">${items}</ul></section>` : ''}`;

  function tiny(number: number): Markup {
    const picture = pictures.get(number);
    const alt = picture?.caption ?? say('ballot.pictureOf', { number });
    return picture ? html`<img class="tiny" src="${own}/pictures/${picture.id}/small.jpg" alt="${alt}" loading="lazy">` : html``;
  }

  function removeForm(number: number): Markup {
    return html`<form method="post" action="${own}/ballot/remove"><input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${ballotMark(cycle)}"><input type="hidden" name="at" value="${number}"><button class="quiet" aria-label="${say('ballot.removeOne', { number })}">${say('ballot.remove')}</button></form>`;
  }
}

/** The ballot as an SMS with its segments, as a call with its seconds and what is not recorded, and as a chat. */
export function previewPart({ say, theirs }: PageText, { sms, chat, call }: Preview): Markup {
  const parts = sms.map((part) => html`<span class="segment">${theirs(part)}</span>`);
  const { lines, seconds, notRecorded } = call;
  return html`<section aria-labelledby="preview"><h2 id="preview">${say('ballot.preview')}</h2>
<h3>${say('ballot.asSms', { count: sms.length })}</h3><p class="said">${parts}</p>
<h3>${say('ballot.asCall', { count: seconds })}</h3><ul class="items">${lines.map((line) => html`<li>${theirs(line)}</li>`)}</ul>
<p>${notRecorded.length === 0 ? say('ballot.recorded') : html`${say('ballot.notRecorded', { count: notRecorded.length })}${theirs(notRecorded.join('、'))}`}</p>
<h3>${say('ballot.asChat')}</h3><p class="said">${theirs(chat)}</p></section>`;
}
