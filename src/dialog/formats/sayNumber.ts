const DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES = ['', '十', '百', '千'];
const GROUPS = ['', '万', '亿', '万亿'];

/** A whole number in Chinese words, as people say it: 十二, 一百零五, 两万五, 四万八, 三十万. Exact. */
export function sayNumber(number: number): string {
  if (number === 0) return '零';
  const groups = number
    .toString()
    .replace(/\B(?=(\d{4})+$)/g, ' ')
    .split(' ');
  const said = groups.map((group, index) => sayGroup(group) + (Number(group) ? (GROUPS[groups.length - 1 - index] ?? '') : '')).join('');
  const plain = said.replace(/零+/g, '零').replace(/零$/, '').replace(/^一十/, '十');
  return plain.replace(/^二(?=[万亿])/, '两').replace(ROUND, (_, first: string, last: string) => first + (last === '两' ? '二' : last));
}

/** The last place is left out where it follows the one above: 两万五, 七千二. */
const ROUND = /^(.[万千])([一二两三四五六七八九])[千百]$/;

function sayGroup(group: string): string {
  const places = [...group].map((digit, index) => {
    const place = group.length - 1 - index;
    if (digit === '0') return '零';
    const isTwo = digit === '2' && (place === 3 || (place === 2 && index === 0));
    return (isTwo ? '两' : DIGITS[Number(digit)]) + (PLACES[place] ?? '');
  });
  return places.join('').replace(/零+$/, group.endsWith('0') && Number(group) ? '' : '零');
}
