import type { Log } from '../../store/log.ts';
import type { CarrierStatus, Send, Sent } from '../sending.ts';
import { named } from './ofAccount.ts';
import { type Api, ApiError } from './puppet/src/api.ts';
import type { AccountMessage } from './puppet/src/message.ts';

export interface WechatSendDeps {
  readonly api: Pick<Api, 'sendText' | 'call'>;
  /** The AppID; undefined for the account of the service's settings (`named`). */
  readonly account: string | undefined;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
  /** The template of the community with this number, if it has one, and its zone. */
  readonly templateOf: (from: string) => Promise<{ readonly id: string; readonly zone: string } | undefined>;
}

/** WeChat allows no customer-service message to this person now: they wrote too long ago, got too many already, or the account may not send any. */
const OTHER_WAY = [45015, 45047, 48001];
const NOT_ALLOWED = 48001;
const BLOCKED = 43019;
/** Our settings are wrong: nothing goes out until they are right. */
const SETTINGS = [40001, 40013, 40014, 40125, 40164, 42001];
/** All that the account may ask for in a day is asked. */
const DAY_LIMIT = 45009;
/** Surely not done, but worth another try: WeChat is too busy, or the limit of the minute is reached. */
const LATER = [-1, 45011];
/** The text is empty, too long, refused by what reads it, or no field of the template takes it. */
const ABOUT_TEXT = [44004, 45002, 47003, 87014];

/**
 * Sends one text to a follower: as a customer-service message while WeChat allows one, else as the community's template message. If neither can be
 * sent, it has failed, and the outbox takes the next channel.
 */
export function sendWechat({ api, account, log, now, templateOf }: WechatSendDeps): Send {
  const lacking = new Set<'customerService' | 'template'>();
  const contents = new Map<string, string>();

  return async (message) => {
    const { to, text, signal } = message;
    try {
      if (lacking.has('customerService')) return await byTemplate(message, NOT_ALLOWED);
      await api.sendText(to, text, signal);
      return { state: 'sent', carrierId: carrierIdOf(account, message.ref) };
    } catch (error) {
      const code = codeOf(error);
      if (code === NOT_ALLOWED) lacks('customerService');
      return OTHER_WAY.includes(Number(code)) ? byTemplate(message, code) : came(code);
    }
  };

  async function byTemplate({ to, from, text, ref, signal }: Parameters<Send>[0], why: ApiError['code']): Promise<Sent> {
    const template = lacking.has('template') ? undefined : await templateOf(from);
    if (!template) return { state: 'failed', reason: `wechat.${why}` };
    try {
      const data = templateData(await contentOf(template.id, signal), text, when(template.zone));
      if (!data) return { state: 'failed', reason: 'wechat.templateFields' };
      const body = { touser: to, template_id: template.id, client_msg_id: ref.slice(-32), data };
      const { msgid } = await api.call('/cgi-bin/message/template/send', body, signal);
      return { state: 'sent', carrierId: carrierIdOf(account, String(msgid)) };
    } catch (error) {
      const code = codeOf(error);
      if (code === NOT_ALLOWED) lacks('template');
      return came(code);
    }
  }

  /** The template's own text, which names its fields. */
  async function contentOf(id: string, signal: AbortSignal): Promise<string> {
    if (!contents.has(id)) {
      const { template_list: list } = await api.call('/cgi-bin/template/get_all_private_template', undefined, signal);
      for (const { template_id, content } of Array.isArray(list) ? list : []) contents.set(String(template_id), String(content));
    }
    return contents.get(id) ?? '';
  }

  function lacks(privilege: 'customerService' | 'template'): void {
    if (!lacking.has(privilege))
      log.warn({ channel: 'wechat', code: 'wechat-48001', state: privilege }, 'The WeChat account may not do this; other channels are used');
    lacking.add(privilege);
  }

  function when(zone: string): string {
    const format = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23' });
    return format.format(now());
  }
}

function codeOf(error: unknown): ApiError['code'] {
  if (error instanceof ApiError) return error.code;
  throw error;
}

function came(code: ApiError['code']): Sent {
  if (code === 'noAnswer' || code === 'tooLarge') return { state: 'unknown', reason: 'noAnswer' };
  if (code === 'unreachable') return { state: 'refused', reason: 'unreachable' };
  if (code === BLOCKED) return { state: 'stopped' };
  if (SETTINGS.includes(code)) return { state: 'refused', reason: 'unauthorized', parks: true };
  if (code === DAY_LIMIT) return { state: 'refused', reason: 'dayLimit', parks: true };
  if (LATER.includes(code)) return { state: 'refused', reason: 'rate' };
  return { state: 'failed', reason: `wechat.${code}`, ...(ABOUT_TEXT.includes(code) && { wrong: 'text' as const }) };
}

/** What a field of a template takes, by the beginning of its name; the values of other kinds cannot be made from a text. */
const LONGEST_THING = 20;
const FIELD = /\{\{(\w+)\.DATA\}\}/g;

export type TemplateData = Readonly<Record<string, { readonly value: string }>>;

/**
 * A text as the data of a template, which WeChat approved with fields of its own: `thing` fields take the text, twenty characters each, `time`
 * fields take `when`. Undefined if the template asks for something else.
 */
export function templateData(content: string, text: string, when: string): TemplateData | undefined {
  const names = [...content.matchAll(FIELD)].map(([, name = '']) => name);
  const things = names.filter((name) => /^thing\d*$/.test(name));
  if (things.length === 0 || names.some((name) => !/^(thing|time)\d*$/.test(name))) return undefined;
  const pieces = cut([...text.replace(/\s+/g, ' ').trim()], things.length);
  return Object.fromEntries(names.map((name) => [name, { value: name.startsWith('time') ? when : (pieces[things.indexOf(name)] ?? '－') }]));
}

function cut(characters: readonly string[], most: number): string[] {
  const room = most * LONGEST_THING;
  const kept = characters.length > room ? [...characters.slice(0, room - 1), '…'] : characters;
  return Array.from({ length: most }, (_, index) =>
    kept
      .slice(index * LONGEST_THING, (index + 1) * LONGEST_THING)
      .join('')
      .trim(),
  ).filter((piece) => piece !== '');
}

/** What a message is called that this account has sent: what it reports is about no other's. */
function carrierIdOf(account: string | undefined, id: string): string {
  return `wechat-${named(account, id)}`;
}

/** What an event of this account reports about a template message that was sent; undefined for any other event. */
export function templateStatus(message: AccountMessage, account: string | undefined): CarrierStatus | undefined {
  if (message.kind !== 'event' || message.event !== 'TEMPLATESENDJOBFINISH') return undefined;
  const [id, status] = [message.fields.get('MsgID') ?? message.fields.get('MsgId') ?? '', message.fields.get('Status') ?? ''];
  const carrierId = carrierIdOf(account, id);
  if (status === 'success') return { carrierId, state: 'delivered' };
  if (status.includes('user block')) return { carrierId, state: 'stopped' };
  return { carrierId, state: 'failed', reason: 'wechat.notDelivered' };
}
