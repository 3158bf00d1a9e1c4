import { ApiError } from './puppet/src/api.js';
import { templateData } from './send.js';
const NOT_ALLOWED = 48001;
const NO_MENU = 46003;
const A_MINUTE = 60;
/** Asks WeChat what the account may do, and checks the templates that communities name. Changes nothing except for a poster code of one minute. */
export async function checkAccount(api, named) {
    const token = await asked('token', async () => `WeChat takes the settings; it posts from ${await callbackAddresses(api)} addresses`);
    if (token.state !== 'right')
        return [token];
    const service = await asked('customer service', async () => {
        await api.call('/cgi-bin/customservice/getkflist');
        return 'may write to who wrote within 48 hours';
    });
    let contents = new Map();
    const template = await asked('template messages', async () => {
        contents = await templates(api);
        return `may write at any time; ${contents.size} templates`;
    });
    const qr = await asked('poster codes', async () => {
        const scene = { scene_str: 'check' };
        await api.call('/cgi-bin/qrcode/create', { expire_seconds: A_MINUTE, action_name: 'QR_STR_SCENE', action_info: { scene } });
        return 'may make them';
    });
    const menu = await asked('menu', async () => {
        const published = await api.call('/cgi-bin/menu/get').catch((error) => {
            if (error instanceof ApiError && error.code === NO_MENU)
                return undefined;
            throw error;
        });
        return published ? 'is published' : 'may be published: npm run wechat -- menu';
    });
    const alone = service.state === 'lacking' && template.state === 'lacking';
    return [
        token,
        service,
        template,
        qr,
        menu,
        ...(template.state === 'right' ? [...named].map(([slug, id]) => templateOf(slug, contents.get(id))) : []),
        ...(alone
            ? [
                {
                    what: 'kind',
                    state: 'lacking',
                    said: 'a subscription account, or not verified: the service lives on passive replies alone; what it says first goes by SMS or call',
                },
            ]
            : []),
    ];
}
async function asked(what, ask) {
    try {
        return { what, state: 'right', said: await ask() };
    }
    catch (error) {
        const isLacking = error instanceof ApiError && error.code === NOT_ALLOWED;
        return { what, state: isLacking ? 'lacking' : 'wrong', said: explain(error) };
    }
}
async function callbackAddresses(api) {
    const { ip_list: list } = await api.call('/cgi-bin/getcallbackip');
    return Array.isArray(list) ? list.length : 0;
}
/** The account's templates, each with its text, which names its fields. */
async function templates(api) {
    const { template_list: list } = await api.call('/cgi-bin/template/get_all_private_template');
    return new Map((Array.isArray(list) ? list : []).map(({ template_id, content }) => [String(template_id), String(content)]));
}
function templateOf(slug, content) {
    const what = `template of ${slug}`;
    if (content === undefined)
        return { what, state: 'wrong', said: 'the account has no template with the id in community.yaml' };
    return templateData(content, 'x', 'x')
        ? { what, state: 'right', said: 'takes our texts' }
        : { what, state: 'wrong', said: 'has fields that are neither thing nor time: choose another template' };
}
const SENTENCES = {
    40001: 'the token is refused; WECHAT_APP_SECRET may be another account’s',
    40013: 'WECHAT_APP_ID is no account of WeChat’s',
    40125: 'WECHAT_APP_SECRET is wrong',
    40164: 'this server’s address is not on the account’s IP allow-list (基本配置, IP白名单)',
    45009: 'the day’s number of calls is used up',
    48001: 'the account may not do this',
    50002: 'the account is frozen or restricted',
};
/** What a refused call of WeChat's API means, as half a sentence. Rethrows an error that is not an answer of the API. */
export function explain(error) {
    if (!(error instanceof ApiError))
        throw error;
    const { code } = error;
    if (code === 'unreachable')
        return 'the API cannot be reached';
    if (code === 'noAnswer' || code === 'tooLarge')
        return 'the API gave no answer';
    return `${SENTENCES[code] ?? 'WeChat refuses it'} (${code})`;
}
/** A menu of WeChat's API as lines to read and to compare: the name of each item, and what it does. */
export function menuLines(menu) {
    return itemsIn(menu, 'button').flatMap((one) => {
        const below = itemsIn(one, 'sub_button');
        return below.length > 0 ? [textIn(one, 'name'), ...below.map((item) => `  ${line(item)}`)] : [line(one)];
    });
}
function line(item) {
    return `${textIn(item, 'name')} (${textIn(item, 'type')} ${textIn(item, 'key') || textIn(item, 'url')})`;
}
/** The API gives some lists as `{list: […]}`. */
function itemsIn(value, name) {
    const found = fieldOf(value, name);
    if (Array.isArray(found))
        return found;
    const list = fieldOf(found, 'list');
    return Array.isArray(list) ? list : [];
}
function textIn(value, name) {
    const found = fieldOf(value, name);
    return typeof found === 'string' ? found : '';
}
function fieldOf(value, name) {
    return typeof value === 'object' && value !== null && name in value ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
