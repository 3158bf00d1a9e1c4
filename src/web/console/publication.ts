import type { Router } from 'express';
import type { Act } from '../../fund/act/index.ts';
import { openAllTheSame } from '../../fund/cycles/index.ts';
import {
  answerObjection,
  checkPublication,
  dropBoardPicture,
  enterObjection,
  keepBoardPicture,
  publish,
  readPublication,
} from '../../fund/meetings/index.ts';
import { checkRight } from '../../fund/people/index.ts';
import { Refusal } from '../errors.ts';
import { html } from '../html.ts';
import { routes } from '../routes.ts';
import { actRoutes, doneAt, doneIn, typedInto } from './actForm.ts';
import { doneNotice, errorSummary, type Tried } from './frame.ts';
import { publicationParts } from './publicationParts.ts';
import { address, asked } from './query.ts';
import type { CommunityVisit, Visits } from './visits.ts';
import { cycleLinks } from './works/ofCycle.ts';

const PATH = '/console/:slug/publication';
const ACTS: readonly Act[] = [publish, checkPublication, answerObjection, enterObjection, openAllTheSame, keepBoardPicture, dropBoardPicture];
/** A check that found something, and an answer that nobody hears. */
const [FOUND, UNHEARD] = [{ name: 'publication.found' }, { name: 'objection.unheard' }];

/** `/console/SLUG/publication`: the list as it is published before the vote, the supervisor's check, and the objections with their answers. */
export function publicationPages(known: Visits): Router {
  const page = publicationPage();
  return routes()
    .page(PATH, known.ofCommunity, (visit) => page.show(visit, {}, 200))
    .use(
      actRoutes(known, ACTS, {
        show: page.show,
        onward: (visit, act, { notified }: { notified?: boolean }) =>
          page.after(visit, act === checkPublication && typedInto(visit.request, act).is === 'wrong' ? FOUND : notified === false ? UNHEARD : act),
      }),
    )
    .form(`${PATH}/objections/begin`, known.ofCommunity, (visit) => {
      checkRight(visit.doer(enterObjection), enterObjection, visit.community._id);
      return page.show(visit, { act: enterObjection, typed: typedInto(visit.request, enterObjection) }, 200);
    });
}

/** Shows the list, and leads back to it. */
function publicationPage() {
  return { show, after };

  /** Leads back to the page, which tells what was done. */
  function after(visit: CommunityVisit, act: Pick<Act, 'name'>): void {
    visit.lead(doneAt(visit, '/publication', act, { cycle: asked(visit.request, 'cycle') }));
  }

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { say } = text;
    const cycle = wantedIn(visit);
    const found = await visit.read(readPublication, cycle);
    if (cycle !== undefined && !found) throw new Refusal(404, 'There is no such cycle.');
    const { text: written = '', finding = '' } = status === 409 && tried.act !== enterObjection ? (tried.typed ?? {}) : {};
    const unsent = written || finding;
    await visit.send(
      say('tab.publication'),
      [
        errorSummary(text, tried.mistakes ?? {}),
        doneNotice(status === 200 ? doneIn(visit, [...ACTS, FOUND, UNHEARD]) : undefined),
        html`<h1>${say('tab.publication')}</h1>`,
        unsent === '' ? html`` : html`<p>${say('publication.unsent')}</p><p class="said">${unsent}</p>`,
        ...(found
          ? [await cycleLinks(visit, 'publication', found.cycle), ...publicationParts(visit, found, tried)]
          : [html`<p>${say('publication.noCycle')}</p>`]),
      ],
      { status, path: address(`${own}/publication`, { cycle }) },
    );
  }
}

/** The cycle that the address names, or that of a form; undefined for the current one. */
function wantedIn({ request }: CommunityVisit): string | undefined {
  const { cycle } = request.params;
  return typeof cycle === 'string' ? cycle : asked(request, 'cycle');
}
