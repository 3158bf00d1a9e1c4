import express, {} from 'express';
import { flows } from '../../flows/index.js';
import { realCarriers } from '../carriers/carriers.js';
import { posterCodes } from '../carriers/wechat/posterCode.js';
import { wechatChannel } from '../carriers/wechat/wechatChannel.js';
import { speaksSichuan } from '../channels/voice/prompts/neededPrompts.js';
import { phrasesOf } from '../channels/voice/prompts/promptBook.js';
import { CHANNELS } from '../contacts/channel.js';
import { dialog } from '../dialog/dialog.js';
import { loadCatalogue } from '../dialog/loadCatalogue.js';
import { keepTurnoutShares, publishedFiles, sealDue } from '../fund/ballots/index.js';
import { workRecordings } from '../fund/inquiries/index.js';
import { keepMisses } from '../fund/misses/index.js';
import { enterRest } from '../fund/paper/index.js';
import { lostRecording } from '../fund/proposals/index.js';
import { endChat, eraseDue } from '../fund/roster/index.js';
import { lapseSeconds } from '../fund/second/index.js';
import { fetchSentPictures } from '../fund/works/index.js';
import { calendarJob } from '../outreach/calendar/calendarJob.js';
import { askCallBack, placeCallBacks } from '../outreach/callBacks.js';
import { carrierStatus } from '../outreach/outbox/carrierStatus.js';
import { enqueue, queueReply } from '../outreach/outbox/enqueue.js';
import { countByState } from '../outreach/outbox/forgetMessages.js';
import { outbox } from '../outreach/outbox/outbox.js';
import { forEachSettled } from '../store/inTime.js';
import { lastError } from '../web/errors.js';
import { webRoutes } from '../web/webRoutes.js';
import { ballotPreview } from './ballotPreview.js';
import { dialogDeps, flowServices, forgetContacts } from './dialogDeps.js';
import { metrics, requestLog } from './metrics.js';
import { openPhones, textedCommunity } from './openPhones.js';
import { parking } from './parking.js';
import { checkTemplates, elsewhere, templated } from './templated.js';
import { ticks } from './ticks.js';
import { aloud, chatWords, messageParts, messageUnits, noticeText, smsText, spokenWords } from './words.js';
/** Puts the parts together: the only place that knows all of them. */
export async function app({ world, log, publicUrl, demo, metricsToken, announces, networks = {}, ...settings }) {
    const measures = metrics(countByState);
    const catalogue = await loadCatalogue();
    let isStopping = false;
    let callBacks;
    const handler = express().disable('x-powered-by');
    handler.use(requestLog(log, measures));
    const stops = [];
    const room = demo?.({ world, log, catalogue, publicUrl, catchUp });
    const { channels, recordings, pictures, ...carriers } = room?.carriers ?? (await realCarriers(world, log, settings));
    const phrases = phrasesOf(catalogue, flows);
    const broadcasts = {
        channels,
        word: noticeText(world, catalogue),
        units: messageUnits,
        parts: messageParts,
    };
    const serve = flowServices(world, broadcasts, speaksSichuan(world, phrases));
    const eraseAll = eraseDue(world, forgetContacts(world));
    const seal = sealing(world, log, eraseAll);
    const [announce, lapse] = [calendarJob(world, channels), lapseSeconds(world)];
    const recordStatus = carrierStatus(world);
    const missed = keepMisses(world, (error) => log.warn({ error, code: 'miss-not-kept' }, 'what was not understood was not kept'));
    await checkTemplates(world, log, carriers.phone);
    if (carriers.phone.size > 0) {
        const house = {
            world,
            log,
            publicUrl,
            answer: dialog(dialogDeps(world, { log, channel: 'sms', services: serve, sendsCodes: true, missed })),
            text: smsText(world, catalogue),
            reply: queueReply(world),
            templated: templated(world, catalogue),
            elsewhere: elsewhere(world, channels),
            textedCommunity: textedCommunity(world),
            networks,
            recordStatus,
            notify: enqueue(world),
            askCallBack: askCallBack(world),
            speech: {
                phrases,
                synthesised: measures.synthesised,
                wordsFor: spokenWords(world, catalogue),
            },
            observe: measures.turn,
            parked: measures.parked,
        };
        const phones = openPhones(carriers.phone, house);
        for (const { path, handlers, isAlsoGet } of phones.doors) {
            handler.post(path, ...handlers);
            if (isAlsoGet)
                handler.get(path, ...handlers);
        }
        callBacks = placeCallBacks(world, phones.placeCall);
        stops.push(phones.stop);
        for (const channel of channels.filter((channel) => CHANNELS[channel].isPhone))
            stops.push(outbox(world, { channel, log, send: phones.send(channel), word: noticeText(world, catalogue) }).stop);
        if (phones.handsOver)
            stops.push(outbox(world, { channel: 'sms', log, sends: 'replies', send: phones.send('sms'), word: noticeText(world, catalogue) }).stop);
    }
    if (carriers.wechat) {
        const channel = wechatChannel({
            world,
            log,
            carrier: carriers.wechat,
            recordStatus,
            answer: dialog(dialogDeps(world, { log, channel: 'wechat', services: serve, sendsCodes: channels.some((channel) => CHANNELS[channel].isPhone), missed })),
            words: chatWords(world, catalogue),
            unfollow: endChat(world, forgetContacts(world)),
            observe: (outcome, seconds) => measures.turn('wechat', outcome, seconds),
        });
        handler.route('/wechat').get(channel.handler).post(channel.handler);
        const send = parking({ carrier: 'wechat', channel: 'wechat' }, { world, log, parked: measures.parked })(channel.send);
        stops.push(outbox(world, { channel: 'wechat', log, send, word: noticeText(world, catalogue) }).stop, channel.stop);
    }
    if (room?.simulator)
        handler.use(room.simulator.routes);
    handler.use(webRoutes(world, {
        catalogue,
        publicUrl,
        banner: room?.simulator?.banner,
        personas: room?.simulator?.personas,
        broadcasts,
        previewBallot: ballotPreview(world, catalogue, phrases),
        forget: forgetContacts(world),
        aloud: aloud(world, catalogue, phrases),
        chatCode: carriers.wechat && posterCodes(world, carriers.wechat.api),
        ahead: room?.simulator?.ahead,
        metrics: measures,
        metricsToken,
        isStopping: () => isStopping,
    }));
    handler.use(lastError(log));
    stops.push(ticks(world, log, {
        ...(callBacks && { callBacks }),
        ...(recordings && { recordings: workRecordings(world, recordings, lostRecording(world, enqueue(world))) }),
        ...(pictures && { pictures: fetchSentPictures(world, pictures, enqueue(world)) }),
        channels,
        seal,
        erase: eraseAll,
        ...(announces && { calendar }),
    }));
    return {
        handler,
        leave: () => {
            isStopping = true;
            room?.simulator?.stop();
        },
        stop: async () => {
            await Promise.all(stops.map((stop) => stop()));
        },
    };
    async function calendar() {
        await forEachSettled([announce, lapse], 'looks', (job) => job());
    }
    async function catchUp() {
        await seal();
        await calendar();
    }
}
/** Seals what is due. Residents who asked to be deleted while voting was open are deleted once the ledger is sealed. */
function sealing(world, log, eraseAll) {
    const sealAll = sealDue(world, enterRest(world));
    const keepTurnout = keepTurnoutShares(world);
    const { publish } = publishedFiles(world);
    return async () => {
        const sealed = await sealAll();
        for (const cycle of sealed)
            publish(cycle).catch((error) => log.error({ error, code: 'not-published' }, 'The files of a sealed ledger were not made; the first who asks for them tries it again'));
        for (const cycle of sealed)
            await keepTurnout(cycle).catch((error) => log.error({ error, code: 'turnout-not-kept' }, 'The turnout by building was not counted; the first who reads it tries it again'));
        if (sealed.length > 0)
            await eraseAll();
    };
}
