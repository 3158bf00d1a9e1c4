import { Router } from 'express';
import { checkView } from '../../fund/people/index.js';
import { html } from '../html.js';
/** In the hall: what is set up there, each with its page. */
export function hallPages({ ofCommunity }) {
    return Router().get('/console/:slug/hall', ofCommunity(show));
}
async function show(visit) {
    const { community, text, own } = visit;
    const { say } = text;
    checkView(visit.reader('hall'), 'hall', community._id);
    const places = [
        ...(visit.sees('table') ? [{ what: 'tables', path: `${own}/tables` }] : []),
        ...(visit.sees('paper') ? [{ what: 'slips', path: `${own}/slips` }] : []),
        ...(visit.may('castAssisted') ? [{ what: 'assisted', path: `${own}/assisted` }] : []),
        ...(visit.may('openKiosk') ? [{ what: 'kiosk', path: `${own}/kiosk` }] : []),
        { what: 'screen', path: `/c/${community._id}/hall` },
    ];
    const items = places.map(({ what, path }) => html `<li><div><a href="${path}"><b>${say(`hall.${what}`)}</b></a><br>${say(`hall.${what}About`)}</div></li>\n`);
    await visit.send(say('tab.hall'), html `<h1>${say('tab.hall')}</h1><ul class="items">${items}</ul>`);
}
