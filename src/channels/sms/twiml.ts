import MessagingResponse from 'twilio/lib/twiml/MessagingResponse.js';

/** Characters that XML 1.0 cannot hold, half of a pair included. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** The answer to an inbound SMS: one message, or silence. */
export function twiml(text?: string): string {
  const response = new MessagingResponse();
  if (text) response.message(text.replace(UNHOLDABLE, ''));
  return response.toString();
}
