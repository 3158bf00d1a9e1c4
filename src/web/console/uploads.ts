import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { LARGEST_PICTURE } from '../../fund/pictures/index.ts';
import { CodedError } from '../../store/codedError.ts';
import { Refusal } from '../errors.ts';
import type { Mistakes } from './frame.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** A form may be so much longer than its pictures. */
const AROUND = 65_536;
/** So many bytes of forms with files are in memory at a time, as they are said to be long: a packed one is not taken. A request that comes then waits, and is answered to come again. */
const ROOM = 64_000_000;
/** Of one person, so that nobody with a slow line, or with bad will, takes all the room. */
const MAX_OF_ONE = 2;
const TIMEOUT_MS = 3_000;
/** Of the largest file. */
export const MEGABYTES = LARGEST_PICTURE / 1_000_000;

/** Who may send files to a page, and how it is shown again with what was wrong. */
export interface UploadPage {
  readonly may: (visit: CommunityVisit) => boolean;
  /** Shows it again, with what was wrong. */
  readonly show: (visit: CommunityVisit, mistakes: Mistakes, status: number) => Promise<void>;
  /** The field of the form that holds the files. */
  readonly field: string;
}

/**
 * Takes a form with files: nothing of a body is read for those who may not send any, and only so many bytes are in memory at a time. What is made of each file is
 * made before a place among the readers is taken, so that who only reads does not wait for it; `madeOf` gives it, and the form's texts are the body.
 */
export function uploads<Made>(
  known: Visits,
  { field: name, may, show }: UploadPage,
  make: (bytes: Buffer) => Promise<Made>,
): { readonly handlers: readonly (RequestHandler | ErrorRequestHandler)[]; readonly madeOf: (request: Request) => readonly Made[] } {
  const made = new WeakMap<Request, readonly Made[]>();
  const body = filesBody(known, LARGEST_PICTURE + AROUND, may, (visit, why, status) =>
    show(visit, { [name]: visit.text.say(why === 'tooLarge' ? 'pictures.not.tooLarge' : 'pictures.busy', { most: MEGABYTES }) }, status),
  );
  const sent = new WeakMap<Request, SentForm['files']>();
  const reading: RequestHandler = (request, _response, next) => {
    const form = formIn(request);
    if (form || Buffer.isBuffer(request.body)) request.body = form?.texts; // a form without files, which is sent again after signing in, was read before
    sent.set(request, form?.files ?? []);
    next();
  };
  const making: RequestHandler = async (request, _response, next) => {
    const files: Made[] = [];
    for (const { bytes } of sent.get(request) ?? []) files.push(await make(bytes));
    made.set(request, files);
    next();
  };
  return { handlers: [...body, reading, whoMay(known, may), making], madeOf: (request) => made.get(request) ?? [] };
}

/**
 * Reads the body of a form with files, `limit` bytes at most, once there is room for it: nothing of it for those who may not send any, but for somebody whose
 * session ended while they wrote, who is to get back what they wrote. `tell` shows the page again where it is too large, or where there is no room.
 */
export function filesBody(
  known: Visits,
  limit: number,
  may: (visit: CommunityVisit) => boolean,
  tell: (visit: CommunityVisit, why: 'tooLarge' | 'busy', status: 413 | 503) => Promise<void>,
): readonly (RequestHandler | ErrorRequestHandler)[] {
  const { ofCommunity } = known;
  const allowed: RequestHandler = async (request, response, next) => {
    if (known.showsSession(request) && !(await known.isSignedIn(request))) return next();
    return whoMay(known, (visit) => {
      senders.set(request, visit.staff.phone);
      return may(visit);
    })(request, response, next);
  };
  const notRead: ErrorRequestHandler = (error, request, response, next) => {
    if (error !== TOO_LARGE && error !== BUSY) return next(error);
    request.resume(); // or the browser would not read the answer before it has sent everything
    return ofCommunity((visit) => (error === TOO_LARGE ? tell(visit, 'tooLarge', 413) : tell(visit, 'busy', 503)))(request, response, next);
  };
  return [allowed, withRoom, sharedBody(limit), notRead];
}

/**
 * Reads a form into memory that another thread can read, piece by piece. Put together at the end and copied for `apart`, a picture of 12 MB would hold up
 * every turn for twenty milliseconds.
 */
