import { FileBox, type FileBoxInterface } from 'file-box';
import { Puppet, type payloads, throwUnsupportedError, types } from 'wechaty-puppet';
import type { Api } from './api.ts';
import { type Delivered, door, type WebhookHandler } from './door.ts';
import type { AccountMessage } from './message.ts';
import { type Replies, replies } from './replies.ts';
import { UNSUPPORTED } from './unsupported.ts';
import type { AccountKeys } from './verify.ts';

export interface PuppetOfficialAccountOptions {
  readonly keys: AccountKeys;
  readonly api: Pick<Api, 'sendText' | 'media'>;
  /** The longest time that WeChat has to wait for the reply, in milliseconds; WeChat gives up after five seconds. */
  readonly replyWithinMs?: number;
  /** For how long, in milliseconds, a repeated delivery gets the same answer, without the bot seeing it. */
  readonly rememberMs?: number;
  /** In milliseconds since the epoch. */
  readonly now?: () => number;
  /** Is notified of the result of each delivery, but not of its content. */
  readonly observe?: (outcome: Delivered) => void;
}

const REPLY_WITHIN_MS = 4_200;
const REMEMBER_MS = 60_000;
const MOST_MESSAGES = 2_000;

/**
 * A WeChat official account as Wechaty sees it. Mount `door` at the address to which WeChat posts. The first text said while a message is handled is
 * its passive reply, which costs nothing; a text that is said later or in addition is a customer-service message. `reply` answers by the message's
 * id. If something other than the bot answers, mount a `door` of your own and pass each message to `see`.
 */
export class PuppetOfficialAccount extends Puppet {
  readonly door: WebhookHandler;
  readonly #appId: string;
  readonly #api: PuppetOfficialAccountOptions['api'];
  readonly #received = new Map<string, AccountMessage>();
  readonly #replies: Replies = replies();

  constructor({ keys, api, now, observe, replyWithinMs = REPLY_WITHIN_MS, rememberMs = REMEMBER_MS }: PuppetOfficialAccountOptions) {
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
  received(messageId: string): AccountMessage | undefined {
    return this.#received.get(messageId);
  }

  /** Gives the passive reply to this message; undefined if there is nothing to say, so that WeChat need not wait. False if WeChat no longer waits. */
  reply(messageId: string, text: string | undefined): boolean {
    return this.#replies.settle(messageId, text);
  }

  /** Shows the bot a message that another door received. The owner of that door replies; what the bot says is a customer-service message. */
  see(message: AccountMessage): void {
    this.#received.set(message.key, message);
    if (this.#received.size > MOST_MESSAGES) for (const oldest of this.#received.keys()) if (this.#received.delete(oldest)) break;
    this.emit('message', { messageId: message.key });
  }

  override async onStart(): Promise<void> {
    this.login(this.#appId);
    this.emit('ready', { data: 'ready' });
  }

  override async onStop(): Promise<void> {}

  override ding(data = ''): void {
    this.emit('dong', { data });
  }

  override async messageSendText(conversationId: string, text: string): Promise<void> {
    if (!this.#replies.take(conversationId, text)) await this.#api.sendText(conversationId, text);
  }

  override async messageRawPayload(id: string): Promise<AccountMessage> {
    const message = this.#received.get(id);
    if (!message) throw new Error('This message is long past.');
    return message;
  }

  override async messageRawPayloadParser(message: AccountMessage): Promise<payloads.Message> {
    const { key, openid, createTime } = message;
    const [type, text] = seen(message);
    return { id: key, talkerId: openid, listenerId: this.#appId, timestamp: createTime, type, text };
  }

  override async messageFile(id: string): Promise<FileBoxInterface> {
    const message = await this.messageRawPayload(id);
    if (message.kind !== 'voice' && message.kind !== 'image') return throwUnsupportedError();
    const { bytes, type } = await this.#api.media(message.mediaId);
    return FileBox.fromBuffer(bytes, `${message.kind}.${message.kind === 'voice' ? message.format || 'amr' : (type.split('/')[1] ?? 'jpeg')}`);
  }

  override async messageImage(id: string): Promise<FileBoxInterface> {
    return this.messageFile(id);
  }

  override async contactRawPayload(id: string): Promise<string> {
    return id;
  }

  /** WeChat no longer gives a follower's name or picture. */
  override async contactRawPayloadParser(id: string): Promise<payloads.Contact> {
    const type = id === this.#appId ? types.Contact.Official : types.Contact.Individual;
    return { id, type, name: id, avatar: '', gender: types.ContactGender.Unknown, phone: [], friend: true };
  }
}

for (const name of UNSUPPORTED) Object.defineProperty(PuppetOfficialAccount.prototype, name, { value: throwUnsupportedError, writable: true });

function seen(message: AccountMessage): [types.Message, string] {
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
