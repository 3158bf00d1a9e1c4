import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { authorOf, Inquiry, inquiryLost, inquiryText, inquiryWrittenDown, notifyAuthor } from '../inquiries/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { notifyProposer } from './decideProposal.js';
import { encryptedProposal, LONGEST_PROPOSAL, Proposal, proposalText } from './proposal.js';
/**
 * Makes what somebody heard in a recording the text of the proposal or inquiry. This also works if the recording was lost and the person was called
 * instead. The person who spoke is notified. `isFirst`: what somebody else wrote down before is not overwritten. Rejects with `not-allowed` (`checkRight`).
 */
export function writeDown(world, notify) {
    return async ({ recording, text: heard, actor, isFirst = false }) => {
        const text = cleanText(heard);
        if (text === '')
            return { refused: 'empty' };
        const which = { 'spoken.recording': recording };
        const still = isFirst ? { 'spoken.state': { $ne: 'writtenDown' } } : {};
        const spoken = { recording, state: 'writtenDown', by: actor.name, at: world.now() };
        const proposal = await collection(Proposal).findOne(which);
        if (proposal) {
            const acting = checkRight(actor, 'writeDown', proposal.community);
            if ([...text].length > LONGEST_PROPOSAL)
                return { refused: 'tooLong' };
            const { number } = proposal._id;
            const said = { key: 'notice.proposalWrittenDown', params: { number, text } };
            return withLog(world)(acting.community, async (session, write) => {
                const written = { text: encryptedProposal(world.vault, proposal._id, text), spoken };
                const { matchedCount } = await collection(Proposal).updateOne({ _id: proposal._id, ...still }, { $set: written }, { session });
                if (matchedCount === 0)
                    return { refused: 'written' };
                const detail = { before: { text: proposalText(world.vault, proposal) }, after: { text } };
                await write({ ...acting, subject: `${proposal._id.cycle}/${number}`, detail, names: [proposal.by] });
                const notified = await notifyProposer(world, notify, proposal, `writtenDown|${spoken.at.toISOString()}`, said, session);
                return { of: 'proposal', number, notified };
            });
        }
        const inquiry = await collection(Inquiry).findOne(which);
        if (!inquiry)
            return { refused: 'noRecording' };
        const acting = checkRight(actor, 'writeDown', inquiry._id.community);
        const { number } = inquiry._id;
        const isCall = inquiry.kind === 'call';
        const said = { key: 'notice.inquiryWrittenDown', params: { number } };
        return withLog(world)(acting.community, async (session, write) => {
            if (!(await inquiryWrittenDown(world.vault, { ...still, _id: inquiry._id }, text, spoken, session)))
                return { refused: 'written' };
            const detail = { before: { text: inquiryText(world.vault, inquiry) }, after: { text } };
            await write({ ...acting, subject: `inbox/${number}`, detail, names: authorOf(inquiry) });
            const notified = isCall ? false : await notifyAuthor(world, notify, inquiry, `writtenDown|${spoken.at.toISOString()}`, said, session);
            return { of: 'inquiry', number, notified };
        });
    };
}
/**
 * Notes that there is no longer any sound of a spoken item that nobody has written down yet. Its author is notified once, if the recording never
 * came.
 */
export function lostRecording(world, notify) {
    return async (recording, why) => {
        const which = { 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' };
        const lost = { $set: { 'spoken.state': 'lost' } };
        const [proposal, inquiry] = await Promise.all([collection(Proposal).findOne(which), collection(Inquiry).findOne(which)]);
        if (proposal) {
            const { number } = proposal._id;
            if (why === 'neverCame')
                await notifyProposer(world, notify, proposal, 'recordingLost', { key: 'notice.proposalNotHeard', params: { number } }, undefined, 'atOnce');
            await collection(Proposal).updateOne({ _id: proposal._id, ...which }, lost);
        }
        if (inquiry) {
            const { number } = inquiry._id;
            if (why === 'neverCame' && inquiry.kind !== 'call')
                await notifyAuthor(world, notify, inquiry, 'recordingLost', { key: 'notice.inquiryNotHeard', params: { number } });
            await inquiryLost(inquiry._id, recording);
        }
    };
}
