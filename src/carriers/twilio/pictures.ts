import type { PictureSource } from '../../fund/works/index.ts';
import { carrierHttp } from '../http.ts';
import { type TwilioAccount, twilioRest } from './rest.ts';

/** Where Twilio itself keeps what its API leads to (https://www.twilio.com/docs/messaging/api/media-resource). */
const TWILIO_HOSTS = ['https://mms.twiliocdn.com', 'https://media.twiliocdn.com'];
/** Larger than any picture that is taken (`LARGEST_PICTURE`). */
const MOST_BYTES = 20_000_000;
const SLOWEST_MS = 20_000;
const PREFIX = 'twilio|';
const NAMED = /\/Messages\/([MS]M[0-9a-f]{32})\/Media\/(ME[0-9a-f]{32})$/i;
const MOST = 10;

/** The names of the pictures of an MMS, out of the fields of its form: of its addresses only the ids are taken. */
export function picturesIn(form: Readonly<Record<string, string | undefined>>): string[] {
  const count = Math.min(Number(form.NumMedia) || 0, MOST);
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const [, message, media] = NAMED.exec(form[`MediaUrl${index}`] ?? '') ?? [];
    const isPicture = (form[`MediaContentType${index}`] ?? '').startsWith('image/');
    return isPicture && message && media ? [`${PREFIX}${message}|${media}`] : [];
  });
}

/**
 * Pictures of MMS at Twilio, whose API leads on to its own hosts for media: to these alone, over https, and without our credentials; a redirect to anywhere
 * else is not followed. `hosts` and `slowestMs` are others in tests.
 */
export function twilioPictures(account: TwilioAccount, { hosts = TWILIO_HOSTS, slowestMs = SLOWEST_MS } = {}): PictureSource {
  const rest = twilioRest(account);
  const kept = new Map(hosts.map((host) => [host, carrierHttp(host)]));
  return async (name) => {
    const [message, media] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('|') : [];
    if (!message || !media) return { wrong: 'missing' };
    const signal = AbortSignal.timeout(slowestMs);
    try {
      const first = await rest('GET', `/Messages/${message}/Media/${media}`, { signal, most: MOST_BYTES });
      const to = isRedirect(first.status) ? addressIn(first.location) : undefined;
      const host = to && kept.get(to.origin);
      if (isRedirect(first.status) && !host) return { wrong: 'missing' };
      const { status, body } = to && host ? await host('GET', to.pathname + to.search, { signal, most: MOST_BYTES }) : first;
      if (status === 200) return body ? { bytes: body } : { wrong: 'tooLarge' };
      return { failed: `http.${status}` };
    } catch {
      return { failed: signal.aborted ? 'slow' : 'unreachable' };
    }
  };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function addressIn(location: string | undefined): URL | undefined {
  return location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
}
