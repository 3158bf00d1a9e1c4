import type { WebhookAnswer } from '../fakes/twilio.ts';

/** Posts a form as it is, under any signature or none. */
export async function postForm(url: string, body: string, signature?: string): Promise<WebhookAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(signature && { 'x-twilio-signature': signature }) },
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}
