import type { Router } from 'express';
import { addImplementer, changeImplementer, readDocument } from '../../../fund/works/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { sendDocument } from '../../pageHeaders.ts';
import { routes } from '../../routes.ts';
import { actRoutes } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import type { Visits } from '../visits.ts';
import { AT, workPage } from './workPage.ts';

/** `/console/SLUG/works/CYCLE/NUMBER`: one work with its steps, offers, contract, payments, papers and news, and what may be done next. */
export function workPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const page = workPage(world);
  const ofWork = ACTS.filter(({ path }) => path.startsWith(AT));
  return routes()
    .use(actRoutes(known, ofWork, page), actRoutes(known, [addImplementer, changeImplementer], { ...page, under: AT }))
    .page(`/console/:slug${AT}`, ofCommunity, (visit) => page.show(visit, {}, 200))
    .page('/console/:slug/documents/:id', ofCommunity, async (visit) => {
      const found = await visit.read(readDocument, String(visit.request.params.id));
      if (!found) throw new Refusal(404, 'There is nothing at this address.');
      sendDocument(visit.response, found);
    });
}
