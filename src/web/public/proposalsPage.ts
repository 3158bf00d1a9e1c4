import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, type Project, voteOf } from '../../fund/cycles/index.ts';
import {
  type answersTo,
  PROPOSAL_STATES,
  type ProposalStory,
  type PublicProposal,
  placesIn,
  type Shelf,
  type ShelvedProposal,
  type StoryStep,
} from '../../fund/proposals/index.ts';
import { answeredWords } from '../../print/index.ts';
import { html, type Markup } from '../html.ts';
import type { Outcome } from './cycleView.ts';
import { type Frame, layout } from './layout.ts';
import type { PageText } from './pageText.ts';

export const PROPOSALS_EACH = 50;

/** Which proposals a reader wants; what is empty chooses nothing. */
export interface ProposalsWanted {
  readonly category: string;
  readonly state: string;
  /** Such as `三号院` or `2栋`; it stands in the text. */
  readonly place: string;
  /** Words that all stand in the text, or the number. */
  readonly find: string;
  /** `supports`, or the newest first. */
  readonly order: string;
}

const CHOOSERS = ['category', 'state', 'place', 'find', 'order'] as const satisfies readonly (keyof ProposalsWanted)[];

interface ProposalsView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  readonly shelf: Shelf;
  readonly answers: Awaited<ReturnType<ReturnType<typeof answersTo>>>;
  readonly address: ProposalAddress;
  /** The cycle's id, if it is not the current one. */
  readonly earlier: string | undefined;
}

/** `/c/SLUG/proposals`: a cycle's public proposals, 50 on a page from page 1 on, chosen and ordered by the address. */
export function proposalsPage(view: ProposalsView, wanted: ProposalsWanted, page: number, frame: Frame): Markup {
  const { community, cycle, shelf, answers, address, earlier } = view;
  const { pageText } = frame;
  const { say, link, userText } = pageText;
  const found = chosenFrom(shelf, wanted);
  const pages = Math.max(1, Math.ceil(found.length / PROPOSALS_EACH));
  const here = Math.min(page, pages);
  const shown = found.slice((here - 1) * PROPOSALS_EACH, here * PROPOSALS_EACH);
  const own = `/c/${community._id}${earlier ? `?cycle=${encodeURIComponent(earlier)}` : ''}`;
  const isChosen = CHOOSERS.some((name) => name !== 'order' && wanted[name] !== '');
  const sum = isChosen ? say('proposals.found', { count: found.length }) : answeredWords(answers, pageText);
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a> · ${userText(cycle.title)}</p>
<h1>${say('proposals.title')}</h1>
${chooser(view, wanted, frame)}
<p role="status">${answers.proposals > 0 ? sum : say('proposals.none')}</p>
${shown.length > 0 ? proposalList(shown, address, pageText) : ''}
<p>${here > 1 ? html`<a class="more" rel="prev" href="${to(here - 1)}">${say('proposals.newer')}</a> ` : ''}${pages > 1 ? html`${say('proposals.page', { page: here, pages })} ` : ''}${here < pages ? html`<a class="more" rel="next" href="${to(here + 1)}">${say('proposals.next')}</a> ` : ''}</p>
<p><a class="more" href="${link(own)}">${say('proposals.back')}</a>${isChosen ? html` <a class="more" href="${link(address())}">${say('proposals.all')}</a>` : ''}</p>
</section></div>`;
  return layout(frame, `${say('proposals.title')} · ${community.name}`, content);

  function to(number: number): string {
    return link(`/c/${community._id}/proposals?${proposalsQuery(wanted, earlier, number)}`);
  }
}

/** The query of an address that says what a reader wants, without what is empty. */
export function proposalsQuery(wanted: ProposalsWanted, cycle: string | undefined, page: number): string {
  const chosen = Object.fromEntries(CHOOSERS.flatMap((name) => (wanted[name] === '' ? [] : [[name, wanted[name]]])));
  return new URLSearchParams({ ...(cycle && { cycle }), ...chosen, ...(page > 1 && { page: String(page) }) }).toString();
}

function chosenFrom({ newest, bySupports }: Shelf, { category, state, place, find, order }: ProposalsWanted): readonly ShelvedProposal[] {
  const words = find.toLowerCase().split(/\s+/u).filter(Boolean);
  const places = placesIn(place);
  const plain = places.length === 0 ? place.toLowerCase() : '';
  const isWanted = (proposal: ShelvedProposal) =>
    (category === '' || proposal.category === category) &&
    (state === '' || proposal.state === state) &&
    places.every((each) => proposal.places.includes(each)) &&
    (plain === '' || proposal.sought.includes(plain)) &&
    words.every((word) => proposal.sought.includes(word) || String(proposal.number) === word);
  return (order === 'supports' ? bySupports : newest).filter(isWanted);
}

function chooser({ community, shelf, earlier }: ProposalsView, wanted: ProposalsWanted, { pageText, hasLanguage }: Frame): Markup {
  const { say, language } = pageText;
  const [place = wanted.place] = placesIn(wanted.place);
  const named = (names: readonly string[]) => names.map((name): [string, string] => [name, name]);
  const kept = [
    ...(earlier ? [html`<input type="hidden" name="cycle" value="${earlier}">`] : []),
    ...(hasLanguage ? [html`<input type="hidden" name="lang" value="${language === 'en' ? 'en' : 'zh'}">`] : []),
  ];
  const categories = [...new Set([...(community.categories ?? []).map(({ name }) => name), ...shelf.categories])];
  const states = PROPOSAL_STATES.map((state): [string, string] => [state, say(`proposals.only.${state}`)]);
  return html`<form class="choose" action="/c/${community._id}/proposals" role="search">
<p><label for="find">${say('proposals.find')}</label> <input id="find" name="find" type="search" value="${wanted.find}" maxlength="40"></p>
${categories.length > 0 ? choice('category', wanted.category, named(categories)) : ''}
${choice('state', wanted.state, states)}
${shelf.places.length > 0 || place !== '' ? choice('place', place, named([...new Set([...shelf.places, ...(place ? [place] : [])])])) : ''}
${choice('order', wanted.order, [['supports', say('proposals.bySupports')]])}
${kept}<p><button>${say('proposals.choose')}</button></p>
</form>`;

  function choice(name: 'category' | 'state' | 'place' | 'order', chosen: string, options: readonly (readonly [string, string])[]): Markup {
    const items = options.map(([value, said]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${said}</option>`);
    return html`<p><label for="${name}">${say(`proposals.by.${name}`)}</label> <select id="${name}" name="${name}"><option value="">${say(`proposals.every.${name}`)}</option>${items}</select></p>
`;
  }
}

