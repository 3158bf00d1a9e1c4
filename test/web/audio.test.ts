import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Prompt, promptPath } from '../../src/fund/communities/index.ts';
import { vault } from '../../src/store/vault.ts';
import { useDatabase } from '../support/database.ts';
import { profiled } from '../support/plans.ts';
import { silence } from '../support/silence.ts';
import { useServed } from './serve.ts';

describe('the sound of a recorded prompt', () => {
  const { world } = useDatabase('audio');
  const sound = silence(1);
  const hash = createHash('sha256').update(sound).digest('hex');
  const path = promptPath(world, hash, false);
  const web = useServed(world);
  before(async () => {
    await Prompt.create({ _id: 'qingsong|zh-CN|menu.top', community: 'qingsong', language: 'zh-CN', key: 'menu.top', hash, seconds: 1, sound });
  });

  it('is at the address that the line gives to the carrier', async () => {
    const response = await web.get(path);
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'audio/mpeg']);
    expect(Buffer.from(await response.arrayBuffer()).equals(sound)).to.equal(true);
    expect((await web.get(promptPath(world, '0'.repeat(64), false))).status).to.equal(404);
  });

  it('has an address for what somebody chose that is another each time, and tells nobody which prompt it is', async () => {
    const own = Array.from({ length: 3 }, () => promptPath(world, hash, true));
    expect(new Set(own).size).to.equal(3);
    for (const address of own) {
      expect(address).not.to.include(hash.slice(0, 8));
      expect(Buffer.from(await (await web.get(address)).arrayBuffer()).equals(sound)).to.equal(true);
      expect((await web.get(address.replace(/.{5}(?=\.mp3$)/, 'AAAAA'))).status).to.equal(404);
    }
  });

  it('costs no look-up at an address that somebody made up, and keeps nobody waiting, however many ask', async () => {
    const stranger = (hash: string, isOwn: boolean) => promptPath({ ...world, vault: vault(Buffer.alloc(32, 1)) }, hash, isOwn);
    const hashes = Array.from({ length: 300 }, (_, index) => createHash('sha256').update(String(index)).digest('hex'));
    const madeUp = [
      ...hashes.map((made) => stranger(made, false)),
      ...[stranger(hash, false), `/audio/${hash}.mp3`, `/audio/${hash}-.mp3`, path.replace('.mp3', ''), path.replace('-', '--'), `${path}x`],
      ...[path.replace(hash, '0'.repeat(64)), '/audio/-.mp3', '/audio/%00.mp3'],
    ];
    const lookUps = await profiled('prompts', async () => {
      const answers = await Promise.all(madeUp.map(async (address) => (await web.get(address)).status));
      expect(new Set(answers)).to.have.keys([404]);
    });
    expect(lookUps).to.equal(0);
    expect(await profiled('prompts', async () => void (await web.get(path)))).to.equal(1);
  });
});
