import { expect } from 'chai';
import type { Dispatch } from '../../../src/carriers/sending.ts';
import { accountApi } from '../../../src/carriers/wechat/accountApi.ts';
import { sendWechat, type WechatSendDeps } from '../../../src/carriers/wechat/send.ts';
import { type FakeWechat, fakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';

const OPENID = 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M';
const TEMPLATE = 'tmpl-1';

describe('sending by WeChat', () => {
  const { world } = useDatabase('wechatsend');
  let wechat: FakeWechat;
  let warned: string[] = [];

  beforeEach(async () => {
    wechat = await fakeWechat();
    warned = [];
    wechat.followers.add(OPENID);
    wechat.templates.set(TEMPLATE, '{{thing1.DATA}}\n时间:{{time2.DATA}}\n{{thing3.DATA}}');
  });
  afterEach(() => wechat.stop());

  const dispatch = (text: string, ref = text): Dispatch => ({
    to: OPENID,
    from: '+862880000001',
    community: 'qingsong',
    text,
    told: { said: { key: 'common.done' }, language: 'zh-CN', isFirst: false },
    ref,
    signal: AbortSignal.timeout(2_000),
  });
  const sender = (template?: string) => {
    const deps: WechatSendDeps = {
      api: accountApi(world, { appId: wechat.appId, appSecret: wechat.appSecret, apiUrl: wechat.apiUrl }),
      account: undefined,
      log: { warn: ({ state }) => void warned.push(String(state)) },
      now: () => new Date('2026-12-01T00:30:00Z'),
      templateOf: async () => (template ? { id: template, zone: 'Asia/Shanghai' } : undefined),
    };
    return sendWechat(deps);
  };
  const wrote = () => wechat.deliver(OPENID, { MsgType: 'text', Content: '好', MsgId: '1' }).catch(() => undefined);

  it('writes as customer service while WeChat allows it, then as a template', async () => {
    await wrote();
    const send = sender(TEMPLATE);
    for (let i = 0; i < 5; i++) expect((await send(dispatch(`第${i}条`))).state).to.equal('sent');
    const long = '投票开始了。回复"投票"选项目，最多选三个。十二月十五日晚八点截止,别忘了哦,邻居们都投了,就等你。';
    expect((await send(dispatch(long))).state).to.equal('sent');
    expect(wechat.sent.map(({ kind }) => kind)).to.deep.equal(['text', 'text', 'text', 'text', 'text', 'template']);
    const last = wechat.sent.at(-1);
    expect(last?.kind === 'template' && last.values).to.deep.equal([
      '投票开始了。回复"投票"选项目，最多选三',
      '2026年12月1日 08:30',
      '个。十二月十五日晚八点截止,别忘了哦,…',
    ]);
  });

  it('fails outside the window where there is no template, with why', async () => {
    expect(await sender()(dispatch('一'))).to.deep.equal({ state: 'failed', reason: 'wechat.45015' });
    wechat.templates.set('odd', '{{thing1.DATA}} {{amount2.DATA}}');
    expect(await sender('odd')(dispatch('二'))).to.deep.equal({ state: 'failed', reason: 'wechat.templateFields' });
    wechat.followers.clear();
    expect(await sender(TEMPLATE)(dispatch('三'))).to.deep.equal({ state: 'failed', reason: 'wechat.43004' });
    expect(await sender('no such')(dispatch('四'))).to.deep.equal({ state: 'failed', reason: 'wechat.templateFields' });
  });

  it('sends a template once, also where it is tried again', async () => {
    const send = sender(TEMPLATE);
    expect(await send(dispatch('一', 'ref'))).to.deep.equal(await send(dispatch('一', 'ref')));
    expect(wechat.sent.length).to.equal(1);
  });

  it('leaves what the account may not do, and says so once', async () => {
    await wrote();
    wechat.privileges.clear();
    const send = sender(TEMPLATE);
    for (const text of ['一', '二', '三']) expect((await send(dispatch(text))).state).to.equal('failed');
    expect(warned).to.deep.equal(['customerService', 'template']);
    expect(wechat.calls.filter((path) => path.includes('send')).length).to.equal(1);
  });

  it('tells what may be tried again from what may not', async () => {
    await wrote();
    const send = sender();
    await send(dispatch('the token is there'));
    const outcomes: Record<string, unknown> = {};
    for (const code of [45009, 45011, 40164, 40001, 43019, 40003, 87014]) {
      wechat.meet(...(code === 40001 ? [code, code] : [code]));
      outcomes[code] = Object.values(await send(dispatch(String(code)))).join(' ');
    }
    expect(outcomes).to.deep.equal({
      45009: 'refused dayLimit true',
      45011: 'refused rate',
      40164: 'refused unauthorized true',
      40001: 'refused unauthorized true',
      43019: 'stopped',
      40003: 'failed wechat.40003',
      87014: 'failed wechat.87014 text',
    });
    wechat.meet('hang');
    expect(await send({ ...dispatch('x'), signal: AbortSignal.timeout(100) })).to.deep.equal({ state: 'unknown', reason: 'noAnswer' });
    wechat.later = 7_300_000;
    wechat.meet(42001, 'fail');
    expect(await send(dispatch('without a token'))).to.deep.equal({ state: 'refused', reason: 'unreachable' });
  });
});
