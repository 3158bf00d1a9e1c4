import { expect } from 'chai';
import { logger } from '../../src/app/logger.ts';
import type { Facts } from '../../src/store/log.ts';

const PHONE = '+8613800000000';

function logged(facts: object, message = 'turn taken'): string {
  const lines: string[] = [];
  logger('info', { write: (line) => void lines.push(line) }).error(facts as Facts, message);
  return lines.join('');
}

describe('logger', () => {
  it('writes facts and nothing else, whatever it is handed', () => {
    const line = logged({
      code: 'cast',
      channel: 'sms',
      ms: 3,
      cycle: 'qingsong-2027',
      phone: PHONE,
      text: '投 3 7',
      card: '572400013',
      name: '王',
      token: 'x',
    });
    const { time, ...rest } = JSON.parse(line);
    expect(time).to.be.a('string');
    expect(rest).to.deep.equal({ level: 'error', code: 'cast', channel: 'sms', ms: 3, cycle: 'qingsong-2027', msg: 'turn taken' });
  });

  it('masks digits as many as a phone number has, wherever they stand', () => {
    expect(logged({ code: `from ${PHONE}` }, `to ${PHONE}`)).not.to.include('13800000000');
  });

  it('tells an error by class, code and place, never by its message', () => {
    const cause = Object.assign(new TypeError(`duplicate key sms|${PHONE}`), { code: 11000, keyValue: { _id: PHONE } });
    const line = logged({ error: new Error('投 3 7\n from 王', { cause }) });
    const { error } = JSON.parse(line);
    expect(error).to.include({ name: 'Error' });
    expect(error.cause).to.include({ name: 'TypeError', code: 11000 });
    expect(error.at[0]).to.include('logger.test.ts');
    expect(line).not.to.match(/13800000000|投|王|duplicate/);
  });

  it('tells nothing of an error that is handed over bare', () => {
    expect(logged(new Error(`from ${PHONE}, 投 3 7`))).not.to.match(/138|投/);
  });
});
