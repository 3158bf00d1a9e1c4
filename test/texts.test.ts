import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { flows } from '../flows/index.ts';
import { explore } from '../scripts/flows/explore.ts';
import { flat } from '../scripts/flows/lintFlows.ts';
import { ballotOf, CHINESE, ENGLISH, type Names } from '../scripts/flows/samples.ts';
import { CHANNEL_NAMES } from '../src/contacts/channel.ts';
import { loadCatalogue, readResources } from '../src/dialog/loadCatalogue.ts';
import type { Answer, Question, Statement } from '../src/dialog/question.ts';
import { wording } from '../src/dialog/wording.ts';
import { ORIGINS } from '../src/fund/proposals/index.ts';
import { root } from '../src/store/files.ts';
import { ACTS, OTHER_RIGHTS } from '../src/web/console/acts.ts';

/** The demo plays with a ballot of its own, whose numbers stand on its buttons. */
const DEMO = /^simulator\./;

const texts = (language: string) => [...flat(readResources(join(root, 'locales'))[language] ?? {})].map(([key, text]) => ({ key, text }));
const plain = (text: string) => text.replace(/\{\{.*?\}\}|\{\w+\}/g, '');
const keysOf = (wrong: readonly { key: string }[]) => wrong.map(({ key }) => key);

/** Each thing's name for those who work there, and what it was called besides. */
const OTHER_NAMES: Readonly<Record<string, RegExp>> = {
  公示: /公布项目/,
  实施: /动手办(?!了)/,
  评议: /^大家评$/,
  办事记录: /事册|操作日志/,
  职务: /改身份|选身份|身份是/,
  验证码: /发数字|短信里的数字|短信数字/,
  复核: /等第二个人(?!录)|第二个人同意|请第二个人/,
  审核: /看能不能做|办不办的意见/,
  监督委员: /监委会|监委(?!会)/,
  联系人: /找谁(?!来)/,
  单位: /哪一家|^谁来做$/,
  上传: /材料放上去/,
  撤下: /拿掉/,
  保存: /存下日期|^存记录$|^存好$/,
  清除筛选: /不筛选/,
};
const OTHER_NAMES_EN: Readonly<Record<string, RegExp>> = {
  round: /\bcycles?\b/i,
  'Contact person': /Who answers for it/,
  'Next page': /^Further$/,
  'Clear filter': /No filter/,
  'Nothing to do': /Nothing waits/,
  Unassigned: /Taken by nobody/,
  'There is a problem': /Something has to be changed/,
};

