import {
  acceptWork,
  addProgress,
  askImplementer,
  chooseImplementer,
  DOCUMENT_KINDS,
  documentsOf,
  dropDocument,
  dropNews,
  heldNews,
  isStaffHere,
  keepDocument,
  mendWork,
  moveWork,
  newsOfWork,
  payWork,
  readImplementers,
  readWorks,
  recordOffer,
  signContract,
} from '../../../fund/works/index.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { shownSmall } from '../../public/pictures.ts';
import { type ActPage, actForm, doneAt, doneIn, furtherForms } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { address, which } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { accountOf, cycleAsked, namesOf, titleOf } from './ofCycle.ts';
import { moveForm, type Shown, workParts } from './workParts.ts';

/** Its address behind `/console/SLUG`. */
export const AT = '/works/:cycle/:number';
/** What is done to a work in a form of its own; any other act on it has one at the end of the page. */
const OWN = [moveWork, askImplementer, recordOffer, chooseImplementer, signContract, payWork, acceptWork, mendWork, keepDocument, addProgress];

/** The page of one work. */
export function workPage(world: World): ActPage {
  return {
    show,
    onward: (visit, act, result) => {
      const { cycle, number } = which(visit);
      const done = 'hidden' in result ? { name: 'document.hide' } : act;
      visit.lead(doneAt(visit, `/works/${cycle}/${number}`, done));
    },
  };

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own, community, now } = visit;
    const { cycle: id, number } = which(visit);
    const cycle = await cycleAsked(visit, id);
    const works = cycle ? await visit.read(readWorks, id) : [];
    const work = works.find(({ _id }) => _id.number === number);
    if (!cycle || !work) throw new Refusal(404, 'There is no such work.');
    const { chosen } = work;
    const [account, documents, news, held, implementers, isStaff] = await Promise.all([
      accountOf(visit, id),
      documentsOf(work),
      newsOfWork(id, number),
      visit.read(heldNews, { cycle: id, number }),
      visit.may(readImplementers) ? visit.read(readImplementers) : [],
      chosen ? isStaffHere(world, community._id, chosen.implementer) : false,
    ]);
    const at = `/works/${id}/${number}`;
    const sums = account?.works.find((each) => each.work === number);
    const today = dayOf(now, community.timezone);
    const shown: Shown = {
      ...{ work, sums, isClosed: account?.closed !== undefined, currency: cycle.currency, documents, news, held, implementers, isStaff },
      ...{ at, tried, today },
    };
    const title = titleOf(cycle, number);
    await visit.send(
      `${number} ${title}`,
      [
        errorSummary(text, tried.mistakes ?? {}),
        doneNotice(status === 200 ? doneIn(visit, [...ACTS, { name: 'document.hide' }]) : undefined),
        html`<p><a href="${address(`${own}/works`, { cycle: id })}">${text.say('works.toList')}</a></p><h1>${number} ${text.userText(title)}</h1>`,
        ...workParts(visit, shown),
        newsPart(visit, shown),
        papersPart(visit, shown),
        furtherForms(
          visit,
          OWN,
          ACTS.filter(({ path }) => path === AT),
          { at, tried },
        ),
        stepsPart(visit, shown),
      ],
      { status, path: own + at },
    );
  }
}

/** The news of a work with their pictures, and the form for more. */
function newsPart(visit: CommunityVisit, { news, held, at, tried }: Shown): Markup {
  const { text, own } = visit;
  const { say, userText, date } = text;
  const items = news.map(({ news: number, text: said, by, at: told, pictures }) => {
    const shown = pictures.map(
      (picture, index) => html`<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}</li>`,
    );
    const drop = actForm(visit, dropNews, { at: `${at}/news/${number}`, tried, isQuiet: true, in: 'fold' });
    return html`<section class="earlier" aria-labelledby="news-${number}"><h3 id="news-${number}">${noWrap(date(told))} <small>${userText(by)}</small></h3>
${said ? html`<p class="said">${userText(said)}</p>` : ''}${shown.length > 0 ? html`<ul class="pictures">${shown}</ul>` : ''}${drop}</section>`;
  });
  return html`<section aria-labelledby="news-head"><h2 id="news-head">${say('works.news')}</h2>${items.length > 0 ? items : html`<p>${say('works.noNews')}</p>`}${heldPart(visit, held)}${actForm(visit, addProgress, { at, tried, isQuiet: visit.may(moveWork) })}</section>`;
}

/** What came by text and is not public yet. */
function heldPart({ text: { say, userText, date } }: CommunityVisit, held: Shown['held']): Markup {
  if (held.length === 0) return html``;
  const items = held.map(
    ({ by, text, at, pictures }) =>
      html`<li>${userText(text)}${pictures > 0 ? html` ${say('works.heldPictures', { count: pictures })}` : ''} <small>${userText(by)} · ${noWrap(date(at))}</small></li>`,
  );
  return html`<div class="notice"><p>${say('works.held')}</p><ul class="lines">${items}</ul></div>`;
}

/** The papers of a work, and the form for one more. */
function papersPart(visit: CommunityVisit, { documents, at, tried }: Shown): Markup {
  const { text, own } = visit;
  const { say, userText, date } = text;
  const items = documents.map(({ id, kind, title, type, size, isPublic, by, at: kept }) => {
    const drop = actForm(visit, dropDocument, { at: `${at}/documents/${id}`, tried, isQuiet: true, in: 'fold' });
    const about = [
      say(`works.kinds.${kind}`),
      type.toUpperCase(),
      `${Math.max(1, Math.round(size / 1_000))} KB`,
      ...(isPublic ? [say('works.public')] : []),
    ];
    return html`<li><a href="${own}/documents/${id}">${userText(title)}</a> <small>${about.join(' · ')} · ${userText(by)} · ${noWrap(date(kept))}</small>${drop}</li>`;
  });
  const kinds = DOCUMENT_KINDS.map((value) => ({ value, label: say(`works.kinds.${value}`) }));
  const form = actForm(visit, keepDocument, { at, tried, fields: { kind: { values: kinds } }, isQuiet: true });
  return html`<section aria-labelledby="papers"><h2 id="papers">${say('works.papers')}</h2>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>${say('works.noPapers')}</p>`}${form}</section>`;
}

/** The steps that a work took, with the reasons why it went back. */
function stepsPart(visit: CommunityVisit, shown: Shown): Markup {
  const { say, userText, date } = visit.text;
  const { work } = shown;
  const items = work.steps.map(
    ({ state, day, reason, isBack, ...step }) =>
      html`<li>${noWrap(date(day))} · ${isBack ? say('works.backTo', { state: say(`works.states.${state}`) }) : say(`works.states.${state}`)} · ${userText(namesOf(step, say))}${reason ? html`<br>${userText(reason)}` : ''}</li>`,
  );
  return html`<section aria-labelledby="steps"><h2 id="steps">${say('works.steps')}</h2><ol class="lines">${items}</ol>${moveForm(visit, shown, true, { button: say('works.goBack'), in: 'fold' })}</section>`;
}
