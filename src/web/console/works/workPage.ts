import { Router } from 'express';
import type { Act } from '../../../fund/act/index.ts';
import {
  DOCUMENT_KINDS,
  documentsOf,
  heldNews,
  isStaffHere,
  LONGEST_NEWS,
  LONGEST_TITLE,
  newsOfWork,
  readImplementers,
  readWorks,
} from '../../../fund/works/index.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { shownSmall } from '../../public/pictures.ts';
import { doneAt, doneIn, type Tried } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { address, oneOf, typed, which } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { accountOf, cycleAsked, namesOf, type Typed, titleOf } from './ofCycle.ts';
import { type Shown, workParts } from './workParts.ts';

/** Its address behind `/console/SLUG`. */
export const AT = '/works/:cycle/:number';
export const PATH = `/console/:slug${AT}`;
const LONGEST = 600;
const DONE = ['', 'moved', 'implementer', 'contact', 'signed', 'paid', 'accepted', 'mend', 'told', 'kept', 'dropped', 'hidden'] as const;

export type WorkPage = ReturnType<typeof workPage>;

/** The page of one work, and what its forms have in common. */
export function workPage(world: World, { ofCommunity }: Visits) {
  return { show, onward, showWrong, after, form };

  function onward(visit: CommunityVisit, act: Act): void {
    const { cycle, number } = which(visit);
    visit.lead(doneAt(visit, `/works/${cycle}/${number}`, act));
  }

  /** A form of the page: what it does with what was typed, and what is told when it is done. */
  function form(name: string, done: (typeof DONE)[number], run: (visit: CommunityVisit, wrote: Typed) => Promise<object>): Router {
    return Router().post(
      `${PATH}/${name}`,
      ofCommunity(async (visit) => {
        const wrote = typedIn(visit);
        await after(visit, await run(visit, wrote), done, wrote, name);
      }),
    );
  }

  /** Leads back to the work, or to what waits; or shows it as it is now, with what was typed and why nothing was done. */
  async function after(visit: CommunityVisit, outcome: object, done: (typeof DONE)[number], wrote: Typed, name: string): Promise<void> {
    if ('waits' in outcome && typeof outcome.waits === 'number')
      return toSecond(visit, { waits: outcome.waits, ...('already' in outcome && { already: true }) });
    const { cycle, number } = which(visit);
    const became = 'hidden' in outcome ? 'hidden' : done;
    if (!('refused' in outcome)) return visit.lead(address(`${visit.own}/works/${cycle}/${number}`, { done: became }));
    const refused = String(outcome.refused);
    if (refused === 'noWork') throw new Refusal(404, 'There is no such work.');
    const field = FIELD_OF[name]?.[refused] ?? 'form';
    await show(visit, { mistakes: { [field]: visit.text.say(`works.not.${refused}`) } }, field === 'form' ? 409 : 422, wrote);
  }

  function showWrong(visit: CommunityVisit, mistakes: Mistakes, status: number): Promise<void> {
    return show(visit, { mistakes }, status);
  }

  async function show(visit: CommunityVisit, tried: Tried, status: number, wrote: Typed = {}): Promise<void> {
    const { mistakes = {} } = tried;
    const { text, own, community, request, now } = visit;
    const { cycle: id, number } = which(visit);
    const cycle = await cycleAsked(world, visit, id);
    const works = cycle ? await readWorks(world)(community._id, id, visit.reader('works')) : [];
    const work = works.find(({ _id }) => _id.number === number);
    if (!cycle || !work) throw new Refusal(404, 'There is no such work.');
    const { chosen } = work;
    const [account, documents, news, held, implementers, isStaff] = await Promise.all([
      accountOf(visit, id),
      documentsOf(work),
      newsOfWork(id, number),
      heldNews(world, community._id, { cycle: id, number }, visit.reader('works')),
      visit.sees('implementers') ? readImplementers(world)(community._id, visit.reader('implementers')) : [],
      chosen ? isStaffHere(world, community._id, chosen.implementer) : false,
    ]);
    const path = `${own}/works/${id}/${number}`;
    const sums = account?.works.find((each) => each.work === number);
    const today = dayOf(now, community.timezone);
    const shown: Shown = {
      ...{ work, sums, isClosed: account?.closed !== undefined, currency: cycle.currency, documents, news, held, implementers, isStaff },
      ...{ path, wrote: { key: world.randomBytes(8).toString('hex'), ...wrote }, mistakes, tried, today },
    };
    const title = titleOf(cycle, number);
    const done = oneOf(request, 'done', DONE);
    await visit.send(
      `${number} ${title}`,
      [
        errorSummary(text, mistakes),
        doneNotice(status !== 200 ? undefined : done ? text.say(`works.done.${done}`) : doneIn(visit, ACTS)),
        html`<p><a href="${address(`${own}/works`, { cycle: id })}">${text.say('works.toList')}</a></p><h1>${number} ${text.theirs(title)}</h1>`,
        ...workParts(visit, shown),
        newsPart(visit, shown),
        papersPart(visit, shown),
        stepsPart(visit, shown),
      ],
      { status, path },
    );
  }
}