function sharedBody(limit: number): RequestHandler {
  return async (request, _response, next) => {
    if (!request.is('multipart/form-data')) return next();
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') return next(new Refusal(415, 'Send the form as it is, not packed.'));
    const length = Number(request.headers['content-length']);
    if (!Number.isSafeInteger(length)) return next(new Refusal(411, 'Send the form with its length.'));
    if (length > limit) return next(TOO_LARGE);
    const bytes = Buffer.from(new SharedArrayBuffer(length));
    let at = 0;
    try {
      for await (const piece of request) at += piece.copy(bytes, at);
    } catch (error) {
      return next(new Refusal(400, 'The form did not come whole; send it again.', { cause: error })); // the line broke
    }
    request.body = bytes;
    next();
  };
}

/** Lets those on who may send files; others are refused. */
function whoMay({ ofCommunity }: Visits, may: (visit: CommunityVisit) => boolean): RequestHandler {
  return (request, response, next) =>
    ofCommunity(async (visit) => {
      if (may(visit)) return next();
      throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres.');
    })(request, response, next);
}

/** A form with files, as a browser sends it. Files are views of the bytes that came; one that was not chosen is left out. */
interface SentForm {
  readonly texts: Readonly<Record<string, string>>;
  readonly files: readonly { readonly field: string; readonly bytes: Buffer }[];
}

const MOST_PARTS = 40;
const LONGEST_HEAD = 4_096;

/**
 * The form in a request whose body was read as bytes; undefined if it is not whole. It copies nothing: Node's own reader of forms holds
 * up everything else for half a second over 20 MB.
 */
export function formIn({ body, headers }: Request): SentForm | undefined {
  const bytes: unknown = body;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(headers['content-type'] ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (!Buffer.isBuffer(bytes) || boundary === undefined) return undefined;
  const texts: Record<string, string> = {};
  const files: { field: string; bytes: Buffer }[] = [];
  const line = `\r\n--${boundary}`;
  if (!bytes.subarray(0, line.length - 2).equals(Buffer.from(line.slice(2)))) return undefined;
  let at = line.length - 2;
  for (let parts = 0; parts < MOST_PARTS; parts += 1) {
    const mark = bytes.toString('latin1', at, at + 2);
    if (mark === '--') return { texts, files };
    const headEnd = bytes.subarray(at, at + LONGEST_HEAD).indexOf('\r\n\r\n');
    const end = headEnd < 0 ? -1 : bytes.indexOf(line, at + headEnd + 2);
    if (mark !== '\r\n' || end < 0) return undefined;
    const head = bytes.toString('utf8', at, at + headEnd);
    const content = bytes.subarray(at + headEnd + 4, end);
    const [, name] = /;\s*name="([^"\r\n]*)"/i.exec(head) ?? [];
    const [, file] = /;\s*filename="([^"\r\n]*)"/i.exec(head) ?? [];
    if (name === undefined) return undefined;
    if (file === undefined) texts[name] = content.toString('utf8');
    else if (file !== '') files.push({ field: name, bytes: content });
    at = end + line.length;
  }
  return undefined;
}

/** Lets a form in once there is room for its bytes, in the order in which they came, and no more than a few of one person. */
const withRoom: RequestHandler = (request, response, next) => {
  const from = senders.get(request) ?? '';
  const size = Math.min(Number(request.headers['content-length']) || ROOM, LARGEST_PICTURE + AROUND);
  const tired = setTimeout(() => {
    waiting.delete(own);
    next(BUSY);
  }, TIMEOUT_MS);
  const own: Waiting = {
    size,
    from,
    enter: () => {
      clearTimeout(tired);
      left -= size;
      under.set(from, underOf(from) + 1);
      response.once('close', () => {
        left += size;
        if (underOf(from) > 1) under.set(from, underOf(from) - 1);
        else under.delete(from);
        letIn();
      });
      next();
    },
  };
  waiting.add(own);
  letIn();
};

interface Waiting {
  readonly size: number;
  /** The phone of the person who sends it. */
  readonly from: string;
  readonly enter: () => void;
}

let left = ROOM;
/** Who sends a form that is being read. */
const senders = new WeakMap<Request, string>();
/** How many forms of each person are in memory. */
const under = new Map<string, number>();
const underOf = (from: string) => under.get(from) ?? 0;
const waiting = new Set<Waiting>();
const BUSY = new Error('There is no room for another file just now.');
const TOO_LARGE = new Error('The form is too large.');

function letIn(): void {
  for (const first of waiting) {
    if (underOf(first.from) >= MAX_OF_ONE) continue;
    if (first.size > left) return;
    waiting.delete(first);
    first.enter();
  }
}
