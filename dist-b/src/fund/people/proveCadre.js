import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { findCommunity } from '../communities/index.js';
import { holdersOf } from './holders.js';
import { codeHmac, codePlaces, PhoneCode, placeCode, sixDigits, tryCode } from './phoneCode.js';
import { personOf, Resident } from './resident.js';
/**
 * Proves that the person who writes is a cadre. A chat that is linked to a cadre is enough. Otherwise six digits are sent by text to the number on
 * the roster, because a sender can be forged.
 */
export function proveCadre(world, notify) {
    const { vault } = world;
    const cadreOf = cadreAt(world);
    return async (_, act) => {
        const cadre = await cadreOf(act);
        if (!cadre)
            return { refused: 'notCadre' };
        if (CHANNELS[act.channel].isSenderProved)
            return { proved: true };
        const community = await findCommunity(act.community);
        if (!cadre.phone || !community)
            return { refused: 'noPhone' };
        const { community: slug, at } = act;
        const to = { community: slug, ...phoneContact(cadre.phone) };
        const digits = sixDigits(vault.hmac('cadreDigits', act.key));
        const key = vault.hmac('act', act.key, 'proveCadre');
        const phone = addressHmac(vault, to);
        const code = { community: slug, phone, chat: addressHmac(vault, act), digits: codeHmac(vault, { ...to, digits }), key, at, wrong: [] };
        act.beginWrite();
        const isKnown = await collection(PhoneCode).findOne({ _id: { $in: codePlaces(code, 'cadre') }, key }, { projection: { _id: 1 } });
        if (!isKnown && !(await placeCode(code, 'cadre')))
            return { refused: 'enough' };
        await notify({
            ...to,
            occasion: `cadreCode|${act.key}`,
            resident: cadre._id,
            language: cadre.language ?? community.language,
            kind: 'code',
            said: { key: 'notice.cadreCode', params: { digits } },
        });
        return { sent: { phone: cadre.phone } };
    };
}
/** Checks six digits that were sent to a cadre and are repeated where they were asked for. */
export function checkCadre({ vault }) {
    return async (given, act) => {
        const phone = addressHmac(vault, { community: act.community, ...phoneContact(given.phone) });
        const places = codePlaces({ community: act.community, phone }, 'cadre');
        const tried = await tryCode({ vault }, { _id: { $in: places }, chat: addressHmac(vault, act) }, given, act);
        return 'right' in tried ? { proved: true, at: act.at.toISOString() } : tried;
    };
}
/**
 * The cadre who writes from a phone or chat, as an actor; null if it is no cadre's. It does not prove that the cadre really writes: `proveCadre`
 * does.
 */
export function actingCadre(world) {
    const cadreOf = cadreAt(world);
    return async (act) => {
        const cadre = await cadreOf(act);
        return cadre && { kind: 'resident', id: cadre._id, name: cadre.name ?? cadre.rosterId ?? '', role: 'cadre', community: act.community };
    };
}
/** The cadre whose phone or chat this is, as the roster has it now; null if it is no cadre's. */
function cadreAt(world) {
    const holders = holdersOf(world);
    return async (act) => {
        const { holders: here } = await holders(act);
        const cadre = await collection(Resident).findOne({ _id: { $in: here.map(({ resident }) => resident) }, role: 'cadre', erasedAt: { $exists: false } }, { projection: { person: 1, language: 1 } });
        return cadre && { ...cadre, ...personOf(world.vault, cadre) };
    };
}
