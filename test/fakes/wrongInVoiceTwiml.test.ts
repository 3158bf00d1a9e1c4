import { expect } from 'chai';
import twilio from 'twilio';
import { wrongInVoiceTwiml } from './wrongInVoiceTwiml.ts';

const document = (inner: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;

describe('wrongInVoiceTwiml', () => {
  it('finds nothing in what Twilio’s own library writes', () => {
    const response = new twilio.twiml.VoiceResponse();
    const gather = response.gather({ action: '/twilio/voice/2', numDigits: 1, timeout: 5, finishOnKey: '', actionOnEmptyResult: true });
    const say = gather.say({ voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' }, '');
    say.prosody({ rate: 'slow' }, '投票，按1。<b> & "引号"');
    say.break({ time: '500ms' });
    gather.play('https://here.example/audio/zh-CN/menu.mp3');
    gather.pause({ length: 1 });
    response.record({ action: '/twilio/voice/3?v=1&x=2', maxLength: 60, finishOnKey: '#', playBeep: true });
    response.dial({ action: '/twilio/voice/4', timeout: 20 }, '+862880000003');
    response.redirect('/twilio/voice/5');
    expect(wrongInVoiceTwiml(response.toString())).to.equal(undefined);
    expect(wrongInVoiceTwiml(document('<Reject reason="busy"/>'))).to.equal(undefined);
    expect(wrongInVoiceTwiml(document(`<Say>${'长'.repeat(4_096)}</Say><Hangup/>`))).to.equal(undefined);
  });

  for (const [what, xml] of [
    ['a verb of messages', document('<Message>1</Message>')],
    ['an unknown verb', document('<Speak>1</Speak>')],
    ['an unknown attribute', document('<Gather keys="1"/>')],
    ['an attribute in other letters', document('<Gather numdigits="1"/>')],
    ['a voice that nobody has', document('<Say voice="Polly.Xiaoyan">好</Say>')],
    ['a language that is not spoken', document('<Say language="zh-CN-sichuan">好</Say>')],
    ['a language that Say has and Gather has not', document('<Gather input="speech" language="zh-CN"/>')],
    ['a Gather in a Gather', document('<Gather><Gather/></Gather>')],
    ['a Redirect in a Gather', document('<Gather><Redirect>/a</Redirect></Gather>')],
    ['bare text', document('投票')],
    ['bare text in a Gather', document('<Gather>投票</Gather>')],
    ['4,097 characters to say', document(`<Say>${'长'.repeat(4_097)}</Say>`)],
    ['nothing to say', document('<Say> </Say>')],
    ['SSML without a voice that speaks it', document('<Say>好<break time="1s"/></Say>')],
    ['an unknown pace', document('<Say voice="Polly.Zhiyu"><prosody rate="slower">好</prosody></Say>')],
    ['no digits at all', document('<Gather numDigits="0"/>')],
    ['two finishing keys', document('<Gather finishOnKey="#*"/>')],
    ['a timeout of a fraction', document('<Gather timeout="2.5"/>')],
    ['an address with a blank', document('<Gather action="/a b"/>')],
    ['an address of another kind', document('<Redirect>ftp://here.example/a</Redirect>')],
    ['an address in Chinese', document('<Play>/audio/数字.mp3</Play>')],
    ['a Redirect to nowhere', document('<Redirect/>')],
    ['a local number to dial', document('<Dial>028 8000 0003</Dial>')],
    ['what follows a Redirect', document('<Redirect>/a</Redirect><Say>好</Say>')],
    ['a Reject after a word', document('<Say>好</Say><Reject/>')],
    ['more than 64 KB', document('<Say>长</Say>'.repeat(5_000))],
    ['another root', '<Answer><Say>1</Say></Answer>'],
    ['XML that does not end', '<Response><Say>1</Say>'],
  ] as const) {
    it(`finds ${what}`, () => {
      expect(wrongInVoiceTwiml(xml)).to.be.a('string');
    });
  }
});
