import { isUtf8 } from 'node:buffer';
import { XMLParser } from 'fast-xml-parser';

/** What WeChat delivered: a message or an event of one follower. */
export type AccountMessage = AccountMessageBase & AccountMessageContent;

export interface AccountMessageBase {
  /** The follower who wrote. */
  readonly openid: string;
  /** The account's own id (`gh_…`). */
  readonly account: string;
  /** The same delivery has the same key: MsgId, or for an event FromUserName, CreateTime, Event and EventKey. */
  readonly key: string;
  /** In seconds. */
  readonly createTime: number;
}

type AccountMessageContent =
  /** `menuItem`: the id of the item of a `msgmenu` that was tapped; `text` is its content. */
  | { readonly kind: 'text'; readonly text: string; readonly menuItem?: string }
  /** `recognition`: the words that WeChat understood, if it still offers that. */
  | { readonly kind: 'voice'; readonly mediaId: string; readonly format: string; readonly recognition?: string }
  | { readonly kind: 'image'; readonly mediaId: string; readonly url: string }
  | { readonly kind: 'location'; readonly latitude: number; readonly longitude: number; readonly label: string }
  /** `event` as WeChat writes it: subscribe, unsubscribe, SCAN, CLICK, VIEW, LOCATION, TEMPLATESENDJOBFINISH… */
  | { readonly kind: 'event'; readonly event: string; readonly eventKey: string; readonly fields: ReadonlyMap<string, string> }
  /** Video, link and any kind that WeChat may add later. */
  | { readonly kind: 'other'; readonly type: string; readonly fields: ReadonlyMap<string, string> };

const ID = /^[\w-]{1,128}$/;
const DIGITS = /^\d{1,20}$/;

/** The message in these fields; undefined if a field is missing or is not valid. */
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

/** The fields of a message; a field that contains other fields is left out. */
export type Fields = ReadonlyMap<string, string>;

const parser = new XMLParser({ parseTagValue: false, processEntities: false, trimValues: false, ignoreDeclaration: true });
const CDATA = /<!\[CDATA\[[\s\S]*?\]\]>/g;

/**
 * Reads `<xml><Field>…</Field></xml>`. Undefined for anything that WeChat never sends: wrong UTF-8, XML that is not well-formed, a DTD, a comment,
 * an entity reference, a field that appears twice.
 */
export function readXml(bytes: Buffer): Fields | undefined {
  if (!isUtf8(bytes)) return undefined;
  const xml = bytes.toString();
  if (/<[!?]|&/.test(xml.replace(CDATA, '').replace(/^<\?xml [^<>]*\?>/, ''))) return undefined;
  const root = parsed(xml);
  if (!isRecord(root) || Object.keys(root).some((name) => name !== 'xml' && !isBlank(root[name])) || !isRecord(root.xml)) return undefined;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(root.xml)) {
    if (name === '#text' ? !isBlank(value) : Array.isArray(value)) return undefined;
    if (typeof value === 'string' && name !== '#text') fields.set(name, value);
  }
  return fields;
}

function parsed(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch {
    return undefined; // not well-formed
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}
