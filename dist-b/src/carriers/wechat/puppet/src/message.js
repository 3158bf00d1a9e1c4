import { isUtf8 } from 'node:buffer';
import { XMLParser } from 'fast-xml-parser';
const ID = /^[\w-]{1,128}$/;
const DIGITS = /^\d{1,20}$/;
/** The message in these fields; undefined if a field is missing or is not valid. */
export function readMessage(fields) {
    const field = (name) => fields.get(name) ?? '';
    const [openid, account, createTime, type] = [field('FromUserName'), field('ToUserName'), field('CreateTime'), field('MsgType')];
    const content = readContent(fields, type);
    if (!ID.test(openid) || !ID.test(account) || !DIGITS.test(createTime) || !content)
        return undefined;
    const isEvent = content.kind === 'event';
    if (!isEvent && !DIGITS.test(field('MsgId')))
        return undefined;
    const key = isEvent ? [openid, createTime, content.event, content.eventKey].join('|') : field('MsgId');
    return { openid, account, key, createTime: Number(createTime), ...content };
}
function readContent(fields, type) {
    const [text, mediaId, event] = [fields.get('Content'), fields.get('MediaId'), fields.get('Event')];
    const [menuItem, recognition] = [fields.get('bizmsgmenuid'), fields.get('Recognition')];
    switch (type) {
        case '':
            return undefined;
        case 'text':
            return text === undefined ? undefined : { kind: 'text', text, ...(menuItem && { menuItem }) };
        case 'voice':
            return mediaId ? { kind: 'voice', mediaId, format: fields.get('Format') ?? '', ...(recognition && { recognition }) } : undefined;
        case 'image':
            return mediaId ? { kind: 'image', mediaId, url: fields.get('PicUrl') ?? '' } : undefined;
        case 'location':
            return {
                kind: 'location',
                latitude: Number(fields.get('Location_X')),
                longitude: Number(fields.get('Location_Y')),
                label: fields.get('Label') ?? '',
            };
        case 'event':
            return event ? { kind: 'event', event, eventKey: fields.get('EventKey') ?? '', fields } : undefined;
        default:
            return { kind: 'other', type, fields };
    }
}
const parser = new XMLParser({ parseTagValue: false, processEntities: false, trimValues: false, ignoreDeclaration: true });
const CDATA = /<!\[CDATA\[[\s\S]*?\]\]>/g;
/**
 * Reads `<xml><Field>…</Field></xml>`. Undefined for anything that WeChat never sends: wrong UTF-8, XML that is not well-formed, a DTD, a comment,
 * an entity reference, a field that appears twice.
 */
export function readXml(bytes) {
    if (!isUtf8(bytes))
        return undefined;
    const xml = bytes.toString();
    if (/<[!?]|&/.test(xml.replace(CDATA, '').replace(/^<\?xml [^<>]*\?>/, '')))
        return undefined;
    const root = parsed(xml);
    if (!isRecord(root) || Object.keys(root).some((name) => name !== 'xml' && !isBlank(root[name])) || !isRecord(root.xml))
        return undefined;
    const fields = new Map();
    for (const [name, value] of Object.entries(root.xml)) {
        if (name === '#text' ? !isBlank(value) : Array.isArray(value))
            return undefined;
        if (typeof value === 'string' && name !== '#text')
            fields.set(name, value);
    }
    return fields;
}
function parsed(xml) {
    try {
        return parser.parse(xml, true);
    }
    catch {
        return undefined; // not well-formed
    }
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isBlank(value) {
    return typeof value === 'string' && value.trim() === '';
}
