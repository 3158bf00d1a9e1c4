import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import { api } from '../src/api.ts';
import { memoryToken } from '../src/token.ts';

describe('the API with a token in memory', () => {
  let url = '';
  /** What the next calls are answered. */
  let answers: object[] = [];
  let tokens = 0;
  let asked: string[] = [];
  const server = createServer((request, response) => {
    const isToken = request.url?.startsWith('/cgi-bin/stable_token');
    if (!isToken) asked.push(new URL(request.url ?? '', 'http://ours').searchParams.get('access_token') ?? '');
    response.setHeader('content-type', 'application/json');
    request
      .resume()
      .on('end', () => response.end(JSON.stringify(isToken ? { access_token: `token-${++tokens}`, expires_in: 7_200 } : (answers.shift() ?? {}))));
  });

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  beforeEach(() => {
    [answers, tokens, asked] = [[], 0, []];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const account = () => api({ url, token: memoryToken({ appId: 'wx1', appSecret: 'secret', url }), timeoutMs: 2_000 });

  it('asks for a token once, and for another where it is refused', async () => {
    const { sendText } = account();
    await Promise.all([sendText('a', '1'), sendText('b', '2'), sendText('c', '3')]);
    assert.equal(tokens, 1);
    answers = [{ errcode: 40001 }];
    await sendText('a', '4');
    assert.deepEqual(asked.slice(-2), ['token-1', 'token-2']);
    answers = [{ errcode: 42001 }, { errcode: 42001 }];
    await assert.rejects(sendText('a', '5'), { code: 42001 });
  });

  it('tries once more where WeChat is busy', async () => {
    answers = [{ errcode: -1 }];
    await account().sendText('a', '1');
    answers = [{ errcode: -1 }, { errcode: -1 }];
    await assert.rejects(account().sendText('a', '2'), { code: -1 });
    answers = [{ errcode: 45015 }];
    await assert.rejects(account().sendText('a', '3'), { code: 45015 });
    assert.equal(answers.length, 0);
  });
});
