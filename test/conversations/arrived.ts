import { setTimeout as sleep } from 'node:timers/promises';
import { segments } from '../../src/channels/sms/segments.ts';
import type { TextCarrier } from '../fakes/textCarrier.ts';

/** The next SMS that the service sends to a number by itself, with its length; `nothing` if none comes within seconds. */
export async function arrived(carrier: Pick<TextCarrier, 'accepted' | 'look'>, to: string): Promise<string> {
  for (let tries = 0; tries < 200 && !carrier.accepted.some((message) => message.to === to); tries += 1) {
    await sleep(100);
    await carrier.look?.();
  }
  const index = carrier.accepted.findIndex((message) => message.to === to);
  const [message] = index < 0 ? [] : carrier.accepted.splice(index, 1);
  return message ? `${message.body.replace(/\d{3} \d{3} \d{4}/g, '{receipt}')} ${measuredSms(message.body)}` : 'nothing';
}

/** `[characters]`, with the number of segments if it is more than one. */
export function measuredSms(text: string): string {
  const count = segments(text);
  return count > 1 ? `[${text.length}, ${count} segments]` : `[${text.length}]`;
}
