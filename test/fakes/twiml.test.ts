import { expect } from 'chai';
import { twiml } from '../../src/carriers/twilio/carrier.ts';
import { readMessagingTwiml } from './twiml.ts';

const message = (inner: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;

describe('readMessagingTwiml', () => {
  it('reads what the service writes, character for character', () => {
    for (const text of ['投好了：3社区花园\n凭证 482 091 7735', ' <b>5 & 6</b> "“”\' ', '💡&amp;&#65;', '长'.repeat(1_600)]) {
      expect(readMessagingTwiml(twiml(text))).to.equal(text);
    }
    expect(readMessagingTwiml(twiml())).to.equal(undefined);
    expect(readMessagingTwiml(twiml('路\u0000灯\u0001坏\ud800了\ufffe'))).to.equal('路灯坏了');
    expect(readMessagingTwiml(message('<Message><Body>好</Body></Message>'))).to.equal('好');
  });

  for (const [what, xml] of [
    ['two messages', message('<Message>1</Message><Message>2</Message>')],
    ['a verb of the voice line', message('<Say>1</Say>')],
    ['an unknown element in a message', message('<Message><b>1</b></Message>')],
    ['an empty message', message('<Message></Message>')],
    ['1601 characters', message(`<Message>${'长'.repeat(1_601)}</Message>`)],
    ['another root', '<Reply><Message>1</Message></Reply>'],
    ['two roots', '<Response/><Response/>'],
    ['XML that does not end', '<Response><Message>1</Message>'],
    ['a bare &', message('<Message>5 & 6</Message>')],
    ['no XML', 'OK'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => readMessagingTwiml(xml)).to.throw();
    });
  }
});
