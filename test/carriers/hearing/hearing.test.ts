import { expect } from 'chai';
import { type Hearing, hearing } from '../../../src/carriers/hearing/hearing.ts';
import { isEcho, isOfNoise } from '../../../src/carriers/hearing/plausible.ts';
import { isLongerThan, mayMiss, voiceIn } from '../../../src/carriers/hearing/voiceActivity.ts';
import { samplesOf } from '../../../src/carriers/wav.ts';
import type { Expected } from '../../../src/dialog/question.ts';
import { type FakeRecogniser, type Fault, fakeRecogniser } from '../../fakes/recogniser.ts';
import { soundOf, utterance } from '../../support/sounds.ts';
import { until } from '../../support/until.ts';

const EXPECTED = ['路灯', '社区花园', '对', '不对'];
const GROUPS: readonly Expected[] = [{ words: EXPECTED.slice(0, 2), several: true }, { words: EXPECTED.slice(2) }];
const about = { language: 'zh-CN', expected: GROUPS };
const voiceOf = (wav: Buffer) => {
  const read = samplesOf(wav) ?? expect.fail('no WAV');
  return voiceIn(read.samples, read.rate);
};

describe('whether somebody speaks', () => {
  it('finds a voice over the noise of the line, with a little around it, and how long it is', () => {
    const voice = voiceOf(utterance(600)) ?? expect.fail('nobody');
    expect(voice.from / 8).to.be.within(500, 700);
    expect(voice.to / 8).to.be.within(1_500, 1_700);
    expect(voice.voicedMs).to.be.within(560, 660);
  });

  it('finds none in silence, in a steady hum, in a click, and in what is no sound', () => {
    for (const wav of [
      soundOf({ ms: 3_000, loud: 0 }),
      soundOf({ ms: 3_000, loud: 3_000 }),
      soundOf({ ms: 900, loud: 0 }, { ms: 40, loud: 9_000 }, { ms: 900, loud: 0 }),
    ])
      expect(voiceOf(wav)).to.equal(undefined);
    expect(samplesOf(Buffer.from('no WAV'))).to.equal(undefined);
  });

  it('knows what lasted longer than its words take', () => {
    expect(isLongerThan('就投这些', { voicedMs: 900 })).to.equal(false);
    expect(isLongerThan('就投这些', { voicedMs: 1_400 })).to.equal(true);
    expect(isLongerThan('yes', { voicedMs: 300 })).to.equal(false);
  });

  it('knows a slow 对 from a 不对 of which only 对 was written down, also over noise and behind a pause', () => {
    const [said, stop, pause] = [(ms: number) => ({ ms, loud: 6_000 }), { ms: 60, loud: 1_500 }, { ms: 400, loud: 0 }];
    const mayBe = (text: string, ...parts: { ms: number; loud: number }[]) =>
      mayMiss(text, voiceOf(soundOf({ ms: 800, loud: 0 }, ...parts, pause)) ?? expect.fail('nobody'));
    for (const [text, ...parts] of [
      ['对', said(250)],
      ['对', said(600)],
      ['对。', said(620)],
      ['对的', said(300), stop, said(300)],
      ['嗯，对', said(300), pause, said(550)],
      ['哎，没错', said(350), pause, said(400), stop, said(400)],
      ['就投这些', said(300), stop, said(300), stop, said(300)],
    ] as const)
      expect(mayBe(text, ...parts), `${text} ${parts.length}`).to.equal(false);
    for (const [text, ...parts] of [
      ['对', said(150), stop, said(150)],
      ['对', said(700)],
      ['对', said(200), pause, said(300)],
      ['嗯，对', said(300), pause, said(150), stop, said(250)],
      ['嗯，对', said(1_200), pause, said(250)],
      ['对的', said(250), stop, said(250), stop, said(250)],
      ['要得', said(700)],
    ] as const)
      expect(mayBe(text, ...parts), `${text} ${parts.length}`).to.equal(true);
  });
});

describe('what recognisers make of noise', () => {
  it('takes an echo of what was expected, credits of films and stutter for nothing, and titles for what they are', () => {
    expect(isEcho('路灯，社区花园，对，不对。', EXPECTED)).to.equal(true);
    expect(isEcho('社区花园，对，不对', EXPECTED)).to.equal(true);
    for (const text of ['路灯', '路灯和社区花园', '路灯，社区花园', '对', '不对，社区花园']) expect(isEcho(text, EXPECTED), text).to.equal(false);
    for (const text of ['字幕製作作曲', '请不吝点赞 订阅', '铁铁铁铁铁', '。', 'Thank you for watching'])
      expect(isOfNoise(text), text).to.equal(true);
    for (const text of ['对对对', '路灯', '三号']) expect(isOfNoise(text), text).to.equal(false);
  });
});

