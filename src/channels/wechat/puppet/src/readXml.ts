import { isUtf8 } from 'node:buffer';
import { XMLParser } from 'fast-xml-parser';

/** The fields of a message; what has fields of its own is left out. */
export type Fields = ReadonlyMap<string, string>;

const parser = new XMLParser({ parseTagValue: false, processEntities: false, trimValues: false, ignoreDeclaration: true });
const CDATA = /<!\[CDATA\[[\s\S]*?\]\]>/g;

/**
 * Reads `<xml><Field>…</Field></xml>`. Undefined for what WeChat never sends: wrong UTF-8, XML that is not well-formed, a DTD, a comment,
 * an entity reference, a field that is there twice.
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
