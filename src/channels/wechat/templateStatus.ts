import type { CarrierStatus } from '../../outreach/carrierStatus.ts';
import type { AccountMessage } from './puppet/src/message.ts';

/** What an event tells of a template message that was sent; undefined for anything else. */
export function templateStatus(message: AccountMessage): CarrierStatus | undefined {
  if (message.kind !== 'event' || message.event !== 'TEMPLATESENDJOBFINISH') return undefined;
  const [id, status] = [message.fields.get('MsgID') ?? message.fields.get('MsgId') ?? '', message.fields.get('Status') ?? ''];
  const carrierId = `wechat-${id}`;
  if (status === 'success') return { carrierId, state: 'delivered' };
  if (status.includes('user block')) return { carrierId, state: 'stopped' };
  return { carrierId, state: 'failed', reason: 'wechat.notDelivered' };
}
