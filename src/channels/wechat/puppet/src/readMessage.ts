import type { AccountMessage, AccountMessageContent } from './message.ts';
import type { Fields } from './readXml.ts';

const ID = /^[\w-]{1,128}$/;
const DIGITS = /^\d{1,20}$/;

/** The message that these fields are; undefined where one is missing or is not what it should be. */
export function readMessage(fields: Fields): AccountMessage | undefined {
  const field = (name: string) => fields.get(name) ?? '';
  const [openid, account, createTime, type] = [field('FromUserName'), field('ToUserName'), field('CreateTime'), field('MsgType')];
  const content = readContent(fields, type);
  if (!ID.test(openid) || !ID.test(account) || !DIGITS.test(createTime) || !content) return undefined;
  const isEvent = content.kind === 'event';
  if (!isEvent && !DIGITS.test(field('MsgId'))) return undefined;
  const key = isEvent ? [openid, createTime, content.event, content.eventKey].join('|') : field('MsgId');
  return { openid, account, key, createTime: Number(createTime), ...content };
}

function readContent(fields: Fields, type: string): AccountMessageContent | undefined {
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
