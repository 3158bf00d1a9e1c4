import { join } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { segments } from '../../channels/sms/render.js';
import { currentCycle } from '../../fund/cycles/index.js';
import { openKiosk, staffActor, staffOf, staffPhone } from '../../fund/staff/index.js';
import { root } from '../../store/files.js';
import { cookies } from '../../web/console/cookies.js';
import { Refusal } from '../../web/errors.js';
import { call } from '../carriers/asCaller.js';
import { asWechat } from '../carriers/asWechat.js';
import { playedAccount } from '../carriers/playedCarriers.js';
import { asCarrier } from '../carriers/signedLine.js';
import { demoCommunity } from '../community.js';
import { calls } from './calls.js';
import { chat, OPENID } from './chat.js';
import { clockRoutes, sameOrigin } from './clockRoutes.js';
import { eventStream } from './eventStream.js';
import { demoPhones } from './phones.js';
import { ledgerNow } from './simulated.js';
import { banner, view } from './view.js';
/** How many texts a page that is opened later gets to see. */
const REMEMBERED = 200;
const LOOK_MS = 1_000;
const BROWSER = join(root, 'src/demo/simulator/browser');
/** The folder of the files that a browser loads for the public pages. */
const PAGES = join(root, 'src/web/public/browser');
const HEADERS = {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
};
const wanted = z.strictObject({
    /** Made by the page. A text that is sent again with the same id is the same text. */
    id: z.string().regex(/^[0-9a-f]{32}$/),
    from: z.string(),
    text: z.string().min(1).max(1_600),
});
/** `/simulator`: phones in the browser, and the growth of the ledger. Texts from the phones are sent over the service's own webhooks, signed. */
export function simulator({ world, log, catalogue, publicUrl, catchUp }, { url, authToken, clock }) {
    const line = { url, publicUrl, authToken };
    const account = { ...playedAccount(authToken), url, now: clock.now };
    const phones = demoPhones();
    const texts = feed(REMEMBERED);
    const cycleOf = currentCycle(world);
    const ledgerOf = ledgerNow(world);
    const stepOf = calls(dialled);
    const ofChat = chat((delivery) => asWechat(account, delivery), note);
    const stream = eventStream((write) => {
        write('past', texts.recent());
        if (ledger)
            write('ledger', ledger);
        void look();
    });
    let ledger = null;
    let looking = Promise.resolve();
    texts.listen((text) => stream.send('text', text));
    const timer = setInterval(() => {
        if (stream.count() > 0)
            void look();
    }, LOOK_MS).unref();
    const routes = Router()
        .use('/simulator', (_request, response, next) => {
        response.set(HEADERS);
        next();
    })
        .get('/simulator', async (request, response) => {
        const community = await demoCommunity();
        const cycle = community && (await cycleOf(community._id, world.now()));
        const language = languageOf(request);
        response.vary('Accept-Language').type('html');
        response.send(view({ catalogue, language, community: community ?? undefined, cycle: cycle ?? undefined, phones: community ? phones : [] }));
    })
        .get('/simulator/browser/colours.css', (_request, response) => response.sendFile('colours.css', { root: PAGES, cacheControl: false }))
        .use('/simulator/browser', express.static(BROWSER, { index: false, cacheControl: false }))
        .use(clockRoutes(world, { clock, publicUrl, catchUp, moved: (told) => stream.send('clock', told) }))
        .use(tabletRoute(world, publicUrl, personas))
        .get('/simulator/events', sameOrigin(publicUrl), stream.open)
        .post('/simulator/sms', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
        const { success, data } = wanted.safeParse(request.body);
        if (!success)
            throw new Refusal(400, 'Send JSON: {"id": 32 hexadecimal digits, "from": a phone of the page, "text": 1 to 1600 characters}.');
        response.json(await text(data));
    })
        .post('/simulator/call', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
        const now = await stepOf(request.body).catch(notTaken);
        void look();
        response.json(now);
    })
        .post('/simulator/chat', sameOrigin(publicUrl), express.json({ limit: '16kb', type: 'application/json' }), async (request, response) => {
        const told = await ofChat.take(request.body).catch(notTaken);
        void look();
        response.json(told);
    });
    return {
        routes,
        arrivals: { sms: ({ to, text, ref }) => void tell({ id: ref, phone: to, kind: 'started', text }), chat: ofChat.arrived },
        banner: banner(catalogue),
        personas,
        ahead: clock.ahead,
        stop: () => {
            clearInterval(timer);
            stream.stop();
        },
    };
    async function personas() {
        const community = await demoCommunity();
        return community ? staffOf(world, community._id) : [];
    }
    /** Gives the text as it was sent and the answer to it, if there was one. */
    async function text({ id, from, text }) {
        const community = await demoCommunity();
        if (!community || !isPlayed(from))
            throw new Refusal(400, 'This phone is not one of the page.');
        const answer = await asCarrier(line, { from, to: community.phone, body: text, sid: `SM${id}` }).catch(notTaken);
        const sent = tell({ id, phone: from, kind: 'sent', text });
        const answered = answer === null ? undefined : tell({ id: `${id}-answer`, phone: from, kind: 'answer', text: answer });
        void look();
        return [sent, answered];
    }
    async function dialled(from, sid) {
        const community = await demoCommunity();
        if (!community || !isPlayed(from))
            throw new Refusal(400, 'This phone is not one of the page.');
        return call(line, { from, to: community.phone, sid });
    }
    function notTaken(error) {
        if (error instanceof Refusal)
            throw error;
        log.error({ error, code: 'not-delivered' }, 'The simulator could not deliver something');
        throw new Refusal(503, 'The service did not take it; send it again.');
    }
    function tell(told) {
        return note({ ...told, characters: told.text.length, segments: segments(told.text) });
    }
    function note(told) {
        if (isPlayed(told.phone) || told.phone === OPENID)
            texts.push(told);
        return told;
    }
    function isPlayed(number) {
        return phones.some((phone) => phone.number === number);
    }
    /** Notifies the pages if the ledger or the turnout changed. One look at a time. */
    function look() {
        looking = looking.then(async () => {
            const community = await demoCommunity();
            const now = community && (await ledgerOf(community._id));
            if (!now || JSON.stringify(now) === JSON.stringify(ledger))
                return;
            ledger = now;
            stream.send('ledger', ledger);
        });
        looking = looking.catch((error) => log.error({ error, code: 'ledger-look' }, 'The simulator cannot look into the ledger'));
        return looking;
    }
}
/** The page opens a hall's tablet as the demo's cadre does. */
function tabletRoute(world, publicUrl, personas) {
    return Router().post('/simulator/tablet', sameOrigin(publicUrl), async ({ headers }, response) => {
        const community = await demoCommunity();
        const cadre = (await personas()).find(({ role }) => role === 'cadre');
        const actor = cadre && community && staffActor(cadre, community._id);
        if (!community || !actor)
            throw new Refusal(503, 'There is no cadre who opens the tablet.');
        const by = { phone: staffPhone(world.vault, cadre.phone), session: '' };
        const token = await openKiosk(world)({ community: community._id, by, device: headers['user-agent'] ?? '', actor });
        cookies(publicUrl).set(response, 'kiosk', `${community._id}.${token}`);
        response.redirect(303, `/console/${community._id}/kiosk`);
    });
}
/** `?lang=zh|en`, else the language for which the browser asks. */
function languageOf(request) {
    const { lang } = request.query;
    return (lang === 'zh' || lang === 'en' ? lang : request.acceptsLanguages('zh', 'en')) === 'en' ? 'en' : 'zh-CN';
}
/** Remembers `limit` events and no more. */
function feed(limit) {
    const events = [];
    const listeners = new Set();
    return {
        push: (event) => {
            if (events.some(({ id }) => id === event.id))
                return;
            if (events.push(event) > limit)
                events.shift();
            for (const listener of listeners)
                listener(event);
        },
        recent: () => events,
        listen: (listener) => {
            listeners.add(listener);
            return () => void listeners.delete(listener);
        },
    };
}
