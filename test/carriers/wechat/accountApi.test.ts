import { expect } from 'chai';
import { AccessToken, accountApi } from '../../../src/carriers/wechat/accountApi.ts';
import { ApiError } from '../../../src/carriers/wechat/puppet/src/api.ts';
import { collection } from '../../../src/store/collection.ts';
import { type FakeWechat, fakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';

const OPENID = 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M';
const TEXT = { MsgType: 'text', Content: '好', MsgId: '1' };

describe('the API of the account', () => {
  const { world } = useDatabase('wechatapi');
  let wechat: FakeWechat;

  beforeEach(async () => {
    wechat = await fakeWechat();
    wechat.followers.add(OPENID);
    await collection(AccessToken).deleteMany({});
  });
  afterEach(() => wechat.stop());

  /** As a process of its own sees it: with nothing in memory. */
  const api = (appSecret = wechat.appSecret) => accountApi(world, { appId: wechat.appId, appSecret, apiUrl: wechat.apiUrl });
  const wrote = (fields: Record<string, string> = TEXT) => wechat.deliver(OPENID, fields).catch(() => undefined); // nobody listens; WeChat has noted it

  async function codeOf(call: Promise<unknown>): Promise<unknown> {
    try {
      await call;
    } catch (error) {
      if (error instanceof ApiError) return error.code;
      throw error;
    }
    return 0;
  }

  it('asks for one token, however many processes need one at once', async () => {
    await wrote();
    const processes = Array.from({ length: 5 }, () => api());
    await Promise.all(processes.flatMap((one) => [one.call('/cgi-bin/getcallbackip'), one.call('/cgi-bin/getcallbackip')]));
    expect(wechat.tokensAsked()).to.equal(1);
    await api().sendText(OPENID, '好');
    expect(wechat.tokensAsked()).to.equal(1);
    expect(wechat.sent).to.deep.equal([{ kind: 'text', openid: OPENID, text: '好' }]);
  });

  it('keeps the token encrypted', async () => {
    await api().call('/cgi-bin/getcallbackip');
    const kept = JSON.stringify(await collection(AccessToken).find().toArray());
    const [stored] = await collection(AccessToken).find({}, { promoteBuffers: true }).toArray();
    const token = world.vault.decrypt('accessToken', stored?._id ?? '', stored?.encrypted ?? Buffer.alloc(0));
    expect(token).to.match(/^[0-9a-f]{120}_1$/);
    expect(kept).not.to.include(token).and.not.to.include(Buffer.from(token).toString('base64'));
  });

  it('fetches a token anew once that another process had made invalid', async () => {
    const [one, two] = [api(), api()];
    await Promise.all([one, two].map((each) => each.call('/cgi-bin/getcallbackip')));
    wechat.invalidate();
    await Promise.all([one, two, api()].map((each) => each.call('/cgi-bin/getcallbackip')));
    expect(wechat.tokensAsked()).to.equal(2);
    wechat.later = 7_100_000; // over by WeChat's clock before it is by ours
    wechat.meet(42001);
    await one.call('/cgi-bin/getcallbackip');
    expect(wechat.tokensAsked()).to.equal(3);
  });

  it('gives up where the new token is refused, too', async () => {
    wechat.meet();
    await api().call('/cgi-bin/getcallbackip');
    wechat.always(40001);
    expect(await codeOf(api().call('/cgi-bin/getcallbackip'))).to.equal(40001);
    wechat.always(undefined);
  });

  it('lets another ask where the one who did is gone', async () => {
    await collection(AccessToken).insertOne({ _id: wechat.appId, askingUntil: new Date(world.now().getTime() + 300) });
    await api().call('/cgi-bin/getcallbackip');
    expect(wechat.tokensAsked()).to.equal(1);
  });

  it('says what WeChat says of wrong settings', async () => {
    expect(await codeOf(api('another').call('/cgi-bin/getcallbackip'))).to.equal(40125);
    wechat.meet(40164);
    expect(await codeOf(api().call('/cgi-bin/getcallbackip'))).to.equal(40164);
  });

  it('tries once more where WeChat is busy, and never what nobody knows', async () => {
    await wrote();
    await api().call('/cgi-bin/getcallbackip');
    wechat.meet(-1);
    expect(await codeOf(api().sendText(OPENID, '一'))).to.equal(0);
    wechat.meet(-1, -1);
    expect(await codeOf(api().sendText(OPENID, '二'))).to.equal(-1);
    wechat.meet('fail');
    expect(await codeOf(api().sendText(OPENID, '三'))).to.equal('noAnswer');
    wechat.meet('drop');
    expect(await codeOf(api().sendText(OPENID, '四'))).to.equal('noAnswer');
    wechat.meet('hang');
    expect(await codeOf(api().sendText(OPENID, '五', AbortSignal.timeout(200)))).to.equal('noAnswer');
    expect(wechat.sent.map((message) => message.kind === 'text' && message.text)).to.deep.equal(['一', '四']);
    await wechat.stop();
    expect(await codeOf(api().sendText(OPENID, '六'))).to.equal('unreachable');
    wechat = await fakeWechat();
  });

  it('tells neither token, secret nor message in an error', async () => {
    await api().call('/cgi-bin/getcallbackip');
    wechat.meet('fail');
    const error: unknown = await api()
      .sendText(OPENID, '投 3')
      .catch((caught: unknown) => caught);
    const told = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error instanceof Error && error.stack);
    expect(told).not.to.match(/access_token|_1|投|o6_/);
    expect(told).not.to.include(wechat.appSecret);
  });

  it('sends what can be tapped, within the window', async () => {
    const menu = { head: '选项目', items: [{ id: '3', content: '3 社区花园' }], tail: '' };
    expect(await codeOf(api().sendMenu(OPENID, menu))).to.equal(45015);
    await wrote({ MsgType: 'event', Event: 'SCAN', EventKey: 'qingsong' });
    for (let i = 0; i < 3; i++) expect(await codeOf(api().sendMenu(OPENID, menu))).to.equal(0);
    expect(await codeOf(api().sendMenu(OPENID, menu))).to.equal(45047);
    await wrote();
    expect(await codeOf(api().sendText(OPENID, '好'.repeat(683)))).to.equal(45002);
    for (let i = 0; i < 5; i++) expect(await codeOf(api().sendText(OPENID, '好'.repeat(682)))).to.equal(0);
    expect(await codeOf(api().sendText(OPENID, '好'))).to.equal(45047);
    wechat.later = 48 * 60 * 60_000;
    expect(await codeOf(api().sendText(OPENID, '好'))).to.equal(45015);
  });

  it('fetches a voice message', async () => {
    wechat.media.set('m-1', Buffer.from('#!AMR\n'));
    const { bytes, type } = await api().media('m-1');
    expect([bytes.toString(), type]).to.deep.equal(['#!AMR\n', 'audio/amr']);
    expect(await codeOf(api().media('m-2'))).to.equal(40007);
  });
});
