import { Router } from 'express';
import { LARGEST_PICTURE, LONGEST_CAPTION, makePicture, readPicture, } from '../../fund/pictures/index.js';
import { CodedError } from '../../store/codedError.js';
import { cleanText } from '../../store/text.js';
import { Refusal } from '../errors.js';
import { html } from '../html.js';
import { pictureSize, shownSmall } from '../public/pictures.js';
import { field } from './frame.js';
import { formIn } from './multipart.js';
import { typed } from './query.js';
/** A form may be so much longer than its pictures. */
const AROUND = 65_536;
/** So many bytes of forms with files are in memory at a time, as they are said to be long: a packed one is not taken. A request that comes then waits, and is answered to come again. */
const ROOM = 64_000_000;
const PATIENCE_MS = 3_000;
const LONGEST_REASON = 300;
/**
 * Takes a form with files: nothing of a body is read for those who may not send any, and only so many bytes are in memory at a time. What is made of each file is
 * made before a place among the readers is taken, so that who only reads does not wait for it; `madeOf` gives it, and the form's texts are the body.
 */
export function uploads(known, { field: name, may, show }, make) {
    const made = new WeakMap();
    const body = filesBody(known, LARGEST_PICTURE + AROUND, may, (visit, why, status) => show(visit, { [name]: visit.text.say(why === 'tooLarge' ? 'pictures.not.tooLarge' : 'pictures.busy', { most: MEGABYTES }) }, status));
    const sent = new WeakMap();
    const reading = (request, _response, next) => {
        const form = formIn(request);
        if (form || Buffer.isBuffer(request.body))
            request.body = form?.texts; // a form without files, which is sent again after signing in, was read before
        sent.set(request, form?.files ?? []);
        next();
    };
    const making = async (request, _response, next) => {
        const files = [];
        for (const { bytes } of sent.get(request) ?? [])
            files.push(await make(bytes));
        made.set(request, files);
        next();
    };
    return { handlers: [...body, reading, whoMay(known, may), making], madeOf: (request) => made.get(request) ?? [] };
}
/**
 * Reads the body of a form with files, `limit` bytes at most, once there is room for it: nothing of it for those who may not send any, but for somebody whose
 * session ended while they wrote, who is to get back what they wrote. `tell` shows the page again where it is too large, or where there is no room.
 */
export function filesBody(known, limit, may, tell) {
    const { ofCommunity } = known;
    const allowed = async (request, response, next) => {
        if (known.showsSession(request) && !(await known.isSignedIn(request)))
            return next();
        return whoMay(known, may)(request, response, next);
    };
    const notRead = (error, request, response, next) => {
        if (error !== TOO_LARGE && error !== BUSY)
            return next(error);
        request.resume(); // or the browser would not read the answer before it has sent everything
        return ofCommunity((visit) => (error === TOO_LARGE ? tell(visit, 'tooLarge', 413) : tell(visit, 'busy', 503)))(request, response, next);
    };
    return [allowed, withRoom, sharedBody(limit), notRead];
}
/**
 * Reads a form into memory that another thread can read, piece by piece. Put together at the end and copied for `apart`, a picture of 12 MB would hold up
 * every turn for twenty milliseconds.
 */
