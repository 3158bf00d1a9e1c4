import { createHash } from 'node:crypto';
import express from 'express';
import type { MasSettings } from '../../src/carriers/settings.ts';
import type { HandingOver, Taken } from './handingOver.ts';
import { onLoopback } from './onLoopback.ts';

export interface FakeMas extends HandingOver {
  readonly settings: MasSettings;
  /** What the next requests get instead: a code of refusal, `nonsense`, success without the message's id (`noGroup`), a status, or no answer after the message was taken. */
  readonly mishaps: (string | number | 'drop')[];
  /** A report that is sent before the answer to the sending. */
  reportsFirst: boolean;
  attach(service: { url: string }): void;
  report(msgGroup: string, reportStatus: string): Promise<number>;
  stop(): Promise<void>;
}

/** 云MAS, as far as `norsubmit`, uplink and status go: it checks the mac over what came, and refuses as the real one does. */
export async function fakeMas(): Promise<FakeMas> {
  const taken: Taken[] = [];
  const mishaps: (string | number)[] = [];
  let service = '';
  const app = express().disable('x-powered-by');
  app.post('/sms/norsubmit', express.text({ type: () => true }), async (request, response) => {
    const refuse = (rspcod: string) => void response.json({ success: false, rspcod, msgGroup: '' });
    const met = mishaps.shift();
    if (typeof met === 'number') return void response.status(met).send('');
    if (met === 'nonsense') return void response.send('<html></html>');
    if (met === 'noGroup') return void response.json({ success: true, rspcod: 'success' });
    if (met !== undefined && met !== 'drop') return refuse(met);
    const sent = parsed(Buffer.from(String(request.body), 'base64').toString());
    if (!sent) return refuse('InvalidMessage');
    const { ecName = '', apId = '', secretKey = '', mobiles = '', content = '', sign = '', addSerial = '', mac } = sent;
    if (ecName !== fake.settings.ecName || apId !== 'ap' || secretKey !== 'key') return refuse('InvalidUsrOrPwd');
    if (mac !== createHash('md5').update([ecName, apId, secretKey, mobiles, content, sign, addSerial].join('')).digest('hex'))
      return refuse('IllegalMac');
    if (sign !== 'SIGN') return refuse('IllegalSignId');
    if (!/^1[3-9]\d{9}$/.test(mobiles)) return refuse('InvalidMobile');
    if (content === '') return refuse('InvalidMessage');
    const id = `G${String(taken.length)}-${Math.random().toString(36).slice(2)}`;
    taken.push({ to: `+86${mobiles}`, from: addSerial, body: content, id });
    if (met === 'drop') return void response.destroy();
    if (fake.reportsFirst) await fake.report(id, 'CM:0000');
    response.json({ success: true, rspcod: 'success', msgGroup: id });
  });
  const { url, stop } = await onLoopback(app);
  const post = (path: string, body: object) =>
    fetch(`${service}/mas/${fake.settings.secret}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: JSON.stringify(body),
    });
  const fake: FakeMas = {
    settings: {
      url,
      ecName: '青松街道办事处',
      apId: 'ap',
      secretKey: 'key',
      sign: 'SIGN',
      secret: 'm'.repeat(32),
    },
    taken,
    mishaps,
    reportsFirst: false,
    attach: ({ url }) => {
      service = url;
    },
    push: async ({ from, to, body, sid }) => {
      const response = await post('sms', { mobile: from.replace('+86', ''), smsContent: body, sendTime: sid, addSerial: to });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    report: async (msgGroup, reportStatus) =>
      (
        await post('status', {
          errorCode: 'DELIVRD',
          mobile: '13800000001',
          msgGroup,
          submitDate: '20261020090000',
          receiveDate: '20261020090001',
          reportStatus,
        })
      ).status,
    stop,
  };
  return fake;
}

function parsed(text: string): Record<string, string> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