/** The most characters of a proposal in a list; the whole text is on its own page. */
const SHOWN = 150;

/** Where a cycle's proposals are: their list, or one of them by its number. */
type ProposalAddress = (number?: number) => string;

/** `cycle` is given for a cycle that is not the current one. */
export function proposalAddress(slug: string, cycle?: string): ProposalAddress {
  return (number) => `/c/${slug}/proposals${number === undefined ? '' : `/${number}`}${cycle ? `?cycle=${encodeURIComponent(cycle)}` : ''}`;
}

/** Proposals with the state of each; each leads to its own page. */
export function proposalList(proposals: readonly PublicProposal[], address: ProposalAddress, pageText: PageText): Markup {
  const { say, dayTag, userText, link } = pageText;
  return html`<ul class="proposals">\n${proposals.map(one)}</ul>`;

  function one(proposal: PublicProposal): Markup {
    const { number, at, state, category, supports, reason } = proposal;
    const more = [
      dayTag(new Date(at)),
      ...(category ? [userText(category)] : []),
      ...(supports > 0 ? [html`${say('proposals.supports', { count: supports })}`] : []),
    ];
    return html`<li><p><a href="${link(address(number))}"><b>${number}</b> ${wordsOf(proposal, pageText, SHOWN)}</a></p><p class="state ${state}"><em>${stateOf(proposal, pageText)}</em> ${more.map((part, index) => html`${index > 0 ? ' · ' : ''}${part}`)}</p>${reason ? html`<p class="state">${userText(reason.text)}</p>` : ''}</li>
`;
  }
}

/** What a proposal says; a longer text ends with `…` after so many characters. */
function wordsOf({ spoken, text }: PublicProposal, { say, userText }: PageText, most = Number.POSITIVE_INFINITY): Markup {
  if (spoken) return html`${say(`proposals.spoken.${spoken}`)}`;
  const characters = [...text];
  return userText(characters.length > most ? `${characters.slice(0, most).join('')}…` : text);
}

/** What became of a proposal, in words. */
export function stateOf(
  { state, project, mergedInto }: Pick<PublicProposal, 'state' | 'project' | 'mergedInto'>,
  { say }: Pick<PageText, 'say'>,
): string {
  if (state === 'merged' && mergedInto !== null) return say('proposals.state.mergedInto', { into: mergedInto });
  if (project === null && (state === 'merged' || state === 'project')) return say(`proposals.state.${state}Some`);
  return say(`proposals.state.${state}`, { project: project ?? 0 });
}

