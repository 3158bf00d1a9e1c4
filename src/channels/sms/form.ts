import { isUtf8 } from 'node:buffer';
import { type ParsedUrlQuery, parse } from 'node:querystring';

/** A carrier's form as it came, and its fields where it is well formed. */
export interface Form {
  /** Every field, a repeated one as an array: what the signature covers, wrong bytes or not. */
  readonly sent: ParsedUrlQuery;
  /** Absent where the form is malformed: wrong UTF-8, a wrong escape, a repeated or nameless field, more than 200 of them. */
  readonly fields?: Fields;
}

export type Fields = Readonly<Record<string, string>>;

/** Twilio sends some forty. */
const MAX_FIELDS = 200;
const MAX_READ = 2 * MAX_FIELDS;
const AND = '&'.charCodeAt(0);

/** Whether a body has so many fields that it is not even read. Only counts, and not to the end. */
export function hasTooMany(body: Buffer): boolean {
  let count = 0;
  for (let at = body.indexOf(AND); at >= 0 && count <= MAX_READ; at = body.indexOf(AND, at + 1)) count += 1;
  return count > MAX_READ;
}

/** Reads the body of an `application/x-www-form-urlencoded` request. */
export function readForm(body: Buffer): Form {
  const text = body.toString();
  const sent = parse(text, '&', '=', { maxKeys: 0 });
  return isUtf8(body) && isWellEscaped(text) ? { sent, fields: singleFields(sent) } : { sent };
}

/** Every `%` begins an escape, and what is escaped is UTF-8. */
function isWellEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function singleFields(sent: ParsedUrlQuery): Fields | undefined {
  const entries = Object.entries(sent);
  if (entries.length > MAX_FIELDS) return undefined;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, value] of entries) {
    if (name === '' || typeof value !== 'string') return undefined;
    fields[name] = value;
  }
  return fields;
}
