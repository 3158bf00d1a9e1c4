import type { Request } from 'express';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';

/** For who sent a form and is not signed in any more: what they wrote, a way to sign in on another page, and the same form to send again. */
export function signedOutPage({ say }: PageText, { originalUrl, body }: Request): Markup {
  const sent = sentIn(body);
  const signIn = html`<p><a href="/console/sign-in" target="_blank" rel="opener">${say('signedOut.signIn')}</a></p>`;
  if (sent.length === 0) return html`<h1>${say('signedOut.title')}</h1><p>${say('signedOut.nothing')}</p>${signIn}`;
  const written = sent.filter(({ value }) => value.trim() !== '').map(({ value }) => html`<p class="said">${value}</p>`);
  const kept = sent.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<h1>${say('signedOut.title')}</h1><p>${say('signedOut.about')}</p>${signIn}
<form method="post" action="${originalUrl}">${kept}<button>${say('signedOut.again')}</button></form>
<h2>${say('signedOut.wrote')}</h2>${written}`;
}

/** The values of a form that was read; of a file that was sent there are none. */
function sentIn(body: unknown): { readonly name: string; readonly value: string }[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, given]) => {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    return values.flatMap((value) => (typeof value === 'string' ? [{ name, value }] : []));
  });
}
