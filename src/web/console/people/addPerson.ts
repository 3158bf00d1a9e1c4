import type { Router } from 'express';
import { isVoting } from '../../../fund/cycles/index.ts';
import { addResident } from '../../../fund/roster/index.ts';
import { Refusal } from '../../errors.ts';
import { html } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt } from '../actForm.ts';
import { errorSummary, type Tried } from '../frame.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { residentFields } from './residentForm.ts';

/** Somebody is added to the roster; while voting is open, or with an office, once a supervisor has confirmed it. */
export function addPages(known: Visits): Router {
  return routes()
    .page('/console/:slug/people/new', known.ofCommunity, (visit) => {
      if (!visit.may(addResident)) throw new Refusal(403, 'You may not do this in this community.');
      return show(visit, {}, 200);
    })
    .use(
      actRoutes(known, [addResident], {
        show,
        onward: (visit, act, { resident }: { resident?: string }) => visit.lead(doneAt(visit, `/people/${resident}`, act)),
      }),
    );

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { say } = text;
    const voting = await isVoting(visit.community._id, visit.now);
    const title = say('people.add');
    const fields = {
      ...residentFields(visit, { isFrozen: voting, now: { role: 'resident' } }),
      ...{ id: { hint: say('people.idHint') }, reason: { hint: say('people.addReason') } },
    };
    await visit.send(
      title,
      [
        errorSummary(text, tried.mistakes ?? {}),
        html`<p><a href="${own}/people">${say('back')}</a></p><h1>${title}</h1><p>${say(voting ? 'people.addAbout' : 'people.addOffice')}</p>
<div class="narrow">${actForm(visit, addResident, { at: '/people', tried, fields })}</div>`,
      ],
      { status, path: `${own}/people/new` },
    );
  }
}