describe('every text', () => {
  it('in Chinese has full-width punctuation', () => {
    const said = texts('zh-CN');
    expect(said.length).to.be.above(500);
    // an English sentence in a Chinese text keeps its own signs
    const chinese = said.map(({ key, text }) => ({ key, text: plain(text).replace(/[A-Za-z][\w ,.'’]*[,.]/g, '') }));
    expect(keysOf(chinese.filter(({ text }) => /[,;?!]|:(?!\/\/)|[()]/.test(text)))).to.deep.equal([]);
  });

  for (const [language, { labels }] of [
    ['zh-CN', CHINESE],
    ['en', ENGLISH],
  ] as const)
    it(`names no project of its own, ${language}`, () => {
      const all = texts(language).filter(({ key }) => !DEMO.test(key));
      const names = [...labels, '路灯', '花园', '扶手', '健身'].filter((label) => label.length > 1);
      const named = all.filter(({ text }) => names.some((name) => plain(text).toLowerCase().includes(name.toLowerCase())));
      expect(keysOf(named)).to.deep.equal([]);
      const numbered =
        language === 'en'
          ? /\b(?:VOTE|V|PROJECTS|STATUS|OBJECT|RATE|UPDATE) \d/
          : /[投项目进度异议评展] ?\d+(?!\d*[人个件票条])|\d+号(?!码|楼|院|栋)/;
      expect(keysOf(all.filter(({ text }) => numbered.test(plain(text))))).to.deep.equal([]);
    });

  it('for residents says no word that they do not know, and names no office that a village may not have', () => {
    const RESIDENTS = /^(?!commands|console|acts|simulator|print)/;
    const said = (language: string, word: RegExp) => keysOf(texts(language).filter(({ key, text }) => RESIDENTS.test(key) && word.test(text)));
    expect(keysOf(texts('zh-CN').filter(({ text }) => /票册|收发/.test(text)))).to.deep.equal([]);
    expect(said('zh-CN', /居委会|系统(?!管理员)|成功|尊敬/)).to.deep.equal([]);
    expect(said('en', /\broster\b/i)).to.deep.equal([]);
  });

  it('for those who work there calls each thing by one name: in the console, on the public pages, on paper and in the guide', () => {
    const CADRES = /^(console|acts|page|print|kiosk)\./;
    const guide = readFileSync(join(root, 'docs/cadres.md'), 'utf8')
      .split('\n')
      .map((text, line) => ({ key: `docs/cadres.md:${line + 1}`, text }));
    const written = (language: string) => [...texts(language).filter(({ key }) => CADRES.test(key)), ...(language === 'zh-CN' ? guide : [])];
    for (const [language, names] of [
      ['zh-CN', OTHER_NAMES],
      ['en', OTHER_NAMES_EN],
    ] as const)
      for (const [name, others] of Object.entries(names)) {
        const said = written(language);
        expect(
          said.some(({ text }) => text.toLowerCase().includes(name.toLowerCase())),
          name,
        ).to.equal(true);
        expect(keysOf(said.filter(({ text }) => others.test(plain(text)))), name).to.deep.equal([]);
      }
  });

  for (const language of ['zh-CN', 'en'] as const)
    it(`that names a channel in the console has every channel, and every way on which something comes, ${language}`, () => {
      const said = new Set(texts(language).map(({ key }) => key));
      const channels = ['channel', 'turnout.by'].flatMap((place) => CHANNEL_NAMES.map((name) => `console.${place}.${name}`));
      const origins = ['proposal.originOf', 'publication.origin'].flatMap((place) => ORIGINS.map((name) => `console.${place}.${name}`));
      expect([...channels, ...origins].filter((key) => !said.has(key))).to.deep.equal([]);
    });

  for (const language of ['zh-CN', 'en'] as const)
    it(`that an act needs is there, and no other stands under it, ${language}`, () => {
      const needed = ACTS.flatMap(({ name, may, fields, refusals }) => {
        const typed = fields.flatMap((field) => (field.control === 'given' || field.control === 'key' ? [] : [`field.${field.name}`]));
        const sent = may.every((holder) => holder === 'operator') ? [] : ['button'];
        return [...sent, ...typed, ...Object.keys(refusals).map((why) => `not.${why}`)].map((key) => ({
          own: `acts.${name}.${key}`,
          shared: `acts.${key}`,
        }));
      });
      const said = texts(language).map(({ key }) => key);
      const kinds = [...new Set([...ACTS, ...OTHER_RIGHTS].map(({ name }) => name.split('.')[0]))];
      expect(said, 'for the filter of the log').to.include.members(kinds.map((kind) => `console.about.${kind}`));
      const uses = new Set(needed.map(({ own, shared }) => (said.includes(own) ? own : shared)));
      expect(said.filter((key) => /^acts\.(\w+\.\w+\.)?(button|field|not)\b/.test(key))).to.have.members([...uses]);
      expect(said).to.include.members([...ACTS, ...OTHER_RIGHTS].map(({ name }) => `acts.${name}.did`));
    });

  for (const language of ['zh-CN', 'en'] as const)
    it(`that we start begins with the community's name, ${language}`, () => {
      const begins = { sms: language === 'en' ? /^\{\{community\}\}[:,] / : /^【\{\{community\}\}】/, voice: /^\{\{community\}\}[。.:：] ?/ };
      const notices = texts(language).filter(({ key }) => key.startsWith('notice.'));
      const wrong = notices.filter(({ key, text }) => !(key.endsWith('_voice') ? begins.voice : begins.sms).test(text));
      expect(notices.length).to.be.above(40);
      expect(keysOf(wrong)).to.deep.equal([]);
    });

  it('that we start is for the ear on a call: it has words of its own there, without brackets', () => {
    const notices = new Map(texts('zh-CN').map(({ key, text }) => [key, text]));
    const CALLED =
      /^notice\.(?!digits\.|head$|logHead$|code$|cadreCode$|signInCode$|signedIn$|passkeyAdded$|callWanted|callKept|castAsHeard$|unfinished|report$)/;
    const called = [...notices.keys()].filter((key) => CALLED.test(key) && !/_(voice|wechat)$/.test(key));
    expect(called.length).to.be.above(20);
    expect(called.filter((key) => /【/.test(notices.get(`${key}_voice`) ?? notices.get(key) ?? ''))).to.deep.equal([]);
  });
});

for (const [language, names] of [
  ['zh-CN', CHINESE],
  ['en', ENGLISH],
] as const)
  describe(`what is said of any ballot, ${language}`, () => {
    const defaults = { community: '青松社区', personName: '居委会', personPhone: '+862880000003' };
    const setting = { language, zone: 'Asia/Shanghai', at: new Date('2026-11-20T04:00:00Z'), defaults };

    it('bears no number of it but where it is listed, on no channel', async () => {
      const catalogue = await loadCatalogue();
      const channels = (['sms', 'wechat', 'voice'] as const).map((channel) =>
        wording(catalogue, { ...setting, channel, lists: { offer: () => '', readBack: () => '', ...(channel === 'voice' && { isSpoken: true }) } }),
      );
      let said = 0;
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 100, max: 999 }), { minLength: 4, maxLength: 24 }), (numbers) => {
          for (const statement of saidOf(names, numbers))
            for (const words of channels) {
              const text = words(statement);
              said += text === '' ? 0 : 1;
              expect(numbers.filter((number) => text.includes(String(number)))).to.deep.equal([], text);
            }
        }),
        { numRuns: 40 },
      );
      expect(said).to.be.above(1_000);
    });
  });

