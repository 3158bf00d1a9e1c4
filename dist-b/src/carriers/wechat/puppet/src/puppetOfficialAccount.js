import { FileBox } from 'file-box';
import { Puppet, throwUnsupportedError, types } from 'wechaty-puppet';
import { door } from './door.js';
import { replies } from './replies.js';
import { UNSUPPORTED } from './unsupported.js';
const REPLY_WITHIN_MS = 4_200;
const REMEMBER_MS = 60_000;
const MOST_MESSAGES = 2_000;
/**
 * A WeChat official account as Wechaty sees it. Mount `door` at the address to which WeChat posts. The first text said while a message is handled is
 * its passive reply, which costs nothing; a text that is said later or in addition is a customer-service message. `reply` answers by the message's
 * id. If something other than the bot answers, mount a `door` of your own and pass each message to `see`.
 */
export class PuppetOfficialAccount extends Puppet {
    door;
    #appId;
    #api;
    #received = new Map();
    #replies = replies();
    constructor({ keys, api, now, observe, replyWithinMs = REPLY_WITHIN_MS, rememberMs = REMEMBER_MS }) {
        super();
        this.#appId = keys.appId;
        this.#api = api;
        this.door = door({
            keys,
            answer: (message) => this.#replies.collect(message.key, message.openid, replyWithinMs, () => this.see(message)),
            remembered: rememberMs,
            failed: (error) => this.emit('error', error),
            ...(now && { now }),
            ...(observe && { observe }),
        });
    }
    /** What WeChat delivered under this id: events, taps and other kinds for which Wechaty has no words. Undefined if it was too long ago. */
    received(messageId) {
        return this.#received.get(messageId);
    }
    /** Gives the passive reply to this message; undefined if there is nothing to say, so that WeChat need not wait. False if WeChat no longer waits. */
    reply(messageId, text) {
        return this.#replies.settle(messageId, text);
    }
    /** Shows the bot a message that another door received. The owner of that door replies; what the bot says is a customer-service message. */
    see(message) {
        this.#received.set(message.key, message);
        if (this.#received.size > MOST_MESSAGES)
            for (const oldest of this.#received.keys())
                if (this.#received.delete(oldest))
                    break;
        this.emit('message', { messageId: message.key });
    }
    async onStart() {
        this.login(this.#appId);
        this.emit('ready', { data: 'ready' });
    }
    async onStop() { }
    ding(data = '') {
        this.emit('dong', { data });
    }
    async messageSendText(conversationId, text) {
        if (!this.#replies.take(conversationId, text))
            await this.#api.sendText(conversationId, text);
    }
    async messageRawPayload(id) {
        const message = this.#received.get(id);
        if (!message)
            throw new Error('This message is long past.');
        return message;
    }
    async messageRawPayloadParser(message) {
        const { key, openid, createTime } = message;
        const [type, text] = seen(message);
        return { id: key, talkerId: openid, listenerId: this.#appId, timestamp: createTime, type, text };
    }
    async messageFile(id) {
        const message = await this.messageRawPayload(id);
        if (message.kind !== 'voice' && message.kind !== 'image')
            return throwUnsupportedError();
        const { bytes, type } = await this.#api.media(message.mediaId);
        return FileBox.fromBuffer(bytes, `${message.kind}.${message.kind === 'voice' ? message.format || 'amr' : (type.split('/')[1] ?? 'jpeg')}`);
    }
    async messageImage(id) {
        return this.messageFile(id);
    }
    async contactRawPayload(id) {
        return id;
    }
    /** WeChat no longer gives a follower's name or picture. */
    async contactRawPayloadParser(id) {
        const type = id === this.#appId ? types.Contact.Official : types.Contact.Individual;
        return { id, type, name: id, avatar: '', gender: types.ContactGender.Unknown, phone: [], friend: true };
    }
}
for (const name of UNSUPPORTED)
    Object.defineProperty(PuppetOfficialAccount.prototype, name, { value: throwUnsupportedError, writable: true });
function seen(message) {
    switch (message.kind) {
        case 'text':
            return [types.Message.Text, message.text];
        case 'voice':
            return [types.Message.Audio, message.recognition ?? ''];
        case 'image':
            return [types.Message.Image, ''];
        case 'location':
            return [types.Message.Location, message.label];
        default:
            return [types.Message.Unknown, ''];
    }
}
