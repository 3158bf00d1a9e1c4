import { isUtf8 } from 'node:buffer';
import { parse } from 'node:querystring';
/** The query of a request target as it came in. Nothing else of the target is parsed, so that a target that is not an address cannot throw. */
export function queryOf(target) {
    const begins = target.indexOf('?');
    return new URLSearchParams(begins < 0 ? '' : target.slice(begins + 1));
}
const MAX_BYTES = 64 * 1024;
/** The body's bytes as they came; bytes beyond the limit are thrown away as they arrive. The promise never settles if the request was cut off. */
export function readBody(request, settle) {
    const chunks = [];
    let size = 0;
    if (Number(request.headers['content-length']) > MAX_BYTES)
        discard();
    else
        request.on('data', collect).on('end', end);
    function collect(chunk) {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MAX_BYTES)
            discard();
    }
    function end() {
        settle(Buffer.concat(chunks));
    }
    function discard() {
        request.off('data', collect).off('end', end).resume();
        settle('too large');
    }
}
/** Whether the body is an `application/x-www-form-urlencoded` form in UTF-8. */
export function isPlainForm({ headers }) {
    const [type, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(/ *; */);
    const isUtf8 = parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-?8"?$/.test(parameter));
    return type === 'application/x-www-form-urlencoded' && isUtf8 && !headers['content-encoding'];
}
/** Twilio sends about forty. */
const MAX_FIELDS = 200;
const MAX_READ = 2 * MAX_FIELDS;
const AND = '&'.charCodeAt(0);
/** Whether a body has so many fields that it is not even read. It only counts, and stops at the limit. */
export function hasTooMany(body) {
    let count = 0;
    for (let at = body.indexOf(AND); at >= 0 && count <= MAX_READ; at = body.indexOf(AND, at + 1))
        count += 1;
    return count > MAX_READ;
}
/** Reads the body of an `application/x-www-form-urlencoded` request. */
export function readForm(body) {
    const text = body.toString();
    const sent = parse(text, '&', '=', { maxKeys: 0 });
    return isUtf8(body) && isWellEscaped(text) ? { sent, fields: singleFields(sent) } : { sent };
}
/** Whether every `%` begins an escape, and the escaped bytes are UTF-8. */
function isWellEscaped(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}
function singleFields(sent) {
    const entries = Object.entries(sent);
    if (entries.length > MAX_FIELDS)
        return undefined;
    const fields = Object.create(null);
    for (const [name, value] of entries) {
        if (name === '' || typeof value !== 'string')
            return undefined;
        fields[name] = value;
    }
    return fields;
}
/** Answers a carrier with an XML document. The content type is written directly, because a look-up for each answer costs time. */
export function answerXml(response, document) {
    response.setHeader('content-type', 'text/xml; charset=utf-8').end(document);
}
/** Characters that no phone shows and XML 1.0 cannot hold, and halves of surrogate pairs. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
/** A text without the characters that an XML document or a phone cannot hold. */
export function plainText(text) {
    return text.replace(UNHOLDABLE, '');
}
