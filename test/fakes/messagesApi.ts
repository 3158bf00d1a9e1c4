import { randomBytes } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { refuse } from './refuse.ts';

/** A message that Twilio accepted: 201 was its answer, or would have been. */
export interface AcceptedMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback?: string;
}

interface MessageDeps {
  /** Another answer to a request that would be accepted. */
  readonly meeting: (accept: (request: Request, response: Response) => unknown) => RequestHandler;
  /** Numbers that opted out. */
  readonly optedOut: ReadonlySet<string>;
  /** Pictures, by their ids. */
  readonly media: ReadonlyMap<string, Buffer>;
  readonly onAccepted: (message: AcceptedMessage) => void;
}

/** Messages of an account and their pictures, refusing what Twilio refuses. To be mounted behind the account's authentication. */
export function messagesApi(account: string, { meeting, optedOut, media, onAccepted }: MessageDeps): { accepted: AcceptedMessage[]; routes: Router } {
  const accepted: AcceptedMessage[] = [];
  const routes = Router();
  routes.post('/Messages.json', meeting(accept), (request, response) => {
    const message = accept(request, response);
    if (message) response.status(201).json(resource(account, message));
  });
  routes.get('/Messages/:message/Media/:media', (request, response) => {
    const bytes = media.get(request.params.media);
    if (bytes) response.type('image/jpeg').send(bytes);
    else refuse(response, 404, 20404, 'The requested resource was not found');
  });
  return { accepted, routes };

  /** Accepts the message, or answers with the code of its fault. */
  function accept(request: Request, response: Response): AcceptedMessage | undefined {
    const form: Record<string, unknown> = request.body ?? {};
    const wrong = wrongInMessage(form, optedOut);
    if (wrong) return void refuse(response, 400, ...wrong);
    const message: AcceptedMessage = {
      sid: `SM${randomBytes(16).toString('hex')}`,
      to: String(form.To),
      from: String(form.From),
      body: String(form.Body),
      ...(typeof form.StatusCallback === 'string' && { statusCallback: form.StatusCallback }),
    };
    accepted.push(message);
    onAccepted(message);
    return message;
  }
}

function resource(account: string, { sid, to, from, body }: AcceptedMessage) {
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  return {
    sid,
    account_sid: account,
    api_version: '2010-04-01',
    to,
    from,
    body,
    status: 'queued',
    direction: 'outbound-api',
    date_created: new Date().toUTCString(),
    date_updated: new Date().toUTCString(),
    date_sent: null,
    error_code: null,
    error_message: null,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: '0',
    price: null,
    price_unit: 'USD',
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** The first of Twilio's rules that a form breaks: its code and sentence. */
function wrongInMessage(
  { To, From, Body, StatusCallback }: Record<string, unknown>,
  optedOut: ReadonlySet<string>,
): [code: number, message: string] | undefined {
  if (typeof To !== 'string' || To === '') return [21604, "A 'To' phone number is required."];
  if (!E164.test(To)) return [21211, `The 'To' number ${To} is not a valid phone number.`];
  if (typeof From !== 'string' || From === '') return [21603, "A 'From' phone number is required."];
  if (!E164.test(From)) return [21212, `The 'From' number ${From} is not a valid phone number, shortcode, or alphanumeric sender ID.`];
  if (To === From) return [21266, "'To' and 'From' number cannot be the same."];
  if (typeof Body !== 'string' || Body === '') return [21602, 'Message body is required.'];
  if (Body.length > 1_600) return [21617, 'The concatenated message body exceeds the 1600 character limit.'];
  if (StatusCallback !== undefined && !(typeof StatusCallback === 'string' && /^https?:\/\//.test(StatusCallback) && URL.canParse(StatusCallback)))
    return [21609, "Invalid 'StatusCallback' URL."];
  if (optedOut.has(To)) return [21610, 'Attempt to send to unsubscribed recipient'];
  return undefined;
}
