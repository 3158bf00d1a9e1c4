import { expect } from 'chai';
import { readScene, sceneOf } from '../../../src/carriers/wechat/receive.ts';

describe('a poster’s scene', () => {
  it('is read as it was written', () => {
    for (const scene of [
      { community: 'qingsong' },
      { community: 'Qing.song-2_x', building: '3' },
      { community: 'qingsong', building: '3栋 2单元', language: 'en' },
      { community: 'qingsong', language: 'zh-CN-sichuan' },
    ])
      expect(readScene(sceneOf(scene) ?? '')).to.deep.equal(scene);
    expect(readScene('')).to.equal(undefined);
    expect(readScene('a|b|c|d')).to.equal(undefined);
    expect(readScene('qingsong||xx')).to.deep.equal({ community: 'qingsong' });
    expect(sceneOf({ community: 'a', building: '楼'.repeat(64) })).to.equal(undefined);
  });
});
