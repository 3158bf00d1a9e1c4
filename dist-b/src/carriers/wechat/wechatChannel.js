import { deadlinePassed } from '../../dialog/turn.js';
import { openBallot } from '../../fund/ballots/index.js';
import { communityByNumber, communityOfChat, enterByPoster } from '../../fund/communities/index.js';
import { within } from '../../store/inTime.js';
import { serviceState } from '../../store/serviceState.js';
import { ApiError } from './puppet/src/api.js';
import { door } from './puppet/src/door.js';
import { LATE_MS, receiveChat } from './receive.js';
import { sendWechat, templateStatus } from './send.js';
/** Puts the parts of WeChat together: the door, the answers, and the sending. */
export function wechatChannel({ world, log, carrier, recordStatus, ...deps }) {
    const { keys, api, observe, hasBot } = carrier;
    const communityOf = communityByNumber(world);
    const chat = receiveChat({ ...chatDeps(world, log, api), ...deps });
    const bot = hasBot ? wechatyBeside({ log, keys, api }) : undefined;
    const handler = door({
        keys,
        now: () => world.now().getTime(),
        remembered: 0, // the dialog remembers for a day, also across processes
        failed: (error) => log.error({ error, channel: 'wechat', code: 'delivery-not-taken' }, 'A delivery of WeChat could not be taken'),
        answer: async (message) => {
            bot?.see(message);
            const status = templateStatus(message);
            if (!status)
                return chat(message);
            await within(LATE_MS, recordStatus(status), deadlinePassed).catch((error) => log.error({ error, channel: 'wechat', code: 'status-not-recorded' }, 'What came of a message could not be recorded'));
            return undefined;
        },
        ...(observe && { observe }),
    });
    const send = sendWechat({
        api,
        log,
        now: world.now,
        templateOf: async (from) => {
            const community = await communityOf(from);
            const id = community?.templates?.reminder;
            return community && id ? { id, zone: community.timezone } : undefined;
        },
    });
    return { handler, send, stop: async () => bot?.stop() };
}
/** What a chat needs of the house and of the account. */
function chatDeps(world, log, api) {
    const ballot = openBallot(world);
    return {
        world,
        communityOf: communityOfChat(world),
        enter: enterByPoster(world),
        votedOn: async (community, at) => {
            const opened = await ballot({}, { community, at });
            return 'open' in opened ? opened.open.cycle : undefined;
        },
        offer: offerMenu(api, log),
        report: (error) => log.error({ error, channel: 'wechat', code: 'turn-failed' }, 'a turn ended in an apology'),
    };
}
/** The bot that sees each message beside the dialog. Nobody waits for it: residents are answered before it has loaded, and also if it never does. */
function wechatyBeside(deps) {
    const loading = load(deps);
    loading.catch((error) => deps.log.error({ error, channel: 'wechat', code: 'wechaty-not-loaded' }, 'Wechaty does not start'));
    const ignore = () => undefined; // it never ran; the error was reported when it was loaded
    return {
        see: (message) => void loading
            .then((bot) => bot.see(message), ignore)
            .catch((error) => deps.log.error({ error, channel: 'wechat', code: 'wechaty-failed' }, 'Wechaty met an error')),
        stop: () => loading.then((bot) => bot.stop(), ignore),
    };
}
async function load(deps) {
    delete process.env.WECHATY_LOG; // at its verbose levels Wechaty logs every message, and it takes over uncaught errors
    const { bot } = await import('./bot.js');
    return bot(deps);
}
const EVERY_MS = 10 * 60_000;
export const deliveryModes = () => serviceState();
/** When an encrypted message last came; undefined if none ever did. */
export async function lastSafeDelivery() {
    return (await deliveryModes().findOne({ _id: 'wechat' }))?.safe;
}
/** Records now and then that messages come encrypted. Warns once if they come from WeChat unencrypted: those are refused. */
export async function recordDeliveryMode(world, log) {
    await deliveryModes().updateOne({ _id: 'wechat' }, { $setOnInsert: { _id: 'wechat' } }, { upsert: true });
    let [noted, isWarned] = [0, false];
    return (outcome) => {
        if (outcome === 'unencrypted' && !isWarned) {
            isWarned = true;
            log.warn({ channel: 'wechat', code: 'wechat-unencrypted' }, 'WeChat posts unencrypted, which is refused: choose 安全模式 in its console');
        }
        const safe = world.now();
        if (outcome !== 'safe' || safe.getTime() - noted < EVERY_MS)
            return;
        noted = safe.getTime();
        deliveryModes()
            .updateOne({ _id: 'wechat' }, { $set: { safe } })
            .catch((error) => log.error({ error, channel: 'wechat', code: 'delivery-not-noted' }, 'That a message came could not be noted'));
    };
}
/** Refused because the account may send no menus at all: unverified accounts and test accounts. */
const NOT_ALLOWED = [48001, 40200];
/** After this time, in milliseconds, the reader of the reply has long gone on. */
const TIMEOUT_MS = 5_000;
/** Sends what can be tapped beside a reply that says the same in words: if it does not arrive, nothing is lost. */
function offerMenu(api, log) {
    let isAllowed = true;
    return (openid, menu) => {
        if (isAllowed)
            api.sendMenu(openid, menu, AbortSignal.timeout(TIMEOUT_MS)).catch(failed);
    };
    function failed(error) {
        if (!(error instanceof ApiError))
            log.error({ error, channel: 'wechat', code: 'wechat-menu' }, 'Nothing to tap was sent');
        else if (NOT_ALLOWED.includes(error.code) && isAllowed) {
            isAllowed = false;
            log.warn({ channel: 'wechat', code: `wechat-${error.code}` }, 'The WeChat account may not send items to tap; ballots are numbered text alone');
        }
    }
}
/** The account's menu: the first three items of the menu in the chat, with the same names. `word` gives the words for a key of the catalogue. */
export function accountMenu(word) {
    const item = (key, name) => ({ type: 'click', name: word(name), key });
    return {
        button: [
            item('vote', 'menu.vote'),
            item('propose', 'menu.propose'),
            { name: word('menu.more'), sub_button: [item('progress', 'menu.progress'), item('ask', 'menu.ask'), item('person', 'menu.person')] },
        ],
    };
}
