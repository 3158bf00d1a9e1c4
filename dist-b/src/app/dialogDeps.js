import { flows } from '../../flows/index.js';
import { receiptBySms } from '../channels/voice/bySms.js';
import { CHANNELS } from '../contacts/channel.js';
import { addressHmac, everyChannel } from '../contacts/contact.js';
import { conversationId, forgetConversations } from '../dialog/conversation.js';
import { conversations } from '../dialog/conversations.js';
import { loadVocabulary } from '../dialog/loadCatalogue.js';
import { provided } from '../dialog/turn.js';
import { ballotByKey, castBallot, checkReceipt, myPicks, openBallot, voidBallot } from '../fund/ballots/index.js';
import { communityByNumber, departures, findCommunity } from '../fund/communities/index.js';
import { currentCycle } from '../fund/cycles/index.js';
import { readFacts, readProgress } from '../fund/facts/index.js';
import { writeInquiry } from '../fund/inquiries/index.js';
import { recordObjection } from '../fund/meetings/index.js';
import { handedInLast } from '../fund/paper/index.js';
import { askDigits, cardHmac, checkCadre, checkCode, checkDigits, hasAsked, holdersDuring, isInForce, mayAnswer, moveChat, proveCadre, requestMembership, sendCode, showCard, startMessages, stopMessages, subscribe, whoActs, } from '../fund/people/index.js';
import { ballotItem, readProjects } from '../fund/projects/index.js';
import { giveToLinked, readSupportable, recordProposal, supportProposals } from '../fund/proposals/index.js';
import { eraseMe } from '../fund/roster/index.js';
import { staffPhones } from '../fund/staff/index.js';
import { rateWork, readRatable, tellProgress } from '../fund/works/index.js';
import { cadreBroadcast } from '../outreach/broadcasts/cadreBroadcast.js';
import { nudge } from '../outreach/calendar/nudge.js';
import { forgetCallBacksTo } from '../outreach/callBacks.js';
import { enqueue } from '../outreach/outbox/enqueue.js';
import { forgetMessagesTo } from '../outreach/outbox/forgetMessages.js';
import { wroteSince } from '../outreach/outbox/known.js';
import { readSituation } from '../outreach/readSituation.js';
/** What the dialog of a channel needs of the house. */
export function dialogDeps(world, { log, channel, services, sendsCodes, missed }) {
    const ballot = openBallot(world);
    const current = currentCycle(world);
    const holders = holdersDuring(world);
    return {
        world,
        catalogue: provided(flows, services),
        vocabulary: vocabulary(),
        conversations: conversations(world),
        communityOf: communityByNumber(world),
        departed: departures(world).byNumber,
        ballotOf: async (community, at) => {
            const opened = await ballot({}, { community, at });
            return 'open' in opened ? opened.open.projects : [];
        },
        projectsOf: async (community, at) => projectsIn(await current(community, at)),
        castOf: ballotByKey(world),
        lookAhead: (turn, who) => {
            current(turn.community, turn.at).catch(() => undefined); // the failure is not kept: the next caller asks again
            if (who)
                void holders(turn, 'anew');
        },
        mayAnswer: mayAnswer(world),
        wroteSince: wroteSince(world),
        hasHolder: async (turn) => (await holders(turn)).holders.length > 0,
        missed,
        report: (error) => log.error({ error, channel, code: 'turn-failed' }, 'a turn ended in an apology'),
        whoActs: async (turn, community, need) => {
            const who = whoActs(community.verify, await holders(turn), turn, need);
            if (!('ask' in who) || (who.ask !== 'newChat' && who.ask !== 'stranger'))
                return who;
            if ((need === 'ballot' || who.ask === 'stranger') && (await hasAsked(world, turn)))
                return { ask: 'pending' };
            return sendsCodes ? who : { ask: 'stranger' };
        },
        isInForce,
        languageOf: async (turn) => {
            const { holders: found } = await holders(turn);
            return found.length === 1 ? found[0]?.language : undefined;
        },
    };
}
/** Read when it is first needed, and the same for every channel: it takes 0.3 s and 10 MB. */
function vocabulary() {
    known ??= loadVocabulary();
    return known;
}
let known;
const named = new WeakMap();
function projectsIn(cycle) {
    if (!cycle)
        return [];
    const known = named.get(cycle) ?? cycle.projects.map((project) => ({ ...ballotItem(project), ...(project.place && { place: project.place }) }));
    named.set(cycle, known);
    return known;
}
/** The services that flows name. Each gets what it needs of the house. */
export function flowServices(world, deps, speaksSichuan) {
    const notify = enqueue(world);
    const staff = staffPhones(world);
    const broadcast = cadreBroadcast(world, deps);
    return {
        castBallot: cast(world, receiptBySms(notify)),
        checkReceipt: checkReceipt(world, handedInLast(world)),
        myPicks: myPicks(world),
        openBallot: openBallot(world),
        readFacts: readFacts(world),
        readProgress: readProgress(world),
        readProjects: readProjects(world),
        readRatable: readRatable(world),
        readSituation: readSituation(world),
        readSupportable: readSupportable(world),
        rateWork: alone(rateWork(world)),
        supportProposals: alone(supportProposals(world)),
        spokenDialects: async (_, { channel, community }) => ({ sichuan: CHANNELS[channel].isSpoken && (await speaksSichuan(community)) }),
        ...held({
            askDigits: askDigits(world, notify),
            checkCadre: checkCadre(world),
            checkCode: linking(world, checkCode(world, staff)),
            checkDigits: checkDigits(world),
            eraseMe: eraseMe(world, forgetContacts(world)),
            moveChat: moving(world),
            nudge: nudge(world),
            planBroadcast: broadcast.plan,
            proveCadre: proveCadre(world, notify),
            recordObjection: recordObjection(world),
            recordProposal: recordProposal(world),
            requestMembership: requestMembership(world),
            sendBroadcast: broadcast.send,
            sendCode: sendCode(world, notify, staff),
            showCard: linking(world, show(world, showCard(world, notify))),
            startMessages: startMessages(world),
            stopMessages: stopMessages(world),
            subscribe: subscribe(world),
            tellProgress: tellProgress(world),
            voidBallot: voidBallot(world, handedInLast(world)),
            writeInquiry: writeInquiry(world, notify),
        }),
    };
}
/** Services that write: each begins only once no other turn can go on with the conversation. */
function held(services) {
    const holding = (service) => async (input, turn) => {
        await turn.hold();
        return service(input, turn);
    };
    return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, holding(service)]));
}
/** A service that counts once under its turn's key. Only if it depends on what was said before, it has to know that this is still valid. */
function alone(service) {
    return async (input, turn) => {
        if (!turn.alongside)
            await turn.hold();
        return service(input, turn);
    };
}
/** From now on the turn is valid only as long as the card is. */
function show(world, showOne) {
    return async (input, turn) => {
        const shown = await showOne(input, turn);
        if (!('refused' in shown))
            turn.shown = { resident: shown.resident, card: cardHmac(world.vault, turn.community, input.card) };
        return shown;
    };
}
/** What somebody proposed or supported before this phone or chat was linked to them is theirs from then on. */
function linking(world, service) {
    const give = giveToLinked(world);
    return async (input, turn) => {
        const known = await service(input, turn);
        if ('linked' in known && known.linked)
            await give(turn, known.resident);
        return known;
    };
}
/** The same where the chat takes the place of another one of theirs. */
function moving(world) {
    const move = moveChat(world);
    const give = giveToLinked(world);
    return async (input, turn) => {
        const moved = await move(input, turn);
        await give(turn, input.resident);
        return moved;
    };
}
/** A ballot counts once under its turn's key. Only a ballot that depends on what was said before has to know that this is still valid. */
function cast(world, receipt) {
    const castOne = castBallot(world);
    return async (input, turn) => {
        if (!turn.alongside)
            await turn.hold();
        const cast = await castOne(input, turn);
        turn.cast = 'receipt' in cast;
        if (CHANNELS[turn.channel].isSpoken)
            await receipt(cast, turn);
        return cast;
    };
}
/** For somebody who asked to be deleted: their conversations are deleted a day after their last turn, the messages sent to them at once. */
export function forgetContacts({ vault }) {
    return async (community, contacts) => {
        const to = contacts.flatMap(everyChannel);
        if (to.length === 0)
            return;
        const ours = await findCommunity(community);
        await forgetConversations(to.map((contact) => conversationId(vault, { ...contact, to: ours?.phone ?? '' })));
        const at = contacts.map((contact) => addressHmac(vault, { community, ...contact }));
        await forgetCallBacksTo(at);
        await forgetMessagesTo(at);
    };
}
