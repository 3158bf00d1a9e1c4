import { expect } from 'chai';
import fc from 'fast-check';
import type { i18n } from 'i18next';
import { smsLists } from '../../src/channels/sms/render.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Setting } from '../../src/dialog/manner.ts';
import { wording } from '../../src/dialog/wording.ts';

describe('wording', () => {
  let catalogue: i18n;
  const setting: Setting = {
    language: 'zh-CN',
    channel: 'sms',
    lists: smsLists,
    zone: 'Asia/Shanghai',
    at: new Date('2026-12-03T00:00:00Z'),
    defaults: { community: '青松社区' },
  };
  const receipt = {
    key: 'vote.receipt',
    params: {
      picks: [
        { number: 3, label: '社区花园', cost: 60_000 },
        { number: 7, label: '路灯', cost: 48_000 },
      ],
      receipt: '4820917735',
      closesAt: '2026-12-15T12:00:00.000Z',
    },
  };

  before(async () => {
    catalogue = await loadCatalogue();
  });

  it('says a receipt as the conversations do', () => {
    expect(wording(catalogue, setting)(receipt)).to.equal(
      '投好了：3 社区花园、7 路灯。凭证 482 091 7735。要改，15号晚8点前把号码全部重发。不是本人投的，回“不是我”',
    );
    expect(wording(catalogue, { ...setting, language: 'en' })(receipt)).to.equal(
      'Voted: 3 社区花园, 7 路灯. Receipt 482 091 7735. Change by 8 pm on 15 Dec. Not yours? Reply NOT ME',
    );
  });

  it('falls back: 四川话 to Chinese where it has no words of its own, any other language to Chinese', () => {
    const sichuan = wording(catalogue, { ...setting, language: 'zh-CN-sichuan' });
    expect(sichuan(receipt)).to.equal(wording(catalogue, setting)(receipt));
    expect(sichuan({ key: 'language.sichuanSet' })).to.match(/^要得/);
    expect(wording(catalogue, { ...setting, language: 'fr' })(receipt)).to.equal(wording(catalogue, setting)(receipt));
  });

  it('words a choice by its keys, and a ballot by its names', () => {
    const choice = { key: 'menu.top', expects: 'choice' as const, options: [{ number: 1, label: 'menu.vote' }] };
    expect(wording(catalogue, setting)(choice)).to.equal('青松社区。要办什么，回数字：\n1 投票');
  });

  it('words what it has worded before anew for another community, language, channel or offer', () => {
    const choice = { key: 'menu.top', expects: 'choice' as const, options: [{ number: 1, label: 'menu.vote' }] };
    const said = (more: Partial<typeof setting> = {}, options = choice.options) =>
      wording(catalogue, { ...setting, ...more })({ ...choice, options });
    const first = said();
    expect(said()).to.equal(first);
    expect(said({ defaults: { community: '红旗村' } })).to.equal(first.replace('青松社区', '红旗村'));
    expect(said({}, [{ number: 2, label: 'menu.vote' }])).to.equal(first.replace('1 投票', '2 投票'));
    const others = [said({ language: 'en' }), said({ channel: 'voice' })];
    for (const other of others) expect(other).not.to.equal(first);
  });

  it('leaves out the month that was said just before', () => {
    const params = { opensAt: '2027-01-01T00:00:00.000Z', closesAt: '2027-01-15T12:00:00.000Z' };
    expect(wording(catalogue, setting)({ key: 'vote.early', params })).to.match(/^1月1号早8点开始投，投到15号晚8点。/);
  });

  it('repeats what somebody wrote as it is, whatever it looks like', () => {
    const words = wording(catalogue, setting);
    const pieces = fc.constantFrom('{{community}}', '$t(common:first)', '{{', '}}', '$&', '$1', '<b>', '&', '路灯', '"', '\\');
    const written = fc
      .array(pieces, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(''))
      .filter((text) => text.length <= 40);
    fc.assert(fc.property(written, (text) => words({ key: 'propose.noted', params: { number: 12, text } }) === `记下了，是12号提议：${text}`));
  });
});
