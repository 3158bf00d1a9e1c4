import { Router } from 'express';
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from '../../../outreach/broadcasts/changeBroadcast.js';
import { audiences, checkBroadcast, sendBroadcast } from '../../../outreach/broadcasts/checkBroadcast.js';
import { countBroadcast, readBroadcast } from '../../../outreach/broadcasts/readBroadcasts.js';
import { Refusal } from '../../errors.js';
import { listRoutes } from '../list.js';
import { asked, typed } from '../query.js';
import { eachList, messageList } from './lists.js';
import { checkPage, draftOf, mistakesOf, newPage, typedIn } from './newPage.js';
import { onePage, shownOf } from './onePage.js';
import { progressStreams } from './streams.js';
import { isMoving } from './words.js';
/** Without scripts a page with something under way is loaded again so often. Seconds. */
const RELOAD_S = 15;
/** Messages to many: the list, a new one with its check, one of them while it runs, and what became of each message. */
export function messagePages(world, known, { broadcasts, ...streaming }) {
    const { ofCommunity } = known;
    const choices = audiences(world);
    const check = checkBroadcast(world, broadcasts);
    const send = sendBroadcast(world, broadcasts);
    const readOne = readBroadcast(world);
    const stream = progressStreams(world, streaming);
    const path = '/console/:slug/messages';
    return Router()
        .use(listRoutes(known, messageList(world)), listRoutes(known, eachList(world, wantedOne)))
        .get(`${path}/new`, ofCommunity((visit) => showForm(visit, { to: asked(visit.request, 'to') ?? '', text: '', at: '' })))
        .post(`${path}/new`, ofCommunity((visit) => showForm(visit, typedIn(visit))))
        .post(`${path}/check`, ofCommunity(async (visit) => {
        const given = typedIn(visit);
        const outcome = await check(draftOf(visit, given), visit.doer('createBroadcast'));
        if ('refused' in outcome)
            return showForm(visit, given, mistakesOf(visit, outcome));
        await visit.send(visit.text.say('message.checkTitle'), checkPage(visit, given, outcome.check, false), { path: `${visit.own}/messages/new` });
    }))
        .post(`${path}/send`, ofCommunity(async (visit) => {
        const given = typedIn(visit);
        const outcome = await send(draftOf(visit, given), typed(visit.request, 'mark'), visit.doer('createBroadcast'));
        if ('refused' in outcome)
            return showForm(visit, given, mistakesOf(visit, outcome));
        if ('sent' in outcome)
            return visit.lead(`${visit.own}/messages/${outcome.sent._id}?done=${outcome.isNew ? 'sent' : 'again'}`);
        const content = checkPage(visit, given, outcome.changed, true);
        await visit.send(visit.text.say('message.checkTitle'), content, { status: 409, path: `${visit.own}/messages/new` });
    }))
        .get(`${path}/:id`, ofCommunity(async (visit) => {
        const broadcast = await wantedOne(visit);
        const content = onePage(visit, broadcast, await countBroadcast(broadcast._id));
        await visit.send(visit.text.say('message.title'), content, isMoving(broadcast.progress) ? { script: 'progress', reloadsIn: RELOAD_S } : {});
    }))
        .get(`${path}/:id/events`, ofCommunity(async (visit) => {
        const { _id, progress } = await wantedOne(visit);
        if (isMoving(progress))
            stream(visit, _id, (now) => shownOf(visit, now));
        else
            visit.response.status(204).end(); // a browser does not ask again
    }))
        .post(`${path}/:id/pause`, ofCommunity(async (visit) => {
        const { _id } = await wantedOne(visit);
        back(visit, _id, (await pauseBroadcast(world, _id, visit.doer('pauseBroadcast'))) ? 'paused' : 'unpaused');
    }))
        .post(`${path}/:id/resume`, ofCommunity(async (visit) => {
        const { _id } = await wantedOne(visit);
        back(visit, _id, (await resumeBroadcast(world, _id, visit.doer('resumeBroadcast'))) ? 'resumed' : 'notPaused');
    }))
        .post(`${path}/:id/cancel`, ofCommunity(async (visit) => {
        const { _id } = await wantedOne(visit);
        const outcome = await cancelBroadcast(world, _id, visit.doer('cancelBroadcast'));
        back(visit, _id, 'refused' in outcome ? 'over' : 'cancelled');
    }));
    async function showForm(visit, given, mistakes = {}) {
        const found = await choices(visit.community._id, visit.doer('createBroadcast'));
        const status = Object.keys(mistakes).length > 0 ? 422 : 200;
        await visit.send(visit.text.say('message.new'), newPage(visit, given, found, mistakes), { status, path: `${visit.own}/messages/new` });
    }
    /** The broadcast of the address; there is nothing where it is another community's. */
    async function wantedOne(visit) {
        const found = await readOne(visit.community._id, String(visit.request.params.id), visit.reader('messages'));
        if (!found)
            throw new Refusal(404, 'There is no such message.');
        return found;
    }
}
function back(visit, id, done) {
    visit.lead(`${visit.own}/messages/${id}?done=${done}`);
}
