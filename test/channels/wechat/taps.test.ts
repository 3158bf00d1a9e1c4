import { expect } from 'chai';
import { readTap, tapId } from '../../../src/channels/wechat/render.ts';

describe('a tap', () => {
  it('is read as it was offered, in digits, and of another cycle not at all', () => {
    for (const number of [1, 7, 42, 999]) {
      const id = tapId('qingsong-2027', number) ?? '';
      expect(id).to.match(/^[1-9]\d{8}$/);
      expect(readTap(id, 'qingsong-2027')).to.equal(number);
      expect(readTap(id, 'qingsong-2028')).to.equal(undefined);
    }
    expect(readTap(tapId('q', 'afresh') ?? '', 'q')).to.equal('afresh');
    expect(tapId('q', 1_000)).to.equal(undefined);
    for (const id of ['', '3', '0123456789', 'x']) expect(readTap(id, 'q')).to.equal(undefined);
  });
});
