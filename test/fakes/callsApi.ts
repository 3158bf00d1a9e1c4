import { randomBytes } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { refuse } from './refuse.ts';

/** A call that Twilio took on: 201 was its answer, or would have been. */
export interface AcceptedCall {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly url: string;
  readonly statusCallback?: string;
  readonly machineDetection: boolean;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const LONGEST_URL = 4_000;
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

/** Another answer to a request that would be accepted. */
type Meeting = (accept: (request: Request, response: Response) => unknown) => RequestHandler;

/** Calls of an account: `POST …/Calls.json`, refusing what Twilio refuses. To be mounted behind the account's authentication. */
export function callsApi(account: string, meeting: Meeting): { calls: AcceptedCall[]; routes: Router } {
  const calls: AcceptedCall[] = [];
  const routes = Router().post('/Calls.json', meeting(accept), (request, response) => {
    const call = accept(request, response);
    if (!call) return;
    const { sid, to, from } = call;
    const uri = `/2010-04-01/Accounts/${account}/Calls/${sid}.json`;
    response.status(201).json({ sid, account_sid: account, to, from, status: 'queued', direction: 'outbound-api', api_version: '2010-04-01', uri });
  });
  return { calls, routes };

  /** Takes the call on, or answers with the code of its fault. */
  function accept(request: Request, response: Response): AcceptedCall | undefined {
    const form: Record<string, unknown> = request.body ?? {};
    const wrong = wrongInCall(form);
    if (wrong) return void refuse(response, 400, ...wrong);
    const call: AcceptedCall = {
      sid: `CA${randomBytes(16).toString('hex')}`,
      to: String(form.To),
      from: String(form.From),
      url: String(form.Url),
      ...(typeof form.StatusCallback === 'string' && { statusCallback: form.StatusCallback }),
      machineDetection: form.MachineDetection !== undefined,
    };
    calls.push(call);
    return call;
  }
}

/** The first of Twilio's rules that a form breaks: its code and sentence. */
function wrongInCall(form: Record<string, unknown>): [code: number, message: string] | undefined {
  const { To, From, Url, Method = 'POST', StatusCallback, StatusCallbackEvent, MachineDetection, Timeout = '60' } = form;
  if (typeof To !== 'string' || To === '') return [21201, "No 'To' number is specified"];
  if (!E164.test(To)) return [21211, `The phone number you are attempting to call, ${To}, is not valid.`];
  if (typeof From !== 'string' || From === '') return [21213, "No 'From' number is specified"];
  if (!E164.test(From)) return [21212, `Invalid 'From' number: ${From}`];
  if (!isAddress(Url)) return [21205, 'Url parameter is not a valid URL.'];
  if (Method !== 'GET' && Method !== 'POST') return [21206, `Method is not valid: ${Method}`];
  if (StatusCallback !== undefined && !isAddress(StatusCallback)) return [21609, "Invalid 'StatusCallback' URL."];
  if (StatusCallbackEvent !== undefined && ![StatusCallbackEvent].flat().every((event) => EVENTS.includes(String(event))))
    return [21626, 'Invalid StatusCallbackEvents'];
  if (MachineDetection !== undefined && MachineDetection !== 'Enable' && MachineDetection !== 'DetectMessageEnd')
    return [20001, 'MachineDetection is invalid'];
  if (!/^\d{1,3}$/.test(String(Timeout)) || Number(Timeout) > 600) return [20001, 'Timeout is invalid'];
  return undefined;
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value) && value.length <= LONGEST_URL;
}