/** Refusals that are about one field of a form. */
const FIELD_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  move: { day: 'move-day', noReason: 'move-reason' },
  implementers: { organisation: 'organisation', kind: 'kind', registration: 'registration', person: 'person', phone: 'phone' },
  contact: { person: 'contact-person', phone: 'contact-phone' },
  sign: {
    noNumber: 'sign-paper',
    amount: 'sign-amount',
    beyondGrant: 'sign-amount',
    beyondOffer: 'sign-amount',
    day: 'sign-day',
    until: 'sign-until',
  },
  pay: { noPaper: 'pay-paper', paper: 'pay-paper', paperUsed: 'pay-reason', amount: 'pay-amount', beyondContract: 'pay-amount', day: 'pay-day' },
  accept: { day: 'accept-day' },
  mend: { noReason: 'mend-what', until: 'mend-until' },
  documents: { title: 'title', kind: 'kind' },
  progress: { empty: 'news', tooLong: 'news' },
};

/** All that a form of the page sent, by field. */
export function typedIn({ request }: CommunityVisit): Typed {
  const body: unknown = request.body;
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return Object.fromEntries(names.map((name) => [name, typed(request, name, LONGEST)]));
}

/** The news of a work with their pictures, and the form for more. */
function newsPart(visit: CommunityVisit, { news, held, path, wrote, mistakes }: Shown): Markup {
  const { text, own } = visit;
  const { say, theirs, date } = text;
  const items = news.map(({ news: number, text: said, by, at, pictures }) => {
    const shown = pictures.map(
      (picture, index) => html`<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}</li>`,
    );
    const drop = visit.may('dropNews')
      ? html`<details><summary>${say('works.drop')}</summary><form method="post" action="${path}/progress/drop"><input type="hidden" name="news-number" value="${number}">
<div class="field"><label for="drop-news-${number}">${say('works.why')}</label><input id="drop-news-${number}" name="drop-reason" maxlength="300" required></div><button class="quiet">${say('works.drop')}</button></form></details>`
      : '';
    return html`<section class="earlier" aria-labelledby="news-${number}"><h3 id="news-${number}">${whole(date(at))} <small>${theirs(by)}</small></h3>
${said ? html`<p class="said">${theirs(said)}</p>` : ''}${shown.length > 0 ? html`<ul class="pictures">${shown}</ul>` : ''}${drop}</section>`;
  });
  const form = visit.may('addProgress')
    ? html`<form method="post" action="${path}/progress" enctype="multipart/form-data"><input type="hidden" name="key" value="${wrote.key ?? ''}">
${field({ name: 'news', label: say('works.tell'), hint: say('works.tellHint'), value: wrote.news, mistake: mistakes.news, isLong: true, attributes: html` maxlength="${LONGEST_NEWS}"` })}
${field({ name: 'pictures', label: say('pictures.choose'), mistake: mistakes.pictures, attributes: html` type="file" accept="image/jpeg,image/png,image/webp" multiple` })}
<button>${say('works.tell')}</button></form>`
    : '';
  return html`<section aria-labelledby="news-head"><h2 id="news-head">${say('works.news')}</h2>${items.length > 0 ? items : html`<p>${say('works.noNews')}</p>`}${heldPart(visit, held)}${form}</section>`;
}