interface StoryView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  readonly story: ProposalStory;
  /** The project that it became, as the ballot has it. */
  readonly project: Project | undefined;
  /** When it was on a list that was published before the vote. */
  readonly published: readonly Date[];
  /** Only once the vote has closed. */
  readonly outcome: Outcome | undefined;
  readonly address: ProposalAddress;
  /** The page of the community in this cycle. */
  readonly own: string;
}

/** `/c/SLUG/proposals/N`: what happened to one proposal, from the day on which it came to the result of the vote. Days only; no person is named. */
export function storyPage({ community, cycle, story, project, published, outcome, address, own }: StoryView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, sayIn, sayMarkup, dayTag, link, userText, money } = pageText;
  const { proposal, steps } = story;
  const { number, origin, category, supports, state } = proposal;
  const title = say('story.title', { number });
  const dates = [
    ...steps.map((each) => ({ at: each.at, line: step(each) })),
    ...published.map((at) => ({ at, line: dated(at, html`${say('story.published')}`) })),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const line = [...dates.map((each) => each.line), ...result()];
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a> · ${userText(cycle.title)}</p>
<h1>${title}</h1>
<p class="words">${wordsOf(proposal, pageText)}</p>
<p class="state ${state}"><em>${stateOf(proposal, pageText)}</em>${category ? html` ${userText(category)}` : ''}</p>
<h2>${say('story.line')}</h2>
<ol class="record story">
${line}</ol>
<p><a class="more" href="${link(address())}">${say('proposals.all')}</a> <a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${title} · ${community.name}`, content);

  function step(step: StoryStep): Markup {
    const supported = step.kind === 'proposed' && supports > 0 ? html`<li>${say('story.supports', { count: supports })}</li>\n` : '';
    return html`${dated(step.at, what(step))}${supported}`;
  }

  function dated(at: Date, said: Markup): Markup {
    return html`<li>${dayTag(at)} ${said}</li>
`;
  }

  function what(step: StoryStep): Markup {
    if (step.kind === 'proposed') return html`${say(`story.origin.${origin}`)}`;
    if (step.kind === 'merged')
      return step.into === undefined ? html`${say('story.mergedOnce')}` : sayMarkup('story.merged', { into: to(step.into) });
    if (step.kind === 'joined') return sayMarkup('story.joined', { part: to(step.part) });
    if (step.kind === 'costed') return html`${say('story.costed', { cost: money(step.cost, cycle.currency) })}`;
    if (step.kind === 'refused')
      return html`${say('story.refused', { reason: sayIn('story.reason', step.code) })}${step.sentence ? html`<br>${userText(step.sentence)}` : ''}`;
    if (step.kind === 'council')
      return html`${say(`story.council.${step.decision}`, { meeting: step.meeting })}${step.reason ? html`<br>${userText(step.reason)}` : ''}`;
    if (step.kind === 'state') return became(step.state);
    return html`${say(`story.${step.kind}`)}`;
  }

  function became(state: ProposalStory['proposal']['state']): Markup {
    const isPart = state === 'project' || state === 'merged';
    const said = html`${stateOf({ state, project: proposal.project, mergedInto: null }, pageText)}`;
    return isPart && project ? html`${said}<br><a href="${link(own)}#p${project.number}">${userText(project.title)}</a>` : said;
  }

  function to(other: number): Markup {
    return html`<a href="${link(address(other))}">${say('story.title', { number: other })}</a>`;
  }

  /** What the vote decided on the project that it became part of; nothing before the count. */
  function result(): Markup[] {
    const vote = cycle.sealedAt && voteOf(cycle, cycle.sealedAt);
    if (!vote || !project || !outcome) return [];
    if (outcome.state !== 'counted') return [dated(vote.to, html`${say(`results.${outcome.state}`)}`)];
    const { winners, tallies } = outcome.results;
    const votes = tallies.find((each) => each.number === project.number)?.votes;
    if (votes === undefined) return [];
    const isWon = winners.includes(project.number);
    const said = say(isWon ? 'story.won' : 'story.lost', { project: project.number, votes });
    const on = `/c/${community._id}/works/${project.number}?cycle=${encodeURIComponent(cycle._id)}`;
    return [dated(vote.to, html`${said}${isWon ? html`<br><a href="${link(on)}">${say('works.follow')}</a>` : ''}`)];
  }
}
