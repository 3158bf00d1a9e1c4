import { expect } from 'chai';
import { templateData } from '../../../src/carriers/wechat/send.ts';

const WHEN = '2026年12月1日 08:30';
const TWENTY = '一二三四五六七八九十一二三四五六七八九十';

describe('templateData', () => {
  const cases: [what: string, content: string, text: string, values: Record<string, string> | undefined][] = [
    ['one field for the text', '{{thing1.DATA}}', '明天停水', { thing1: '明天停水' }],
    ['the time, wherever it stands', '{{time2.DATA}}: {{thing1.DATA}}', '明天停水', { time2: WHEN, thing1: '明天停水' }],
    ['words around the fields', '通知\n{{thing1.DATA}}\n时间:{{time2.DATA}}\n谢谢', '明天停水', { thing1: '明天停水', time2: WHEN }],
    ['fields without a number', '{{thing.DATA}} {{time.DATA}}', '明天停水', { thing: '明天停水', time: WHEN }],
    ['a text that just fits', '{{thing1.DATA}}', TWENTY, { thing1: TWENTY }],
    ['a text that is one too long', '{{thing1.DATA}}', `${TWENTY}多`, { thing1: `${TWENTY.slice(0, 19)}…` }],
    ['a text over two fields, in their order', '{{thing9.DATA}} {{thing1.DATA}}', `${TWENTY}明天停水`, { thing9: TWENTY, thing1: '明天停水' }],
    [
      'a text that is too long for two fields',
      '{{thing1.DATA}} {{thing2.DATA}}',
      TWENTY.repeat(3),
      { thing1: TWENTY, thing2: `${TWENTY.slice(0, 19)}…` },
    ],
    ['more fields than text: WeChat takes no empty one', '{{thing1.DATA}} {{thing2.DATA}}', '明天停水', { thing1: '明天停水', thing2: '－' }],
    ['no text', '{{thing1.DATA}}', '', { thing1: '－' }],
    ['lines and blanks as one blank', '{{thing1.DATA}}', '  明天\n\n停水 \t八点 ', { thing1: '明天 停水 八点' }],
    [
      'no blank at the end of a field',
      '{{thing1.DATA}} {{thing2.DATA}}',
      `${TWENTY.slice(0, 19)} 明天`,
      { thing1: TWENTY.slice(0, 19), thing2: '明天' },
    ],
    ['signs of two code units as one character', '{{thing1.DATA}}', '💡'.repeat(21), { thing1: `${'💡'.repeat(19)}…` }],
    ['no field for the text: undefined', '{{time1.DATA}}', '明天停水', undefined],
    ['no field at all: undefined', '明天停水', '明天停水', undefined],
    ['a field of another kind: undefined', '{{thing1.DATA}} {{amount2.DATA}}', '明天停水', undefined],
    ['a field whose name only begins like ours: undefined', '{{thing1.DATA}} {{things2.DATA}}', '明天停水', undefined],
  ];
  for (const [what, content, text, values] of cases) {
    it(what, () => {
      const data = templateData(content, text, WHEN);
      expect(data && Object.fromEntries(Object.entries(data).map(([name, { value }]) => [name, value]))).to.deep.equal(values);
    });
  }
});
