import { randomInt } from 'node:crypto';
import { signature } from './cipher.js';
import { verify } from './verify.js';
const MAX_BYTES = 64 * 1024;
/**
 * The address to which WeChat sends, for `GET` and `POST` at any one path. A body over 64 KiB gives 413; a request that is not WeChat's, or is older
 * than five minutes, gives 403 and an empty body; a malformed one gives 400 and one line. Otherwise the answer is the passive reply, encrypted if
 * the message was, or `success` if there is none.
 */
export function door({ keys, answer, now = Date.now, remembered, observe = () => { }, failed = () => { } }) {
    const { echo, post } = verify(keys, now);
    const answers = new Map();
    return (request, response) => {
        const target = request.url ?? '';
        if (!target.startsWith('/'))
            return respond(response, 400, 'text/plain; charset=utf-8', 'malformed address\n');
        const query = new URLSearchParams(/\?(.*)/s.exec(target)?.[1]);
        if (request.method === 'GET') {
            const said = echo(query);
            return 'refused' in said ? refuse(response, said.refused) : respond(response, 200, 'text/plain; charset=utf-8', said.echo);
        }
        if (request.method !== 'POST')
            return respond(response, 405, 'text/plain; charset=utf-8', 'GET and POST only\n');
        readBody(request, MAX_BYTES, (body) => void take(query, body, response).catch((error) => fail(response, error)));
    };
    /** The error is on our side, not in the request; WeChat sends it again. */
    function fail(response, error) {
        failed(error);
        if (response.headersSent)
            response.destroy();
        else
            respond(response, 500, 'text/plain; charset=utf-8', 'failed\n');
    }
    async function take(query, body, response) {
        if (body === 'too large')
            return respond(response, 413, 'text/plain; charset=utf-8', 'too large\n');
        const verified = post(query, body);
        observe(typeof verified === 'string' ? verified : verified.cipher ? 'safe' : 'plain');
        if (typeof verified === 'string')
            return refuse(response, verified);
        const text = await once(verified.message).catch(() => undefined); // `answer` has reported its own error; WeChat need not know
        reply(response, verified, text);
    }
    /** A repeated delivery joins the first one. */
    async function once(message) {
        const known = answers.get(message.key);
        if (known)
            return known;
        const answering = answer(message);
        answers.set(message.key, answering);
        const forget = () => void answers.delete(message.key);
        const end = () => (remembered > 0 ? void setTimeout(forget, remembered).unref() : forget());
        answering.then(end, end);
        return answering;
    }
    function reply(response, { message, cipher }, text) {
        if (!text)
            return void respond(response, 200, 'text/plain; charset=utf-8', 'success');
        const seconds = Math.floor(now() / 1_000);
        const xml = replyXml(message, text, seconds);
        respond(response, 200, 'text/xml; charset=utf-8', cipher ? encryptedReply(cipher, keys.token, xml, String(seconds)) : xml);
    }
}
function encryptedReply(cipher, token, xml, timestamp) {
    const encrypted = cipher.encrypt(xml);
    const nonce = String(randomInt(1e9, 1e10));
    return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature(token, timestamp, nonce, encrypted)}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
}
function refuse(response, why) {
    if (why === 'malformed')
        respond(response, 400, 'text/plain; charset=utf-8', 'malformed message\n');
    else
        respond(response, 403);
}
function respond(response, status, type, body = '') {
    response.statusCode = status;
    if (type)
        response.setHeader('content-type', type);
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
}
/** The body's bytes as they came; bytes beyond the limit are thrown away as they arrive. The promise never settles if the request was cut off. */
function readBody(request, limit, settle) {
    const chunks = [];
    let size = 0;
    if (Number(request.headers['content-length']) > limit)
        discard();
    else
        request.on('data', collect).on('end', end);
    function collect(chunk) {
        size += chunk.length;
        chunks.push(chunk);
        if (size > limit)
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
/** Characters that XML 1.0 cannot hold, including half of a surrogate pair. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
/** A text as the passive reply to a message. */
function replyXml({ openid, account }, text, createTime) {
    return `<xml><ToUserName>${cdata(openid)}</ToUserName><FromUserName>${cdata(account)}</FromUserName><CreateTime>${createTime}</CreateTime><MsgType>${cdata('text')}</MsgType><Content>${cdata(text)}</Content></xml>`;
}
function cdata(text) {
    return `<![CDATA[${text.replace(UNHOLDABLE, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
