import { expect } from 'chai';
import { messageUnits } from '../../src/app/words.ts';

describe('messageUnits', () => {
  it('is segments of an SMS, minutes of a call that speaks its text twice, one in a chat', () => {
    const text = '明天停水，请提前接水。'.repeat(20);
    expect([messageUnits('sms', text), messageUnits('voice', text), messageUnits('wechat', text)]).to.deep.equal([4, 2, 1]);
    expect([messageUnits('sms', '停水'), messageUnits('voice', '停水'), messageUnits('wechat', '停水')]).to.deep.equal([1, 1, 1]);
  });
});
