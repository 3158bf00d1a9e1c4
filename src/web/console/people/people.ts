import { Router } from 'express';
import type { i18n } from 'i18next';
import type { Forget } from '../../../fund/roster/index.ts';
import type { World } from '../../../store/world.ts';
import { listRoutes } from '../list.ts';
import type { Visits } from '../visits.ts';
import { addPages } from './addPerson.ts';
import { cardPages } from './cards.ts';
import { lockPages } from './locks.ts';
import { personPages } from './person.ts';
import { rosterList } from './roster.ts';
import { staffPages } from './staff.ts';

/** People: the roster with search, one person, locks, cards, and the staff. Requests to join are beside them. */
export function peoplePages(world: World, visits: Visits, { forget, catalogue }: { readonly forget: Forget; readonly catalogue: i18n }): Router {
  const roster = rosterList(world);
  return Router()
    .use(listRoutes(visits, roster))
    .use(addPages(world, visits), lockPages(world, visits), cardPages(world, catalogue, visits, roster), staffPages(world, visits))
    .use(personPages(world, visits, { roster, forget }));
}
