import type { i18n } from 'i18next';
import { type CommunityRecord, isTextedElsewhere, numberToText, pageOfCommunities } from '../../fund/communities/index.ts';
import { type CycleRecord, currentCycleForReaders, periods, stageAt } from '../../fund/cycles/index.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import { stageKey } from './cycleView.ts';
import { communityIn } from './inLanguage.ts';
import { type Frame, layout } from './layout.ts';
import { type Chosen, noWrap, pageText } from './pageText.ts';

/** The most communities that one page lists. */
const PAGE_SIZE = 100;
/** From so many communities on, the page has a search field. */
const SEARCH_FROM = 10;

export interface Wanted {
  /** A part of a name to search for. */
  readonly find?: string;
  /** The last slug of the previous page. */
  readonly after?: string;
}

/** `/`: what this is, and the communities, with the present step of each. */
export async function home(world: World, catalogue: i18n, chosen: Chosen, { find, after }: Wanted, frame: Frame): Promise<Markup> {
  const { say, link } = frame.pageText;
  const { found, count, all } = await pageOfCommunities({ find, after }, PAGE_SIZE);
  const shown = found.slice(0, PAGE_SIZE);
  const now = world.now();
  const cycles = await Promise.all(shown.map(({ _id }) => currentCycleForReaders(world)(_id, now)));
  const last = found.length > PAGE_SIZE ? shown.at(-1)?._id : undefined;
  const more = last && `/?${new URLSearchParams({ ...(find && { find }), after: last })}`;
  const items = shown.map((community, index) => card(communityIn(community, chosen.language), cycles[index] ?? null));
  const ways = frame.hasChat ? (['sms', 'call', 'chat'] as const) : (['sms', 'call'] as const);
  return layout(
    frame,
    `${say('product')} · ${say('home.title')}`,
    html`<section class="hero"><div class="wide">
<h1>${say('home.title')}</h1>
<p class="next">${say('home.lead')}</p>
</div></section><div class="wide content">
<ol class="steps">${(['propose', 'vote', 'check'] as const).map((step) => html`<li><h2>${say(`home.${step}`)}</h2><p>${say(`home.${step}More`)}</p></li>`)}</ol>
<section aria-labelledby="ways">
<h2 id="ways">${say('home.ways')}</h2>
<dl class="ways">${ways.map((way) => html`<div><dt>${say(`home.${way}`)}</dt><dd>${say(`home.${way}More`)}</dd></div>`)}</dl>
</section>
<section aria-labelledby="communities">
<h2 id="communities">${say('home.communities')}</h2>
${all > SEARCH_FROM ? search() : ''}
<p>${tally()}</p>
<ul class="communities">
${items}</ul>
${more ? html`<p><a class="more" href="${link(more)}">${say('home.more')}</a></p>` : ''}
</section></div>`,
  );

  function tally(): string {
    if (all === 0) return say('home.none');
    if (count === 0) return say('home.nothingFound');
    return shown.length < count ? say('home.some', { count, shown: shown.length }) : say('home.all', { count });
  }

  function search(): Markup {
    const kept = chosen.byLink ? html`<input type="hidden" name="lang" value="${chosen.language === 'en' ? 'en' : 'zh'}">` : '';
    return html`<form class="find" action="/" role="search"><label for="find">${say('home.find')}</label>
<input id="find" name="find" type="search" value="${find ?? ''}" maxlength="40">${kept} <button>${say('home.search')}</button></form>`;
  }

  function card(community: CommunityRecord, cycle: CycleRecord | null): Markup {
    const local = pageText('page', catalogue, chosen, now, community);
    const stage = cycle ? stageAt(cycle, now) : undefined;
    const period = cycle && periods(cycle, now).find((each) => each.stage === stage);
    const until = period?.to && { until: local.wholeTime(period.to, 'until') };
    const state = period ? local.sayMarkup(stageKey(cycle, period, now), until ?? {}) : say('home.notBegun');
    return html`<li><a href="${link(`/c/${community._id}`)}"><strong>${local.userText(community.name)}</strong><span${stage === 'vote' ? html` class="voting"` : ''}>${state}</span></a><p><a href="sms:${numberToText(community)}">${say('home.sms')}</a> ${isTextedElsewhere(community) ? html`${noWrap(numberToText(community))} ` : ''}<a href="tel:${community.phone}">${say('home.call')}</a> ${noWrap(local.phone(community.phone))}</p></li>
`;
  }
}
