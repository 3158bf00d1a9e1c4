import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord, Project } from '../../fund/cycles/index.ts';
import { voteOf } from '../../fund/cycles/index.ts';
import type { PublicWork, PublicWorkStep, WorkStory } from '../../fund/works/index.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { dayOf } from '../../store/wallTime.ts';
import { html, type Markup } from '../html.ts';
import type { Outcome } from './cycleView.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';
import { pictureList, shownSmall } from './pictures.ts';

interface WorkView {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord;
  readonly project: Project;
  readonly story: WorkStory;
  readonly outcome: Outcome | undefined;
  /** The page of the community in this cycle. */
  readonly own: string;
}

/** `/c/SLUG/works/N`: what became of a project that won, from the vote to the rating, with its pictures in the order of time. No person is named. */
export function workPage({ community, cycle, project, story, outcome, own }: WorkView, frame: Frame): Markup {
  const { pageText } = frame;
  const { say, dayTag, link, userText, money } = pageText;
  const title = say('works.one', { number: project.number });
  const { sums, rating } = story;
  const pictures = story.news.flatMap((news) => news.pictures.map((picture) => ({ ...picture, at: news.at })));
  const entries = [...result(), ...story.steps.slice(1).map(step), ...story.news.map(piece)].toSorted(
    (one, other) => one.day.localeCompare(other.day) || one.at.getTime() - other.at.getTime(),
  );
  const content = html`<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a> · ${userText(cycle.title)}</p>
<h1>${title} ${userText(project.title)}</h1>
<p class="state"><em>${say(`works.state.${story.state}`)}</em></p>
${stepLine(story, pageText)}${rating ? html`<p class="sum">${rated(rating, pageText)}</p>` : ''}
${sums ? html`<p>${say('works.money', { granted: money(sums.granted, cycle.currency), contracted: money(sums.contracted, cycle.currency), paid: money(sums.paid, cycle.currency) })}</p>` : ''}
${whoDoesIt()}${beforeAndAfter()}<h2>${say('story.line')}</h2>
<ol class="record story">
${entries.map(({ day: on, said }) => html`<li>${dayTag(on)} ${said}</li>\n`)}</ol>
${entriesOf()}<p><a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
  return layout(frame, `${title} ${project.title} · ${community.name}`, content);

  /** Who was chosen and why, until when, and the papers that are for everybody. */
  function whoDoesIt(): Markup {
    const { implementer, chosenBecause, offers, contract, documents } = story.about;
    const papers = documents.map(
      ({ id, title: name, type }) =>
        html`<li><a href="/c/${community._id}/documents/${id}">${userText(name)}</a> <small>${type === 'pdf' ? 'PDF' : 'JPEG'}</small></li>`,
    );
    const lines: [PageKeyIn<'page', 'works'>, Markup | undefined][] = [
      ['implementer', implementer ? html`${userText(implementer)}` : undefined],
      ['because', implementer ? html`${userText(chosenBecause ?? '')} <small>${say('works.offers', { count: offers })}</small>` : undefined],
      ['contract', contract ? html`${dayTag(contract.day)}${contract.until ? html` – ${dayTag(contract.until)}` : ''}` : undefined],
      ['papers', papers.length > 0 ? html`<ul>${papers}</ul>` : undefined],
    ];
    const told = lines.flatMap(([name, value]) => (value ? [html`<div><dt>${say(`works.${name}`)}</dt><dd>${value}</dd></div>\n`] : []));
    return told.length > 0 ? html`<dl class="who">\n${told}</dl>\n` : html``;
  }

  /** Each sum with its day and paper; all of the cycle's as a file. */
  function entriesOf(): Markup {
    if (story.entries.length === 0) return html``;
    const items = story.entries.map(({ day: on, kind, amount, paper, reason, isCorrection }) => {
      const about = [
        ...(isCorrection ? [html`${say('works.corrected')}`] : []),
        ...[paper, reason].flatMap((words) => (words ? userText(words) : [])),
      ];
      return html`<li>${dayTag(on)} ${say(`works.entry.${kind}`)} ${noWrap(money(amount, cycle.currency))}${about.map((part) => html` <small>${part}</small>`)}</li>\n`;
    });
    return html`<h2>${say('works.account')}</h2>
<ul class="record">
${items}</ul>
<p><a href="/api/cycles/${encodeURIComponent(cycle._id)}/account.csv">${say('works.accountFile')}</a></p>
`;
  }

  /** The first picture and the last one, once it is built. */
  function beforeAndAfter(): Markup {
    const [before, after] = [pictures[0], pictures.at(-1)];
    if (!before || !after || before === after || !BUILT.includes(story.state)) return html``;
    const one = (name: 'before' | 'after', picture: typeof before) =>
      html`<div><h3>${say(`works.${name}`)} <small>${dayTag(picture.at)}</small></h3>${shownSmall(address(picture.id), picture, say(`works.${name}`), pageText)}</div>`;
    return html`<h2>${say('works.compare')}</h2>
<div class="compare">${one('before', before)}${one('after', after)}</div>
`;
  }

  function address(id: string): string {
    return `/c/${community._id}/pictures/${id}`;
  }

  function result(): { readonly day: string; readonly at: Date; readonly said: Markup }[] {
    const vote = cycle.sealedAt && voteOf(cycle, cycle.sealedAt);
    const votes = outcome?.state === 'counted' ? outcome.results.tallies.find(({ number }) => number === project.number)?.votes : undefined;
    if (!vote || votes === undefined) return [];
    return [{ day: dayOf(vote.to, community.timezone), at: vote.to, said: html`${say('story.won', { project: project.number, votes })}` }];
  }

  function step({ state, day: on, at, reason, isBack }: PublicWorkStep) {
    const said = say(isBack ? 'works.back' : `works.step.${state}`, { state: say(`works.state.${state}`) });
    return { day: on, at, said: html`${said}${reason ? html`<br>${userText(reason)}` : ''}` };
  }

  function piece({ at, text, pictures: shown }: WorkStory['news'][number]) {
    return {
      ...{ day: dayOf(at, community.timezone), at },
      said: html`${text ? userText(text) : say('works.pictures')}${pictureList(`/c/${community._id}`, shown, pageText)}`,
    };
  }
}

/** The usual way of a work, from the vote to its last payment. */
const LINE = ['approved', 'seeking', 'chosen', 'signed', 'under-way', 'finished', 'accepted', 'paid'] as const;

/** How far a work is on its way; what is to be mended stands where it was finished. */
function placeOf(state: PublicWork['state']): number {
  if (state === 'rated') return LINE.length - 1;
  return LINE.findIndex((each) => each === (state === 'to-be-mended' ? 'finished' : state));
}

/** The steps of a work in a line, each that was taken with its day. */
function stepLine({ state, steps }: WorkStory, { say, dayTag }: PageText): Markup {
  const at = placeOf(state);
  const items = LINE.map((each, index) => {
    const taken = index <= at ? steps.findLast((step) => step.state === each && !step.isBack) : undefined;
    const now = index === at ? html` aria-current="step"` : '';
    return html`<li class="${index < at ? 'past' : index === at ? 'present' : 'future'}"${now}><b>${say(`works.line.${each}`)}</b>${taken ? html` ${dayTag(taken.day)}` : ''}</li>\n`;
  });
  return html`<ol class="line">\n${items}</ol>\n`;
}

/** The steps of a work as a line without words, beside the state's name. */
function lineBar(state: PublicWork['state']): Markup {
  const at = placeOf(state);
  const parts = LINE.map((_, index) => html`<rect class="${index <= at ? 'past' : 'future'}" x="${index * 10}" width="9" height="4"/>`);
  return html`<svg class="steps-bar" viewBox="0 0 79 4" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

const BUILT: readonly WorkStory['state'][] = ['finished', 'to-be-mended', 'accepted', 'paid', 'rated'];

function rated({ count, mean }: NonNullable<PublicWork['rating']>, { say }: PageText): string {
  return say('works.rating', { count, mean });
}

/** The works on the community's page, each with how far it is; `address` gives the page of one. */
export function workList(
  {
    works,
    projects,
    address,
  }: { readonly works: readonly PublicWork[]; readonly projects: readonly Project[]; readonly address: (number: number) => string },
  pageText: PageText,
): Markup {
  const { say, dayTag, link, userText } = pageText;
  if (works.length === 0) return html``;
  const items = works.map(({ number, state, day: on, rating }) => {
    const title = projects.find((project) => project.number === number)?.title ?? '';
    return html`<li id="w${number}"><b>${number}</b><div><h3><a href="${link(address(number))}">${userText(title)}</a></h3><p>${say(`works.state.${state}`)} ${dayTag(on)}</p>${lineBar(state)}${rating ? html`<p>${rated(rating, pageText)}</p>` : ''}</div></li>
`;
  });
  return html`<section aria-labelledby="works">
<h2 id="works">${say('works.title')}</h2>
<ul class="projects">
${items}</ul>
</section>
`;
}