describe('hearing over a server', () => {
  let fake: FakeRecogniser;
  let ears: Hearing;
  beforeEach(async () => {
    fake = await fakeRecogniser();
    ears = hearing(fake.settings);
  });
  afterEach(() => fake.stop());

  it('asks in the form of OpenAI’s API, for the part with a voice alone, and takes text, confidence and alternatives', async () => {
    fake.says = () => ({
      text: '路灯',
      segments: [{ avg_logprob: -0.25, no_speech_prob: 0.1 }],
      alternatives: [
        { transcript: '路灯', confidence: 0.8 },
        { transcript: '六层', confidence: 0.2 },
      ],
    });
    expect(await ears.hear(utterance(), about)).to.deep.equal([
      { text: '路灯', confidence: Math.exp(-0.25) },
      { text: '六层', confidence: 0.2 },
    ]);
    const [{ fields, file, fileName, authorization } = expect.fail('nothing was asked')] = fake.asked;
    expect(fields).to.deep.equal({
      model: 'small',
      language: 'zh',
      prompt: '路灯、社区花园。对，不对。',
      response_format: 'verbose_json',
      temperature: '0',
    });
    expect(authorization).to.equal('Bearer speech-key-1');
    expect(fileName).to.equal('sound.wav');
    expect((samplesOf(file)?.samples.length ?? 0) / 8).to.be.within(900, 1_200);
  });

  it('drops digits and broken characters that nobody says, and takes what then is the same text once', async () => {
    fake.says = () => ({
      text: '路灯１',
      alternatives: [
        { text: '路灯，', confidence: 0.5 },
        { text: '６', confidence: 0.9 },
        { text: '鹿灯\uFFFD', confidence: 0.4 },
      ],
    });
    const heard = await ears.hear(utterance(), about);
    expect(heard === 'failed' ? heard : heard?.map(({ text }) => text)).to.deep.equal(['路灯', '鹿灯']);
  });

  it('asks nobody where nobody speaks, and hears nothing where the server says that nobody does', async () => {
    fake.says = () => '路灯';
    expect(await ears.hear(soundOf({ ms: 3_000, loud: 0 }), about)).to.equal(undefined);
    expect(fake.asked).to.deep.equal([]);
    fake.says = () => ({ text: '路灯', segments: [{ avg_logprob: -1.4, no_speech_prob: 0.9 }] });
    expect(await ears.hear(utterance(), about)).to.equal(undefined);
    for (const text of ['路灯，社区花园，对，不对。', '字幕志愿者', '']) {
      fake.says = () => text;
      expect(await ears.hear(utterance(), about), text).to.equal(undefined);
    }
  });

  it('says that the voice lasted longer than the words', async () => {
    fake.says = () => '对';
    expect(await ears.hear(utterance(700), about)).to.deep.equal([{ text: '对', isLonger: true }]);
    expect(await ears.hear(utterance(200), about)).to.deep.equal([{ text: '对' }]);
    fake.says = () => '路灯';
    expect(await ears.hear(utterance(4_000), about)).to.equal(undefined); // music of which it made a title
  });

  for (const fault of ['hangs', 'cuts', 'lies', 'redirects', 'fails', 'nonsense', 'endless'] satisfies Fault[])
    it(`goes on with keys where the server ${fault}`, async () => {
      fake.fault = fault;
      expect(await ears.hear(utterance(), about)).to.equal('failed');
      expect(fake.asked.length).to.equal(1);
    });

  it('asks for four at once at most, calls before drafts, and gives the place up of who presses a key', async () => {
    let go = () => {};
    fake.until = new Promise<void>((resolve) => {
      go = resolve;
    });
    fake.says = ({ fileName }) => fileName;
    const keyed = new AbortController();
    const calls = Array.from({ length: 6 }, () => ears.hear(utterance(), about));
    const left = ears.hear(utterance(), { ...about, signal: keyed.signal });
    const drafts = [1, 2].map(() => ears.write(Buffer.from('ID3'), { language: 'zh-CN', expected: [] }));
    await until('the fourth', () => fake.asked.length === 4);
    keyed.abort();
    expect(await left).to.equal('failed');
    go();
    expect(await Promise.all(calls)).to.deep.equal(calls.map(() => [{ text: 'sound.wav' }]));
    expect(await Promise.all(drafts)).to.deep.equal([{ draft: 'sound.mp3' }, { draft: 'sound.mp3' }]);
    expect(fake.asked.map(({ fileName }) => fileName)).to.deep.equal([...Array(6).fill('sound.wav'), 'sound.mp3', 'sound.mp3']);
    expect(fake.under.most).to.equal(4);
  });
});
