import express from 'express';
import type { KannelSettings } from '../../src/carriers/settings.ts';
import type { HandingOver, Taken } from './handingOver.ts';
import { onLoopback } from './onLoopback.ts';

export interface FakeKannel extends HandingOver {
  readonly settings: KannelSettings;
  /** What the next requests get instead: a status, or no answer after the message was taken. */
  readonly mishaps: (number | 'drop')[];
  /** Every `dlr-url` with what the message is called there. */
  readonly reports: Map<string, string>;
  /** A report is sent before the answer to the sending. */
  reportsFirst: boolean;
  attach(service: { url: string }): void;
  /** Reports on a message, as Kannel's smsbox does. */
  report(ref: string, type: number): Promise<number>;
  stop(): Promise<void>;
}

/** Kannel's smsbox, as far as its HTTP form and its `get-url` go: it refuses what the real one refuses, with its words. */
export async function fakeKannel(): Promise<FakeKannel> {
  const taken: Taken[] = [];
  const mishaps: (number | 'drop')[] = [];
  const reports = new Map<string, string>();
  let service = '';
  const app = express().disable('x-powered-by');
  app.get('/cgi-bin/sendsms', async ({ query }, response) => {
    const { username, password, from, to, text, charset, coding } = query;
    const plain = (status: number, words: string) => void response.status(status).type('text/html').send(words);
    const met = mishaps.shift();
    if (typeof met === 'number') return plain(met, met === 503 ? 'Temporal failure, try again later.' : 'Something else');
    if (username !== 'yisheng' || password !== 'pa+ss&') return plain(403, 'Authorization failed for sendsms');
    if (typeof to !== 'string' || to === '') return plain(400, 'Empty receiver number not allowed, rejected');
    if (typeof from !== 'string' || from === '') return plain(400, 'Sender missing and no global set, rejected');
    if (typeof text !== 'string' || charset !== 'UTF-8') return plain(400, 'text');
    const dlr = String(query['dlr-url']);
    const ref = new URL(dlr).searchParams.get('ref') ?? '';
    reports.set(ref, dlr);
    // what is not asked for in UCS-2 loses the characters that the old alphabet has not
    const body = coding === '2' ? text : text.replace(/[^\n\r -~]/g, '?');
    taken.push({ to, from, body, ref });
    if (met === 'drop') return void response.destroy();
    if (fake.reportsFirst) await fake.report(ref, 1);
    plain(202, '0: Accepted for delivery');
  });
  const { url, stop } = await onLoopback(app);
  const settings: KannelSettings = {
    url,
    user: 'yisheng',
    password: 'pa+ss&',
    secret: 'k'.repeat(32),
  };
  const fake: FakeKannel = {
    settings,
    taken,
    mishaps,
    reports,
    reportsFirst: false,
    attach: ({ url }) => {
      service = url;
    },
    push: async ({ from, to, body, sid }) => {
      const query = new URLSearchParams({ from, to, id: sid, smsc: 'fake', coding: '0', charset: 'UTF-8', time: '2026-10-20 01:00:00', text: body });
      const response = await fetch(`${service}/kannel/${settings.secret}/sms?${query}`);
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    report: async (ref, type) => (await fetch((reports.get(ref) ?? '').replace('%d', String(type)))).status,
    stop,
  };
  return fake;
}
