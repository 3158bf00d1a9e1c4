import type { Send } from '../../outreach/send.ts';

/** The demo's carrier: every text arrives at once, at the simulator's phones where they are there; those of `npm run chat` read it from the outbox. */
export function demoSms(arrived: (text: { to: string; text: string; ref: string }) => void = () => {}): Send {
  return async ({ to, text, ref }) => {
    arrived({ to, text, ref });
    return { state: 'sent', carrierId: `demo-${ref}` };
  };
}
