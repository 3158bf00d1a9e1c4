import { collection } from '../../store/collection.js';
import { withLog } from '../log/index.js';
import { checkRight, mayDo } from '../people/index.js';
import { beginSession, kioskSession, StaffSession } from './session.js';
import { staffActor } from './staff.js';
/**
 * Makes a device on which a cadre is signed in a hall's tablet: residents vote on it, and it opens nothing else. The cadre's own session on it ends;
 * the tablet's goes on until somebody ends it, or as long as any session. Gives the tablet's token. Rejects with `not-allowed` (`checkRight`).
 */
export function openKiosk(world) {
    return async ({ community, by: { phone, session: own }, device, actor }) => {
        const acting = checkRight(actor, 'openKiosk', community);
        return withLog(world)(community, async (session, write) => {
            const token = await beginSession(world, phone, device, { community, session });
            await collection(StaffSession).deleteOne({ _id: own, phone }, { session });
            await write({ ...acting, subject: 'kiosk', detail: {} });
            return token;
        });
    };
}
/** The tablet of a community with a token; null if it was ended, or who opened it may not do so any more. */
export function openTablet(world) {
    const sessionOf = kioskSession(world);
    return async (community, token) => {
        const found = await sessionOf(token, community);
        const may = found?.roles.some((role) => {
            const actor = staffActor(role, community);
            return actor !== undefined && mayDo(actor, 'openKiosk', community);
        });
        return found && may ? { community, tablet: found.session, phone: found.phone, turn: found.turn, stage: found.stage } : null;
    };
}
/** Goes on at a tablet, unless it has gone on otherwise meanwhile: then what it shows is old, and nothing happens. */
export async function moveTablet({ tablet, turn, stage }, to) {
    await collection(StaffSession).updateOne({ _id: tablet, turn, stage }, { $set: { turn: to.turn, stage: to.stage } });
}
