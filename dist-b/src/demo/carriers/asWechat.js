import { randomInt } from 'node:crypto';
import { cipher, isSame, signature } from '../../carriers/wechat/puppet/src/cipher.js';
import { readXml } from '../../carriers/wechat/puppet/src/message.js';
import { CodedError } from '../../store/codedError.js';
/**
 * Delivers a message or an event to the service, encrypted and signed as WeChat does in safe mode, and gives the passive reply's text, null if there
 * is none. Rejects with code `not-delivered` if the service does not accept it.
 */
export async function asWechat({ url, appId, account, token, aesKey, now = () => new Date() }, { openid, content, id = newId(), createTime = secondsOf(now()) }) {
    const { encrypt, decrypt } = cipher(aesKey, appId);
    const encrypted = encrypt(xmlOf({ ToUserName: account, FromUserName: openid, CreateTime: String(createTime), ...fieldsOf(content, id) }));
    const [timestamp, nonce] = [String(secondsOf(now())), String(randomInt(1e9, 1e10))];
    const query = new URLSearchParams({
        signature: signature(token, timestamp, nonce),
        timestamp,
        nonce,
        openid,
        encrypt_type: 'aes',
        msg_signature: signature(token, timestamp, nonce, encrypted),
    });
    const response = await fetch(`${url}/wechat?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: xmlOf({ ToUserName: account, Encrypt: encrypted }),
    });
    const answer = await response.text();
    if (response.status !== 200)
        throw new CodedError('not-delivered', `The service answered ${response.status}: ${answer.trim() || 'nothing'}.`);
    if (answer === 'success' || answer === '')
        return null;
    return replyIn(answer);
    function replyIn(xml) {
        const reply = readXml(Buffer.from(xml));
        const field = (name) => reply?.get(name) ?? '';
        const isSigned = isSame(field('MsgSignature'), signature(token, field('TimeStamp'), field('Nonce'), field('Encrypt')));
        const opened = isSigned ? decrypt(field('Encrypt')) : undefined;
        const text = opened && readXml(opened)?.get('Content');
        if (text === undefined)
            throw new CodedError('not-delivered', 'The service answered with something that WeChat could not read.');
        return text;
    }
}
function fieldsOf(content, id) {
    if ('text' in content)
        return { MsgType: 'text', Content: content.text, MsgId: id, ...(content.menuItem && { bizmsgmenuid: content.menuItem }) };
    if ('voice' in content)
        return { MsgType: 'voice', MediaId: content.voice, Format: 'amr', Recognition: content.recognition ?? '', MsgId: id };
    if ('image' in content)
        return { MsgType: 'image', MediaId: content.image, PicUrl: `https://mmbiz.example/${content.image}`, MsgId: id };
    if ('location' in content) {
        const { latitude, longitude, label = '' } = content.location;
        return { MsgType: 'location', Location_X: String(latitude), Location_Y: String(longitude), Scale: '15', Label: label, MsgId: id };
    }
    return { MsgType: 'event', Event: content.event, EventKey: content.eventKey ?? '', ...content.fields };
}
/** WeChat puts every text into CDATA. */
function xmlOf(fields) {
    const inner = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`);
    return `<xml>${inner.join('')}</xml>`;
}
function newId() {
    return `2${String(randomInt(1e9)).padStart(9, '0')}${String(randomInt(1e9)).padStart(9, '0')}`;
}
function secondsOf(time) {
    return Math.floor(time.getTime() / 1_000);
}
