import { CHANNELS } from '../../../contacts/channel.js';
import { sayPhoneMasked } from '../../../dialog/formats/formatters.js';
import { readBroadcasts, readMessages } from '../../../outreach/broadcasts/readBroadcasts.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { choice, filterForm, views } from '../frame.js';
import { numberIn, oneOf } from '../query.js';
import { audienceWords, progressWords, reasonWords, SHOWN_STATES, shownState, standingWords, statesOf } from './words.js';
const WHICH = ['all', 'coming', 'paused'];
/** Characters of a text in the list. */
const SHOWN = 60;
/** What was sent to many and what is planned, the newest first. */
export function messageList(world) {
    const read = readBroadcasts(world);
    return {
        name: 'messages',
        words: 'message',
        filters: { which: (given) => WHICH.find((which) => which === given) },
        columns: (visit) => {
            const { text, own } = visit;
            const { theirs, date } = text;
            return [
                { name: 'at', cell: ({ dueAt }) => whole(date(dueAt)), text: ({ dueAt }) => dueAt.toISOString() },
                {
                    ...{ name: 'text', isBlock: true },
                    cell: (broadcast) => html `<a href="${own}/messages/${broadcast._id}">${theirs(beginning(broadcast.text))}</a>`,
                    text: (broadcast) => broadcast.text,
                },
                { name: 'whom', cell: (broadcast) => audienceWords(text, broadcast), text: ({ to }) => to },
                { name: 'by', cell: ({ by }) => theirs(by), text: ({ by }) => by },
                {
                    ...{ name: 'state', isBlock: true },
                    cell: ({ progress }) => html `<b>${standingWords(visit, progress)}</b> ${progressWords(text, progress)}`,
                    text: ({ progress }) => standingWords(visit, progress),
                },
                { name: 'howFar', text: ({ progress }) => progressWords(text, progress) },
            ];
        },
        read: async (visit, { filter, after }, limit) => {
            const skip = numberIn(after) ?? 0;
            const which = WHICH.find((each) => each === filter.which) ?? 'all';
            const { broadcasts, more } = await read(visit.community._id, { which, skip, limit }, visit.reader('messages'));
            return { rows: broadcasts, next: more ? skip + limit : undefined };
        },
        above: ({ text, own, may }, { filter: { which = 'all' } }) => [
            may('createBroadcast') ? html `<p><a class="more" href="${own}/messages/new">${text.say('message.new')}</a></p>` : html ``,
            views(text, `${own}/messages`, 'which', WHICH, which, 'message.which'),
        ],
    };
}
function beginning(text) {
    const characters = [...text];
    return characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`;
}
/** What became of each message of one broadcast, with its phone masked. `wantedOne`: the broadcast of the address. */
export function eachList(world, wantedOne) {
    const read = readMessages(world);
    return {
        name: 'messages/:id/each',
        title: ({ text }) => text.say('message.each'),
        words: 'message',
        filters: { state: (given) => SHOWN_STATES.find((state) => state === given) },
        columns: ({ text }) => {
            const { say, date } = text;
            const shown = ({ state }) => say(`message.stateOf.${shownState(state)}`);
            return [
                { name: 'phone', cell: (message) => whole(masked(message)), text: masked },
                { name: 'channel', cell: ({ channel }) => say(`channel.${channel}`), text: ({ channel }) => say(`channel.${channel}`) },
                { name: 'state', cell: shown, text: shown },
                { ...{ name: 'reason', isBlock: true }, cell: ({ reason }) => reasonWords(text, reason), text: ({ reason }) => reasonWords(text, reason) },
                { name: 'changed', cell: ({ changedAt }) => whole(date(changedAt)), text: ({ changedAt }) => changedAt.toISOString() },
            ];
        },
        read: async (visit, { filter, after }, limit) => {
            const broadcast = await wantedOne(visit);
            const skip = numberIn(after) ?? 0;
            const shown = SHOWN_STATES.find((each) => each === filter.state);
            const wanted = { states: shown && statesOf(shown), skip, limit };
            const { messages, more } = await read(broadcast, wanted, visit.reader('messagesEach'));
            return { rows: messages, next: more ? skip + limit : undefined };
        },
        above: ({ text, own, request }) => {
            const { say } = text;
            const page = `${own}/messages/${String(request.params.id)}`;
            const values = ['', ...SHOWN_STATES].map((value) => ({ value, label: say(value === '' ? 'list.all' : `message.stateOf.${value}`) }));
            const state = oneOf(request, 'state', ['', ...SHOWN_STATES]);
            return [
                html `<p><a href="${page}">${say('message.backToIt')}</a></p>`,
                filterForm(text, `${page}/each`, {}, [choice({ name: 'state', label: say('message.state'), value: state, values })]),
            ];
        },
    };
}
/** A phone with its middle hidden; a chat has none. */
function masked({ channel, address }) {
    return CHANNELS[channel].isPhone ? sayPhoneMasked(address) : '';
}
