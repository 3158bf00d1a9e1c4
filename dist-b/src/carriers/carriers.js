import { aliyun } from './aliyun/carrier.js';
import { asterisk } from './asterisk/carrier.js';
import { kannel } from './kannel/carrier.js';
import { mas } from './mas/carrier.js';
import { carriersOn, phoneChannels } from './settings.js';
import { twilio } from './twilio/carrier.js';
import { accountApi } from './wechat/accountApi.js';
import { chatPictures, voiceMessages } from './wechat/receive.js';
import { recordDeliveryMode } from './wechat/wechatChannel.js';
/** The carriers that are set up; there may be none. */
export async function realCarriers(world, log, { wechat, ...phones }) {
    const api = wechat && accountApi(world, wechat);
    const phone = readyCarriers(phones);
    const spoken = recordingsOf([...phone.values()].flatMap(({ recordings }) => recordings ?? []));
    const texted = [...phone.values()].find(({ pictures }) => pictures)?.pictures;
    const pictures = api ? chatPictures(api, texted) : texted;
    const recordings = api ? voiceMessages(api, spoken) : spoken;
    return {
        channels: channelsOf({ ...phones, wechat }),
        phone,
        ...(wechat && api && { wechat: { keys: wechat, api, observe: await recordDeliveryMode(world, log), hasBot: true } }),
        ...(recordings && { recordings }),
        ...(pictures && { pictures }),
    };
}
/** Each recording is where its carrier keeps it. */
function recordingsOf(sources) {
    if (sources.length === 0)
        return undefined;
    const of = (carrierId) => sources.find(({ holds }) => holds(carrierId));
    return {
        fetch: async (carrierId) => of(carrierId)?.fetch(carrierId) ?? { failed: 'noSource' },
        remove: async (carrierId) => of(carrierId)?.remove(carrierId) ?? false,
    };
}
/** The channels over which the carriers that are set up can deliver a message that the service starts. */
export function channelsOf({ wechat, ...phones }) {
    return [...phoneChannels(phones), ...(wechat ? ['wechat'] : [])];
}
/** The carriers of phones, one line each. */
const CATALOGUE = {
    twilio,
    kannel,
    mas,
    aliyun,
    asterisk,
};
/** The carriers that are turned on. */
function readyCarriers(settings) {
    return new Map(carriersOn(settings).flatMap((name) => {
        const ready = readyCarrier(name, settings);
        return ready ? [[name, ready]] : [];
    }));
}
function readyCarrier(name, settings) {
    const given = settings[name];
    return given === undefined ? undefined : CATALOGUE[name](given);
}
