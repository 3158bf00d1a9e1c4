import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { Prompt, promptAt } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { runScript } from '../support/runScript.ts';
import { startService, type TestService } from '../support/service.ts';
import { silence } from '../support/silence.ts';

interface Row {
  readonly key: string;
  readonly text: string;
  readonly where: string;
  readonly recorded: string;
}

const KNOWN = '+8613800000001';
const OTHER = '+8613800000009';

describe('npm run prompts, and what it leads to', () => {
  const { world: real, uri } = useDatabase('prompts');
  const { world, clock } = movedWorld(real);
  const folder = useFolders();
  let service: TestService;

  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  const list = async (language: string) => {
    const out = join(folder({}), 'prompts.csv');
    const ran = await runScript(uri(), 'prompts', 'qingsong', '--out', out, '--language', language);
    const rows: Row[] = parse(readFileSync(out), { columns: true });
    return { rows, told: ran.out, status: ran.status };
  };
  /** Imports the demo with these recordings, each another sound. */
  const record = async (language: string, keys: readonly string[]) => {
    const dir = folder({});
    cpSync('src/demo/community', dir, { recursive: true });
    mkdirSync(join(dir, 'audio', language), { recursive: true });
    for (const [index, key] of keys.entries()) writeFileSync(join(dir, 'audio', language, `${key}.mp3`), silence(1, index % 256));
    return importCommunity(world, dir, operator('Li'));
  };
  const sounds = async (language: string) => {
    const prompts = await collection(Prompt)
      .find({ language }, { projection: { key: 1, hash: 1 } })
      .toArray();
    const keys = new Map(prompts.map(({ key, hash }) => [hash, key]));
    return { get: (text: string) => keys.get(promptAt(world, text.replace(`♪ ${service.publicUrl}/audio/`, '')) ?? '') };
  };
  /** The prompts of a call: keys of recordings, and words. */
  const heard = async (from: string, ...keyed: string[]) => {
    clock.ahead += 2_100; // an import is noticed within two seconds
    const known = await sounds('zh-CN');
    const phone = await service.twilio.dial({ from, to: service.community.phone });
    for (const keys of keyed) await phone.press(keys);
    return (await phone.hear()).map(({ text }) => known.get(text) ?? text);
  };

  it('lists each phrase, number and title with its words, and which languages are whole', async () => {
    const { rows, told, status } = await list('zh-CN');
    expect(status).to.equal(0);
    const byKey = new Map(rows.map((row) => [row.key, row]));
    expect(new Set(rows.map(({ key }) => key)).size).to.equal(rows.length);
    expect(byKey.get('menu.top')?.text).to.match(/^青松社区。投票，按1。/);
    expect(byKey.get('voice.last')).to.deep.equal({
      key: 'voice.last',
      text: '还能选一个，选了就投。不选，按井号。',
      where: 'voice',
      recorded: 'no',
    });
    expect([byKey.get('vote.receipt.1')?.text, byKey.get('vote.receipt.2')?.text]).to.deep.equal(['投好了。', '。要改，按2。凭证：']);
    expect([byKey.get('money.25000')?.text, byKey.get('detail.qingsong-demo.7')?.text]).to.deep.equal(['两万五千块', '三号院到菜市场一段，八盏灯。']);
    expect([byKey.get('title.qingsong-demo.7')?.text, byKey.get('number.7')?.where]).to.deep.equal(['路灯', 'number']);
    expect(byKey.has('menu.vote')).to.equal(false);
    expect(rows.filter(({ text }) => text === '' || text.includes('{{'))).to.deep.equal([]);
    expect(told).to.match(/^zh-CN: 0 of \d+ recorded\nzh-CN-sichuan: 0 of \d+ recorded; not offered on the phone\nen: 0 of \d+ recorded\n$/);
  });

  it('plays what is recorded whole, with its numbers and titles, and nothing of a phrase of which a part is missing', async () => {
    await record('zh-CN', ['menu.top', 'voice.last', 'number.3', 'title.qingsong-demo.3']);
    const said = await heard(KNOWN, '1', '1', '3#', '7#');
    expect(said.slice(0, 2)).to.deep.equal(['号码只为投票、通知。', 'menu.top']);
    expect(said).to.include.members(['number.3', 'title.qingsong-demo.3', 'voice.last', '7号，路灯。']);
    expect(said).not.to.include('3号，社区花园。');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).to.match(/yisheng_prompts_synthesised_total\{language="zh-CN",key="voice.heard"\} [1-9]/);
    expect(metrics).not.to.include('key="menu.top"');
  });

  it('offers 四川话 on the phone once menu, joining and vote are recorded whole, the titles and details with them', async () => {
    const { rows } = await list('zh-CN-sichuan');
    const whole = rows
      .filter(({ where }) => ['menu', 'identify', 'vote', 'voice', 'number', 'money', 'title', 'detail'].includes(where))
      .map(({ key }) => key);
    expect(whole).to.include.members(['menu.top', 'voice.number', 'vote.pick', 'title.qingsong-demo.7', 'detail.qingsong-demo.7', 'money.60000']);
    await record('zh-CN-sichuan', whole.slice(0, -1));
    expect((await list('zh-CN-sichuan')).told).to.include('; not offered on the phone');
    expect((await heard(OTHER, '4', '2')).slice(-2)).to.deep.equal(['普通话，按1。', 'English, press 2.']);
    await record('zh-CN-sichuan', whole);
    expect((await list('zh-CN-sichuan')).told).to.include('; offered on the phone');
    expect((await heard(OTHER, '4', '2')).slice(-3)).to.deep.equal(['普通话，按1。', 'English, press 2.', '四川话，按3。']);
    const known = await sounds('zh-CN-sichuan');
    const phone = await service.twilio.dial({ from: OTHER, to: service.community.phone });
    for (const keys of ['4', '2', '3', '#']) await phone.press(keys);
    expect(known.get((await phone.hear()).at(-1)?.text ?? '')).to.equal('menu.top');
  });

  it('is imported whole or not at all', async () => {
    const dir = folder({});
    cpSync('src/demo/community', dir, { recursive: true });
    for (const language of ['zh-CN', 'fr']) mkdirSync(join(dir, 'audio', language), { recursive: true });
    writeFileSync(join(dir, 'audio/zh-CN/vote.none.mp3'), silence(1));
    writeFileSync(join(dir, 'audio/zh-CN/menu.top.wav'), silence(1));
    writeFileSync(join(dir, 'audio/zh-CN/voice.more.mp3'), 'RIFF');
    const outcome = await importCommunity(world, dir, operator('Li'));
    expect('problems' in outcome && outcome.problems.map(({ file, what }) => `${file}: ${what}`)).to.deep.equal([
      'audio/fr: is not a language; they are zh-CN, zh-CN-sichuan, en',
      'audio/zh-CN/menu.top.wav: must be called as `npm run prompts` lists it, with .mp3 behind',
      'audio/zh-CN/voice.more.mp3: is not an MP3',
    ]);
    expect(await collection(Prompt).findOne({ key: 'vote.none', language: 'zh-CN' })).to.equal(null);
  });
});
