import { isCardNeeded, needNoCard } from '../../contacts/addressBook.js';
import { addressHmac, contactText } from '../../contacts/contact.js';
import { isVoting } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight, endCardLock, isCardLocked } from '../people/index.js';
import { askSecond, needsSecond } from '../second/index.js';
/**
 * Ends both locks of a phone or chat: the lock of card entry, and the rule that every ballot from it needs the card. Rejects with `not-allowed`
 * (`checkRight`).
 */
export async function unlockAddress(world, from, actor, reason) {
    const { vault } = world;
    const { community, channel, address } = from;
    const acting = checkRight(actor, 'unlockAddress', community);
    const at = world.now();
    const _id = addressHmac(vault, from);
    if (needsSecond(actor, 'unlockAddress', (await isVoting(community, at)) ? 'voting' : undefined)) {
        const before = { address: contactText(from), wrongCards: await isCardLocked(world, from, at), needsCard: await isCardNeeded(_id) };
        if (!before.wrongCards && !before.needsCard)
            return { refused: 'notLocked' };
        const asking = { act: 'unlockAddress', community, actor, subject: 'address', about: _id, payload: { channel, address, reason } };
        return askSecond(world)({ ...asking, detail: { before, reason }, names: [_id] });
    }
    return withLog(world)(community, async (session, write) => {
        const wrongCards = await endCardLock(world, from, at, session);
        const needsCard = await needNoCard(vault, { _id, community, at, by: actor.name, isNoted: wrongCards }, session);
        if (!wrongCards && !needsCard)
            return { refused: 'notLocked' };
        const before = { address: contactText(from), wrongCards, needsCard };
        await write({ ...acting, subject: 'address', detail: { before, reason }, names: [_id] });
        return { done: true };
    });
}