/** The texts of the vote and of the list of projects with a ballot of these numbers, also if an answer is not understood. */
function saidOf(names: Names, numbers: readonly number[]): (Statement | Question)[] {
  const projects = ballotOf(numbers.length, names).map((project, index) => ({ ...project, number: numbers[index] ?? 0 }));
  const open = { cycle: 'one', projects, min: 2, max: 3, budget: 80_000, currency: 'CNY', closesAt: '2026-12-15T12:00:00.000Z' };
  const [first = 0, second = 0] = numbers;
  const known = {
    openBallot: [{ open }, { open, refused: { reason: 'tooFew', min: 2, count: 1 } }],
    myPicks: [{ picks: [] }, { picks: [first] }, { picks: [first, second] }],
    castBallot: [{ refused: { reason: 'tooMany', max: 3, count: 4 } }],
    readProjects: [{ projects, budget: 80_000, currency: 'CNY', stage: 'vote' }],
  };
  const answers: Answer[] = [
    { type: 'MORE' },
    { type: 'AFRESH' },
    { type: 'NO' },
    { type: 'ADD', number: second },
    { type: 'NAMED', numbers: [first] },
  ];
  const inputs = [{ command: 'vote' }, { numbers: [first, second], unsure: true }, { command: 'projects' }] as const;
  return [flows.vote, flows.projects]
    .flatMap(({ machine }) => explore(machine, { inputs, answers, outcomes: known }).said)
    .flatMap((said) => ('expects' in said ? [said, ...['Missed', 'MissedAgain'].map((how) => ({ ...said, key: said.key + how }))] : [said]));
}