/** What came by text and is not public yet. */
function heldPart({ text: { say, theirs, date } }: CommunityVisit, held: Shown['held']): Markup {
  if (held.length === 0) return html``;
  const items = held.map(
    ({ by, text, at, pictures }) =>
      html`<li>${theirs(text)}${pictures > 0 ? html` ${say('works.heldPictures', { count: pictures })}` : ''} <small>${theirs(by)} · ${whole(date(at))}</small></li>`,
  );
  return html`<div class="notice"><p>${say('works.held')}</p><ul class="lines">${items}</ul></div>`;
}

/** The papers of a work, and the form for one more. */
function papersPart(visit: CommunityVisit, { documents, path, wrote, mistakes }: Shown): Markup {
  const { text, own } = visit;
  const { say, theirs, date } = text;
  const items = documents.map(({ id, kind, title, type, size, isPublic, by, at }) => {
    const drop = visit.may('dropDocument')
      ? html`<details><summary>${say('works.drop')}</summary><form method="post" action="${path}/documents/drop"><input type="hidden" name="id" value="${id}">
<div class="field"><label for="drop-${id}">${say('works.why')}</label><input id="drop-${id}" name="drop-reason" maxlength="300"></div><button class="quiet">${say('works.drop')}</button></form></details>`
      : '';
    const about = [
      say(`works.kinds.${kind}`),
      type.toUpperCase(),
      `${Math.max(1, Math.round(size / 1_000))} KB`,
      ...(isPublic ? [say('works.public')] : []),
    ];
    return html`<li><a href="${own}/documents/${id}">${theirs(title)}</a> <small>${about.join(' · ')} · ${theirs(by)} · ${whole(date(at))}</small>${drop}</li>`;
  });
  const kinds = DOCUMENT_KINDS.map((value) => ({ value, label: say(`works.kinds.${value}`) }));
  const open = html` class="tick"><input type="checkbox" name="isPublic" value="yes"${wrote.isPublic === 'yes' ? html` checked` : ''}> `;
  const form = visit.may('keepDocument')
    ? html`<form method="post" action="${path}/documents" enctype="multipart/form-data">
${choice({ name: 'kind', id: 'paper-kind', label: say('works.kind'), value: wrote.kind, values: kinds })}
${field({ name: 'title', label: say('works.paperTitle'), value: wrote.title, mistake: mistakes.title, attributes: html` maxlength="${LONGEST_TITLE}"` })}
${field({ name: 'file', label: say('works.file'), hint: say('works.fileHint'), mistake: mistakes.file, attributes: html` type="file" accept="application/pdf,image/jpeg,image/png,image/webp" required` })}
<p><label${open}${say('works.isPublic')}</label></p><button class="quiet">${say('works.keep')}</button></form>`
    : '';
  return html`<section aria-labelledby="papers"><h2 id="papers">${say('works.papers')}</h2>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>${say('works.noPapers')}</p>`}${form}</section>`;
}

/** The steps that a work took, with the reasons why it went back. */
function stepsPart({ text: { say, theirs } }: CommunityVisit, { work }: Shown): Markup {
  const items = work.steps.map(
    ({ state, day, reason, isBack, ...step }) =>
      html`<li>${whole(day)} · ${isBack ? say('works.backTo', { state: say(`works.states.${state}`) }) : say(`works.states.${state}`)} · ${theirs(namesOf(step, say('and')))}${reason ? html`<br>${theirs(reason)}` : ''}</li>`,
  );
  return html`<section aria-labelledby="steps"><h2 id="steps">${say('works.steps')}</h2><ol class="lines">${items}</ol></section>`;
}
