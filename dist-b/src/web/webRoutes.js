import { Router } from 'express';
import { departures } from '../fund/communities/index.js';
import { api, apiHeaders } from './api/api.js';
import { audio } from './api/published.js';
import { consoleRoutes } from './console/console.js';
import { Refusal } from './errors.js';
import { health, metricsRoute } from './health.js';
import { pages } from './public/pages.js';
import { publicPictures } from './public/pictures.js';
import { readerLimit } from './readerLimit.js';
/** Longer than any address here; a longer one is not looked up. Characters. */
const LONGEST = 512;
/** The same for the console, where the rows of a list that are ticked stand in its address. */
const LONGEST_CONSOLE = 12_000;
/** Everything that is read over HTTP. To be mounted after the carriers' addresses and before `lastError`: an unknown address is a 404. */
export function webRoutes(world, { catalogue, publicUrl, banner, chatCode, personas, broadcasts, previewBallot, forget, aloud, ahead = () => 0, metrics, metricsToken, isStopping, }) {
    const readers = readerLimit();
    return Router()
        .use('/api', apiHeaders)
        .use(({ url }, _response, next) => {
        if (url.length > (url.startsWith('/console/') ? LONGEST_CONSOLE : LONGEST))
            throw new Refusal(404, 'There is nothing at this address.');
        next();
    })
        .use(health(world, metrics, isStopping, ahead), metricsRoute(metrics, metricsToken), signpost(world), consoleRoutes(world, { catalogue, publicUrl, banner, chatCode, personas, broadcasts, previewBallot, forget, aloud, isStopping }), pages(world, catalogue, { publicUrl, banner, chatCode, readerLimit: readers }), publicPictures(world, readerLimit()), api(world, readers), audio(world, readerLimit()))
        .use(() => {
        throw new Refusal(404, 'There is nothing at this address.');
    });
}
/** Shows readers of a community that has left this cell the way to the other one; while it is on its way, asks them to come again. */
function signpost(world) {
    const left = departures(world);
    const leading = (departed) => async (request, response, next) => {
        const found = await departed(request);
        if (!found)
            return next();
        if (!found.arrivedAt)
            throw new Refusal(503, 'This community is moving to another system; come again in half an hour.');
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        if (!isRead)
            throw new Refusal(409, `This community has moved to ${found.url}: do it there.`);
        response.redirect(307, found.url + request.originalUrl);
    };
    return Router()
        .use(['/c/:slug', '/console/:slug'], 
    // where one signs in is no community's, and nothing is looked up before it answers
    leading(async ({ params: { slug } }) => (slug === 'sign-in' ? undefined : left.bySlug(String(slug)))))
        .use('/api/cycles/current', leading(({ query: { community } }) => left.bySlug(String(community))))
        .use('/api/cycles/:id', leading(({ params: { id } }) => left.byCycle(String(id))));
}
