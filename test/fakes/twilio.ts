import { randomBytes } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { onLoopback } from '../../scripts/fakes/onLoopback.ts';
import { type Call, call } from '../../src/demo/carriers/asCaller.ts';
import type { Caller, Placed } from '../../src/demo/carriers/followTwiml.ts';
import { type AcceptedCall, callsApi } from './callsApi.ts';
import { type AcceptedMessage, messagesApi } from './messagesApi.ts';
import { type FakeRecordings, recordingsApi } from './recordingsApi.ts';
import { refuse } from './refuse.ts';
import { readMessagingTwiml } from './twiml.ts';
import { wrongInVoiceTwiml } from './wrongInVoiceTwiml.ts';

/** The answer to a request instead of its result. `drop` accepts the message, then cuts the connection; `nonsense` is 201 without an id. */
export type Mishap = 'rate' | 'fail' | 'hang' | 'drop' | 'nonsense';

/** An inbound text. The same `sid` is the same delivery. */
export interface Text {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly sid?: string;
}

/** The service's answer to a webhook. */
export interface WebhookAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

export interface FakeTwilio {
  readonly accountSid: string;
  readonly authToken: string;
  /** For `TWILIO_API_URL`. */
  readonly apiUrl: string;
  /** In the order in which they were accepted. */
  readonly accepted: AcceptedMessage[];
  /** Numbers that opted out with Twilio: 21610. */
  readonly optedOut: Set<string>;
  /** The status callbacks that follow each message by themselves; none at first. */
  statuses: readonly string[];
  /** The reasons why callbacks that followed by themselves did not reach the service. */
  readonly lostCallbacks: unknown[];
  /** Calls that the service placed, in the order in which they were accepted. */
  readonly calls: AcceptedCall[];
  /** The recordings of the words after the tone. */
  readonly recordings: FakeRecordings;
  /** The answers to the next requests instead of their results, one each. */
  meet(...mishaps: Mishap[]): void;
  /** Sets the address of the service, and the `PUBLIC_URL` that it has. */
  attach(service: { url: string; publicUrl: string }): void;
  /** The pictures of messages, by their ids: `ME` and 32 hex digits. */
  readonly media: Map<string, Buffer>;
  /**
   * Delivers a text, signed, with the pictures of these ids, and gives the answer's text, undefined for silence. Rejects if Twilio would not take the answer.
   */
  deliver(text: Text & { readonly media?: readonly string[] }): Promise<string | undefined>;
  /** Calls the service. Rejects if Twilio would end the call because of the service's answer. */
  dial(caller: Caller): Promise<Call>;
  /** A call that the service placed is answered; by a person, if nothing else is given. */
  answer(call: AcceptedCall, answeredBy?: Placed['answeredBy']): Promise<Call>;
  /** A call that the service placed was not answered. */
  leaveUnanswered(call: AcceptedCall, status: 'busy' | 'no-answer' | 'failed' | 'canceled'): Promise<WebhookAnswer>;
  /** Posts any form to a path of the service; signed, if nothing else is given. */
  post(path: string, form: Record<string, string>, signature?: string): Promise<WebhookAnswer>;
  /** Calls back with these statuses, one after the other, as often and in the order given. */
  report(message: AcceptedMessage, statuses: readonly string[], errorCode?: number): Promise<WebhookAnswer[]>;
  /** The signature that Twilio would give a form to this address of the service. */
  sign(path: string, form: Record<string, string | string[]>): string;
  stop(): Promise<void>;
}

const DEADLINE_MS = 15_000;

/**
 * Twilio, as far as messages, calls and recordings go, on a loopback port of its own: REST on one side, refusing what Twilio refuses with
 * Twilio's codes (https://www.twilio.com/docs/api/errors); signed webhooks on the other.
 */
