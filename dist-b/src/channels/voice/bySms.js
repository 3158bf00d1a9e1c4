import { canReceiveSms } from '../../contacts/phone.js';
const KEPT_MS = 15 * 60 * 1000;
const DEADLINE_MS = 7_500;
/**
 * After a call that was cut off with picks that are kept: opens the vote in the number's SMS conversation for a while, and sends an SMS
 * that asks for the yes, or for all numbers where picks are missing, and for the card if it is needed. Gives false if that could not be recorded.
 */
export function askBySms({ world, answer, notify }) {
    return async ({ key, address, to }, { reply, community, language }) => {
        const kept = reply?.outcome === 'callKept' ? reply.says[0] : undefined;
        const picks = kept?.params?.picks;
        if (!community || !kept || !isPicks(picks))
            return true;
        const isWhole = kept.params?.left === 0;
        const command = isWhole ? { name: 'vote', numbers: picks.map(({ number }) => number), unsure: true } : { name: 'vote' };
        const at = world.now();
        const said = await answer({
            channel: 'sms',
            address,
            to,
            key,
            at,
            deadline: at.getTime() + DEADLINE_MS,
            isContinued: true,
            input: {
                interpret: () => ({
                    meaning: { kind: 'command', command },
                    finish: ({ reply }) => ({ reply, until: at.getTime() + KEPT_MS }),
                }),
                readBack: () => picks,
            },
        });
        if (said.outcome === 'nothingRecorded' || said.outcome === 'notKnown')
            return false;
        const { outcome, asks } = said.reply ?? {};
        const isAsked = isWhole ? outcome === 'askConfirmation' : asks?.expects === 'numbers';
        if (!isAsked && outcome !== 'askCard')
            return true;
        await notify({
            occasion: `callKept|${key}`,
            community: community._id,
            channel: 'sms',
            address,
            language,
            kind: 'answer',
            askedAt: at,
            said: { ...kept, key: `notice.callKept${isWhole ? '' : 'Few'}${outcome === 'askCard' ? 'Card' : ''}` },
        });
        return true;
    };
}
function isPicks(value) {
    return Array.isArray(value) && value.length > 0;
}
/**
 * Sends the receipt of a ballot that was cast by phone by SMS too, if the number can receive one. If the call was cut off, the text says
 * so.
 */
export function receiptBySms(notify) {
    return async (cast, { key, community, channel, address, resident, language, onlyFirst }) => {
        if (!('receipt' in cast) || canReceiveSms({ channel, address }) !== 'yes')
            return;
        const { receipt, changed, picks, closesAt } = cast;
        await notify({
            occasion: `receipt|${key}`,
            community,
            channel: 'sms',
            address,
            ...(resident && { resident }),
            language,
            kind: 'receipt',
            said: { key: onlyFirst ? 'notice.castAsHeard' : changed ? 'vote.changed' : 'vote.receipt', params: { picks, receipt, closesAt } },
        });
    };
}
