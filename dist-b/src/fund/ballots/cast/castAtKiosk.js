import { collection } from '../../../store/collection.js';
import { notifyHolder, Resident } from '../../people/index.js';
import { cast } from './cast.js';
/** Casts a ballot from a hall's tablet under the same rules as every other. The card's holder gets a line with the receipt, if they have a phone: it may have been somebody else. */
export function castAtKiosk(world, notify) {
    const castOne = cast(world);
    const tell = notifyHolder(world, notify);
    return async ({ picks, resident, community, key, at }) => {
        const holder = await collection(Resident).findOne({ _id: resident, community, erasedAt: { $exists: false } }, { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 }, promoteBuffers: true });
        const outcome = await castOne({
            ...{ key, service: 'castBallot', at, community, channel: 'kiosk', withCard: true, picks },
            ...(holder && { resident: holder._id }),
            beginWrite: () => undefined,
        });
        if (holder && 'receipt' in outcome)
            await tell(holder, { community, occasion: `atTablet|${key}`, said: { key: 'notice.atTablet', params: { receipt: outcome.receipt } } });
        return outcome;
    };
}
