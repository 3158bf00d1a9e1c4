import type { Send } from '../../outreach/send.ts';

/** The demo's carrier: every text arrives at once; the phones of `npm run chat` read it from the outbox. */
export function demoSms(): Send {
  return async ({ ref }) => ({ state: 'sent', carrierId: `demo-${ref}` });
}
