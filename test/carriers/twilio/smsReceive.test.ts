import { createServer } from 'node:http';
import { expect } from 'chai';
import express from 'express';
import { receiveSms, type SmsDeps } from '../../../src/carriers/twilio/carrier.ts';
import type { Inbound } from '../../../src/dialog/input.ts';
import { vault } from '../../../src/store/vault.ts';
import { SECRET_BYTES } from '../../support/secret.ts';

describe('receiveSms', () => {
  const heard: Inbound[] = [];
  const server = createServer();
  let url: string;

  before(async () => {
    const deps: SmsDeps = {
      world: { vault: vault(SECRET_BYTES), now: () => new Date(0) },
      answer: async (inbound) => {
        heard.push(inbound);
        return { reply: { says: [] }, language: 'zh-CN', outcome: 'answered' };
      },
      text: () => '好',
      observe: () => undefined,
    };
    const receive = receiveSms(deps);
    server.on(
      'request',
      express().post('/', express.urlencoded({ extended: false }), (request, response, next) => {
        response.locals.form = request.body;
        return receive(request as never, response as never, next);
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address?.port}/`;
  });
  after(() => server.close());
  beforeEach(() => heard.splice(0));

  const send = async (form: Record<string, string>) => {
    const fields = { MessageSid: 'SM1', From: '+8613800000001', To: '+862880000001', Body: '', ...form };
    return (await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })).text();
  };

  it('knows a message with nothing but pictures from an empty one, and from one that has words beside them', async () => {
    await send({ Body: ' ', NumMedia: '1' });
    await send({ Body: '', NumMedia: '0' });
    await send({ Body: '' });
    await send({ Body: '投 3', NumMedia: '2' });
    expect(heard.map(({ input }) => 'hasMediaOnly' in input && input.hasMediaOnly)).to.deep.equal([true, false, false, false]);
  });

  it('stays silent towards machines: short codes and names', async () => {
    for (const From of ['10086', 'Bank', 'whatsapp:+8613800000001', '+0123456789']) expect(await send({ From })).not.to.include('<Message>');
    expect(heard).to.deep.equal([]);
  });
});
