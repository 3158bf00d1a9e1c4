import { timingSafeEqual } from 'node:crypto';
import type { ParsedUrlQuery } from 'node:querystring';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';

export interface SignedRequest {
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | undefined;
  /** `PUBLIC_URL`, then path and query as they were asked for. */
  readonly url: string;
  /** Every field of the body, a repeated one as an array. */
  readonly sent: ParsedUrlQuery;
}

/**
 * Whether Twilio signed this request: HMAC-SHA1 under the auth token over the address and the sorted fields
 * (https://www.twilio.com/docs/usage/security#validating-requests). Compared in constant time.
 */
export function isSigned(authToken: string, { signature, url, sent }: SignedRequest): boolean {
  if (!signature) return false;
  return isSame(signature, getExpectedTwilioSignature(authToken, url, sent)) || validateRequest(authToken, signature, url, sent); // with the port and without it
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
