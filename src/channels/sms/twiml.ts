import MessagingResponse from 'twilio/lib/twiml/MessagingResponse.js';
import { holdable } from '../holdable.ts';

/** The answer to an inbound SMS: one message, or silence. */
export function twiml(text?: string): string {
  const response = new MessagingResponse();
  if (text) response.message(holdable(text));
  return response.toString();
}