export async function fakeTwilio(): Promise<FakeTwilio> {
  const accountSid = `AC${hex()}`;
  const authToken = hex();
  const media = new Map<string, Buffer>();
  const optedOut = new Set<string>();
  const mishaps: Mishap[] = [];
  let service: { url: string; publicUrl: string } | undefined;

  const app = express().disable('x-powered-by');
  app.use('/2010-04-01/Accounts/:account', authenticated, express.urlencoded({ extended: false }));
  const { accepted, routes: messageRoutes } = messagesApi(accountSid, {
    ...{ meeting, optedOut, media },
    onAccepted: (message) => {
      if (fake.statuses.length > 0) setImmediate(() => report(message, fake.statuses).catch((error) => fake.lostCallbacks.push(error)));
    },
  });
  const { recordings, routes, elsewhere } = recordingsApi(() => fake.apiUrl);
  const { calls, routes: callRoutes } = callsApi(accountSid, meeting);
  app.use('/2010-04-01/Accounts/:account', messageRoutes, routes, callRoutes);
  app.use(elsewhere);
  app.use((_, response) => refuse(response, 404, 20404, 'The requested resource was not found'));
  const broken: ErrorRequestHandler = (_error, _request, response, _next) => refuse(response, 400, 20001, 'Bad request');
  app.use(broken);
  const { url, stop } = await onLoopback(app);

  const fake: FakeTwilio = {
    accountSid,
    authToken,
    apiUrl: url,
    accepted,
    media,
    optedOut,
    statuses: [],
    lostCallbacks: [],
    calls,
    recordings,
    meet: (...next) => void mishaps.push(...next),
    attach: (attached) => {
      service = attached;
    },
    deliver,
    dial: (caller) => call({ ...attached(), authToken, check: checkVoiceTwiml }, caller),
    answer: ({ sid, from, to, url, statusCallback, machineDetection }, answeredBy = 'human') =>
      fake.dial({ sid, from, to, placed: { url, ...(statusCallback && { statusCallback }), ...(machineDetection && { answeredBy }) } }),
    leaveUnanswered: ({ sid, from, to, statusCallback = '' }, status) =>
      post(statusCallback.slice(attached().publicUrl.length), {
        CallSid: sid,
        AccountSid: accountSid,
        From: from,
        To: to,
        ApiVersion: '2010-04-01',
        Direction: 'outbound-api',
        CallStatus: status,
      }),
    post,
    report,
    sign,
    stop,
  };
  return fake;

  function authenticated(request: Request<{ account: string }>, response: Response, next: () => void): void {
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const { account } = request.params;
    if (request.get('authorization') !== expected) refuse(response, 401, 20003, 'Authenticate');
    else if (account !== accountSid) refuse(response, 404, 20404, `The requested resource /Accounts/${account} was not found`);
    else next();
  }

  function meeting(accept: (request: Request, response: Response) => unknown): RequestHandler {
    return (request, response, next) => {
      const met = mishaps.shift();
      if (met === undefined) next();
      else if (met === 'rate') refuse(response, 429, 20429, 'Too Many Requests');
      else if (met === 'fail') response.status(503).type('html').send('<html><body>upstream connect error</body></html>');
      else if (met === 'nonsense') response.status(201).json({ ok: true });
      else if (met === 'drop' && accept(request, response)) request.socket.destroy();
    };
  }

  async function deliver({ from, to, body, sid = `SM${hex()}`, media = [] }: Parameters<FakeTwilio['deliver']>[0]): Promise<string | undefined> {
    const pictures = media.map((id, index) => ({
      [`MediaUrl${index}`]: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${id}`,
      [`MediaContentType${index}`]: 'image/jpeg',
    }));
    const form = {
      ...Object.assign({}, ...pictures),
      ToCountry: 'CN',
      SmsMessageSid: sid,
      NumMedia: String(media.length),
      FromCity: '',
      SmsSid: sid,
      SmsStatus: 'received',
      Body: body,
      To: to,
      NumSegments: '1',
      MessageSid: sid,
      AccountSid: accountSid,
      From: from,
      ApiVersion: '2010-04-01',
    };
    const { status, type, text } = await post('/twilio/sms', form);
    if (status !== 200) throw new Error(`error 11200, HTTP retrieval failure: ${status} ${text}`);
    if (!/^(text|application)\/xml\b/.test(type ?? '')) throw new Error(`error 12300, invalid content type: ${type}`);
    return readMessagingTwiml(text);
  }

  async function post(path: string, form: Record<string, string>, signature = sign(path, form)): Promise<WebhookAnswer> {
    const response = await fetch(attached().url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': signature,
        'user-agent': 'TwilioProxy/1.1',
      },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }

  async function report(
    { sid, to, from, statusCallback }: AcceptedMessage,
    statuses: readonly string[],
    errorCode?: number,
  ): Promise<WebhookAnswer[]> {
    const { publicUrl } = attached();
    if (!statusCallback?.startsWith(`${publicUrl}/`)) throw new Error(`error 11100, not an address of the service: ${statusCallback}`);
    const answers: WebhookAnswer[] = [];
    const about: Record<string, string> = { SmsSid: sid, MessageSid: sid, To: to, From: from, AccountSid: accountSid, ApiVersion: '2010-04-01' };
    if (errorCode !== undefined) about.ErrorCode = String(errorCode);
    for (const status of statuses) {
      const form = { ...about, SmsStatus: status, MessageStatus: status };
      answers.push(await post(statusCallback.slice(publicUrl.length), form));
    }
    return answers;
  }

  function sign(path: string, form: Record<string, string | string[]>): string {
    return getExpectedTwilioSignature(authToken, attached().publicUrl + path, form);
  }

  function attached() {
    if (!service) throw new Error('no service is attached to the fake');
    return service;
  }
}

function checkVoiceTwiml(twiml: string): void {
  const wrong = wrongInVoiceTwiml(twiml);
  if (wrong) throw new Error(`${wrong}: ${twiml}`);
}

function hex(): string {
  return randomBytes(16).toString('hex');
}
