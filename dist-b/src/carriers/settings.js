import { BlockList, isIP } from 'node:net';
import { CARRIER_NAMES, CARRIERS } from '../contacts/channel.js';
import { aliyunSettings } from './aliyun/settings.js';
import { asteriskSettings } from './asterisk/settings.js';
import { kannelSettings } from './kannel/settings.js';
import { masSettings } from './mas/settings.js';
import { twilioSettings } from './twilio/settings.js';
/** The settings of each carrier of phones. Read without its code, for commands that need none. */
const SETTINGS = {
    twilio: twilioSettings,
    kannel: kannelSettings,
    mas: masSettings,
    aliyun: aliyunSettings,
    asterisk: asteriskSettings,
};
/** The names of all settings that turn a carrier on. */
export const CARRIER_SETTINGS = Object.values(SETTINGS).flatMap(({ together }) => together);
/** What is wrong with the carriers' settings, one line each. */
export function carrierProblems(given) {
    return Object.values(SETTINGS).flatMap(({ problems }) => problems(given));
}
/** The carriers' settings, which have no problems. */
export function readCarriers(given) {
    return Object.fromEntries(Object.entries(SETTINGS).map(([name, { read }]) => [name, read(given)]));
}
/** The names of the carriers that are turned on. */
export function carriersOn(settings) {
    return CARRIER_NAMES.filter((name) => settings[name] !== undefined);
}
/** The channels of phones that the carriers which are turned on bring. */
export function phoneChannels(settings) {
    return [...new Set(carriersOn(settings).flatMap((name) => CARRIERS[name]))];
}
/** The carriers that sign nothing. */
const UNSIGNED = ['kannel', 'mas', 'aliyun'];
/** Reads `kannel=127.0.0.1,10.0.0.0/8; mas=192.168.1.0/24`; undefined if it is anything else, another carrier's name too: a rule for it would do nothing. */
export function networksIn(text) {
    const networks = {};
    for (const part of text.split(';').map((one) => one.trim())) {
        const [name = '', list = ''] = part.split('=');
        const carrier = UNSIGNED.find((one) => one === name.trim());
        const read = listIn(list);
        if (!carrier || !read || networks[carrier])
            return undefined;
        networks[carrier] = read;
    }
    return networks;
}
function listIn(text) {
    const list = new BlockList();
    for (const network of text.split(',').map((one) => one.trim())) {
        const [address = '', bits] = network.split('/');
        const version = isIP(address);
        const most = version === 6 ? 128 : 32;
        if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
            return undefined;
        list.addSubnet(address, bits === undefined ? most : Number(bits), version === 6 ? 'ipv6' : 'ipv4');
    }
    return list;
}
