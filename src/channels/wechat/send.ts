import type { Log } from '../../logger.ts';
import type { Send, Sent } from '../../outreach/send.ts';
import type { Api } from './puppet/src/api.ts';
import { ApiError } from './puppet/src/apiError.ts';
import { templateData } from './templateData.ts';

export interface WechatSendMeans {
  readonly api: Pick<Api, 'sendText' | 'call'>;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
  /** The template of the community with this number, where it has one, and its zone. */
  readonly templateOf: (from: string) => Promise<{ readonly id: string; readonly zone: string } | undefined>;
}

/** No customer-service message for this person now: outside the hours after they wrote, too many already, or the account may not. */
const OTHER_WAY = [45015, 45047, 48001];
const NOT_ALLOWED = 48001;
const BLOCKED = 43019;
/** Our settings are wrong: the message waits until they are right. */
const SETTINGS = [40001, 40013, 40014, 40125, 40164, 42001];
/** Surely not done, and worth another try: too busy, over the day's or the minute's number. */
const LATER = [-1, 45009, 45011];

/**
 * Sends one text to a follower: as a customer-service message while WeChat allows one, else as the community's template message. Where
 * neither goes it has failed, and the outbox takes the next channel.
 */
export function sendWechat({ api, log, now, templateOf }: WechatSendMeans): Send {
  const lacking = new Set<'customerService' | 'template'>();
  const contents = new Map<string, string>();

  return async (message) => {
    const { to, text, signal } = message;
    try {
      if (lacking.has('customerService')) return await byTemplate(message, NOT_ALLOWED);
      await api.sendText(to, text, signal);
      return { state: 'sent', carrierId: `wechat-${message.ref}` };
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
      const body = { touser: to, template_id: template.id, client_msg_id: ref.slice(0, 32), data };
      const { msgid } = await api.call('/cgi-bin/message/template/send', body, signal);
      return { state: 'sent', carrierId: `wechat-${msgid}` };
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
      log.warn({ channel: 'wechat', code: 'WECHAT_48001', state: privilege }, 'The WeChat account may not do this; other channels are used');
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
  if (code === 'noAnswer') return { state: 'unknown', reason: 'noAnswer' };
  if (code === 'unreachable') return { state: 'refused', reason: 'unreachable' };
  if (code === BLOCKED) return { state: 'stopped' };
  if (SETTINGS.includes(code)) return { state: 'refused', reason: 'unauthorized' };
  if (LATER.includes(code)) return { state: 'refused', reason: 'rate' };
  return { state: 'failed', reason: `wechat.${code}` };
}