function sharedBody(limit) {
    return async (request, _response, next) => {
        if (!request.is('multipart/form-data'))
            return next();
        if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
            return next(new Refusal(415, 'Send the form as it is, not packed.'));
        const length = Number(request.headers['content-length']);
        if (!Number.isSafeInteger(length))
            return next(new Refusal(411, 'Send the form with its length.'));
        if (length > limit)
            return next(TOO_LARGE);
        const bytes = Buffer.from(new SharedArrayBuffer(length));
        let at = 0;
        try {
            for await (const piece of request)
                at += piece.copy(bytes, at);
        }
        catch (error) {
            return next(new Refusal(400, 'The form did not come whole; send it again.', { cause: error })); // the line broke
        }
        request.body = bytes;
        next();
    };
}
/** Lets those on who may send files; others are refused. */
function whoMay({ ofCommunity }, may) {
    return (request, response, next) => ofCommunity(async (visit) => {
        if (may(visit))
            return next();
        throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres.');
    })(request, response, next);
}
/** What is wrong with the first of these files that could not be made, if one could not. */
export function notMade({ text: { say } }, files) {
    const index = files.findIndex((file) => 'refused' in file);
    const file = files[index];
    if (!file || !('refused' in file))
        return undefined;
    return (files.length > 1 ? say('pictures.which', { number: index + 1 }) : '') + say(`pictures.not.${file.refused}`, { most: MEGABYTES });
}
/** The forms that send pictures of a page's thing (`picturePart`), and take one away. */
export function pictureForms(known, { path, keep, drop, may, lead, show }) {
    const { ofCommunity } = known;
    const { handlers, madeOf } = uploads(known, { field: 'picture', may, show }, makePicture);
    return Router()
        .post(`${path}/pictures`, ...handlers, ofCommunity(async (visit) => {
        const { say } = visit.text;
        const pictures = madeOf(visit.request);
        if (pictures.length === 0)
            return show(visit, { picture: say('pictures.none') }, 422);
        const caption = cleanText(typed(visit.request, 'caption', LONGEST_CAPTION + 1));
        const wrong = notMade(visit, pictures);
        if (wrong !== undefined)
            return show(visit, { picture: wrong }, 422);
        for (const picture of pictures) {
            if ('refused' in picture)
                continue;
            const outcome = await keep(visit, picture, caption);
            if ('refused' in outcome)
                return show(visit, { picture: say(`pictures.not.${outcome.refused}`) }, outcome.refused === 'tooLong' ? 422 : 409);
        }
        lead(visit);
    }))
        .post(`${path}/pictures/:id/drop`, ofCommunity(async (visit) => {
        const id = String(visit.request.params.id);
        const reason = cleanText(typed(visit.request, `reason-${id}`, LONGEST_REASON));
        if (reason === '' && may(visit))
            return show(visit, { [`reason-${id}`]: visit.text.say('pictures.noReason') }, 422);
        const outcome = await drop(visit, id, reason);
        if ('refused' in outcome)
            return show(visit, { form: visit.text.say('pictures.not.noPicture') }, 409);
        lead(visit);
    }));
}
const MEGABYTES = LARGEST_PICTURE / 1_000_000;
/**
 * The pictures of a thing with a way to take each away, if that `isOpen`, and the form that sends more, if it `takesMore`. `path`: the page's address;
 * `hint`: who reads what a picture shows.
 */
export function picturePart(visit, path, pictures, isOpen, mistakes, { takesMore = isOpen, hint = visit.text.say('pictures.captionHint') } = {}) {
    const { text, own } = visit;
    const { say } = text;
    const items = pictures.map((picture, index) => {
        const drop = isOpen ? dropForm(text, path, picture.id, mistakes) : '';
        return html `<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}${drop}</li>`;
    });
    const about = { name: 'picture', label: say('pictures.choose'), hint: say('pictures.hint', { most: MEGABYTES }), mistake: mistakes.picture };
    const caption = typed(visit.request, 'caption', LONGEST_CAPTION);
    const form = html `<form method="post" action="${path}/pictures" enctype="multipart/form-data">
${field({ ...about, attributes: html ` type="file" accept="image/jpeg,image/png,image/webp" multiple required` })}
${field({ name: 'caption', label: say('pictures.caption'), hint, value: caption, attributes: html ` maxlength="${LONGEST_CAPTION}"` })}
<button class="quiet">${say('pictures.send')}</button></form>`;
    return html `${items.length > 0 ? html `<ul class="pictures">${items}</ul>` : html `<p>${say('pictures.nothing')}</p>`}${takesMore ? form : ''}`;
}
function dropForm({ say }, path, id, mistakes) {
    const name = `reason-${id}`;
    const isOpen = mistakes[name] !== undefined;
    return html `<details${isOpen ? html ` open` : ''}><summary>${say('pictures.drop')}</summary><form method="post" action="${path}/pictures/${id}/drop">
${field({ name, label: say('pictures.reason'), mistake: mistakes[name] })}<button class="quiet">${say('pictures.drop')}</button></form></details>`;
}
/** `/console/SLUG/pictures/ID/SIZE.jpg`: a picture for those who may see its thing. */
export function pictureFiles(world, { ofCommunity }) {
    const read = readPicture(world);
    return Router().get('/console/:slug/pictures/:id/:size.jpg', ofCommunity(async ({ request, response, community, reader }) => {
        const bytes = await read(community._id, String(request.params.id), pictureSize(request.params.size), reader);
        if (!bytes)
            throw new Refusal(404, 'There is nothing at this address.');
        response.type('image/jpeg').send(bytes);
    }));
}
/** Lets a form in once there is room for its bytes, in the order in which they came. */
const withRoom = (request, response, next) => {
    const size = Math.min(Number(request.headers['content-length']) || ROOM, LARGEST_PICTURE + AROUND);
    const tired = setTimeout(() => {
        waiting.delete(own);
        next(BUSY);
    }, PATIENCE_MS);
    const own = {
        size,
        enter: () => {
            clearTimeout(tired);
            left -= size;
            response.once('close', () => {
                left += size;
                letIn();
            });
            next();
        },
    };
    waiting.add(own);
    letIn();
};
let left = ROOM;
const waiting = new Set();
const BUSY = new Error('There is no room for another file just now.');
const TOO_LARGE = new Error('The form is too large.');
function letIn() {
    for (const first of waiting) {
        if (first.size > left)
            return;
        waiting.delete(first);
        first.enter();
    }
}
