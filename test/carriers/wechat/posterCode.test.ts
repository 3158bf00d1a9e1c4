import { expect } from 'chai';
import { FileBox } from 'file-box';
import { posterCodes } from '../../../src/carriers/wechat/posterCode.ts';
import { type Api, ApiError } from '../../../src/carriers/wechat/puppet/src/api.ts';
import { useDatabase } from '../../support/database.ts';

describe('the codes of posters', () => {
  const { world } = useDatabase('posterCode');
  let now: Date;
  let asked: string[];
  let isAway: boolean;

  const codes = () => {
    const call: Api['call'] = async (path, body) => {
      asked.push(path);
      if (isAway) throw new ApiError('noAnswer');
      return { url: `http://weixin.qq.com/q/${JSON.stringify(body).includes('pines|') ? 'other' : 'pines'}` };
    };
    const never = () => Promise.reject(new Error('not asked for'));
    return posterCodes({ ...world, now: () => now }, { call, sendText: never, sendMenu: never, media: never });
  };

  beforeEach(() => {
    now = world.now();
    asked = [];
    isAway = false;
  });

  it('are asked for once for each scene, whoever reads the poster', async () => {
    const code = codes();
    const [first, again, other] = await Promise.all([
      code({ community: 'pines' }),
      code({ community: 'pines' }),
      code({ community: 'pines', language: 'en' }),
    ]);
    expect(asked).to.have.length(2);
    expect(again).to.equal(first);
    expect(await FileBox.fromBuffer(first ?? Buffer.of(), 'code.png').toQRCode()).to.match(/\/pines$/);
    expect(await FileBox.fromBuffer(other ?? Buffer.of(), 'code.png').toQRCode()).to.match(/\/other$/);
  });

  it('are not asked for within a minute after WeChat gave no answer, for any poster, and then again', async () => {
    const code = codes();
    isAway = true;
    expect(await code({ community: 'pines' })).to.equal(undefined);
    for (let number = 0; number < 50; number++) expect(await code({ community: `c${number}` })).to.equal(undefined);
    expect(asked).to.have.length(1);
    isAway = false;
    now = new Date(now.getTime() + 61_000);
    expect(await code({ community: 'pines' })).to.be.instanceOf(Buffer);
  });
});
