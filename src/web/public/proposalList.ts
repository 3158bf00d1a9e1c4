import type { PublicProposal } from '../../fund/proposals/index.ts';
import { html, type Markup } from '../html.ts';
import { type PageText, whole } from './pageText.ts';

/** The most characters of a proposal in a list; the whole text is on its own page. */
const SHOWN = 150;

/** Where a cycle's proposals are: their list, or one of them by its number. */
export type ProposalAddress = (number?: number) => string;

/** `cycle` is given for a cycle that is not the current one. */
export function proposalAddress(slug: string, cycle?: string): ProposalAddress {
  return (number) => `/c/${slug}/proposals${number === undefined ? '' : `/${number}`}${cycle ? `?cycle=${encodeURIComponent(cycle)}` : ''}`;
}

/** Proposals with the state of each; each leads to its own page. */
export function proposalList(proposals: readonly PublicProposal[], address: ProposalAddress, pageText: PageText): Markup {
  const { say, day, theirs, link } = pageText;
  return html`<ul class="proposals">\n${proposals.map(one)}</ul>`;

  function one(proposal: PublicProposal): Markup {
    const { number, at, state, category, supports, reason } = proposal;
    const more = [
      whole(day(new Date(at))),
      ...(category ? [theirs(category)] : []),
      ...(supports > 0 ? [html`${say('proposals.supports', { count: supports })}`] : []),
    ];
    return html`<li><p><a href="${link(address(number))}"><b>${number}</b> ${wordsOf(proposal, pageText, SHOWN)}</a></p><p class="state ${state}"><em>${stateOf(proposal, pageText)}</em> ${more.map((part, index) => html`${index > 0 ? ' · ' : ''}${part}`)}</p>${reason ? html`<p class="state">${theirs(reason.text)}</p>` : ''}</li>
`;
  }
}

/** What a proposal says; a longer text ends with `…` after so many characters. */
export function wordsOf({ spoken, text }: PublicProposal, { say, theirs }: PageText, most = Number.POSITIVE_INFINITY): Markup {
  if (spoken) return html`${say(`proposals.spoken.${spoken}`)}`;
  const characters = [...text];
  return theirs(characters.length > most ? `${characters.slice(0, most).join('')}…` : text);
}

/** What became of a proposal, in words. */
export function stateOf(
  { state, project, mergedInto }: Pick<PublicProposal, 'state' | 'project' | 'mergedInto'>,
  { say }: Pick<PageText, 'say'>,
): string {
  if (state === 'merged' && mergedInto !== null) return say('proposals.state.mergedInto', { into: mergedInto });
  const unnamed = project === null && (state === 'merged' || state === 'project');
  return say(`proposals.state.${state}${unnamed ? 'Some' : ''}`, { project: project ?? 0 });
}
