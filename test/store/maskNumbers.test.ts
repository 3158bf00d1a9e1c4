import { expect } from 'chai';
import { maskNumbers } from '../../src/store/text.ts';

describe('maskNumbers', () => {
  const masked: [text: string, as: string][] = [
    ['打我电话13800000001', '打我电话138********'],
    ['电话 +86 138-0000-0001 找我', '电话 +86 1**-****-**** 找我'],
    ['座机028-80000003', '座机028-********'],
    ['电话80000003', '电话800*****'],
    ['电话１３８０００００００１', '电话１３８********'],
    ['幺三八零零零零零零零幺', '幺三八********'],
    ['身份证11010519491231002X', '身份证110***************'],
    ['卡号 6222 0000 1111 2222 333', '卡号 622* **** **** **** ***'],
  ];
  for (const [text, as] of masked) it(`masks ${text}`, () => expect(maskNumbers(text)).to.equal(as));

  const kept = [
    '三号院门口修8盏灯',
    '预算1200000元',
    '大概 1200000 元',
    '¥1200000',
    '2026-12-01前修好',
    '2026年12月1日',
    '投1、3、7',
    '门牌 1024',
    '一二三四栋',
  ];
  for (const text of kept) it(`keeps ${text}`, () => expect(maskNumbers(text)).to.equal(text));
});
