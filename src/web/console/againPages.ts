import type { Request } from 'express';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';

/** For a person who sent a form and is not signed in any more: what they wrote, a way to sign in on another page, and the same form to send again. */
export function signedOutPage({ say }: PageText<'console'>, request: Request): Markup {
  const { originalUrl, body } = request;
  const sent = sentIn(body);
  const files = request.is('multipart/form-data') ? html`<p>${say('signedOut.files')}</p>` : '';
  const signIn = html`<p><a href="/console/sign-in" target="_blank" rel="opener">${say('signedOut.signIn')}</a></p>`;
  if (sent.length === 0) return html`<h1>${say('signedOut.title')}</h1><p>${say('signedOut.nothing')}</p>${signIn}`;
  const written = sent.filter(({ value }) => WRITTEN.test(value)).map(({ value }) => html`<p class="said">${value}</p>`);
  return html`<h1>${say('signedOut.title')}</h1><p>${say('signedOut.about')}</p>${files}${signIn}
${againForm(originalUrl, sent, say('signedOut.again'))}
<h2>${say('signedOut.wrote')}</h2>${written}`;
}

/** What people write has a blank or a character of Chinese in it; keys, codes and numbers of a form have none, and are sent again all the same. */
const WRITTEN = /\S\s+\S|[^\s -~]/;

/** While all places are taken: to come again, with the same form to send again. */
export function busyPage({ say }: PageText<'console'>, request: Request): Markup {
  const sent = sentIn(request.body);
  const title = html`<h1>${say('busy.title')}</h1>`;
  if (isRead(request)) return html`${title}<p>${say('busy.about')}</p>`;
  if (sent.length === 0) return html`${title}<p>${say('busy.goBack')}</p>`;
  return html`${title}<p>${say('busy.sent')}</p>${againForm(request.originalUrl, sent, say('busy.again'))}`;
}

/** A form with what was sent, to be sent again. */
function againForm(to: string, sent: ReturnType<typeof sentIn>, label: string): Markup {
  const kept = sent.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<form method="post" action="${to}">${kept}<button>${label}</button></form>`;
}

/** Whether a request only reads. */
export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The values of a form that was read; of a file that was sent there are none. */
function sentIn(body: unknown): { readonly name: string; readonly value: string }[] {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return [];
  return Object.entries(body).flatMap(([name, given]) => {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    return values.flatMap((value) => (typeof value === 'string' ? [{ name, value }] : []));
  });
}
