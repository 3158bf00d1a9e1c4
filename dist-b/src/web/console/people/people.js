import { Router } from 'express';
import { listRoutes } from '../list.js';
import { addPages } from './addPerson.js';
import { cardPages } from './cards.js';
import { lockPages } from './locks.js';
import { personPages } from './person.js';
import { rosterList } from './roster.js';
import { staffPages } from './staff.js';
/** People: the roster with search, one person, locks, cards, and the staff. Requests to join are beside them. */
export function peoplePages(world, visits, { forget, catalogue }) {
    const roster = rosterList(world);
    return Router()
        .use(listRoutes(visits, roster))
        .use(addPages(world, visits), lockPages(world, visits), cardPages(world, catalogue, visits, roster), staffPages(world, visits))
        .use(personPages(world, visits, { roster, forget }));
}
