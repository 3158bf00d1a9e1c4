import { numeral } from '../../store/numerals.ts';

const NUMERALS = '一二三四五六七八九';
const COUNT = `\\d{1,3}|[${NUMERALS}]?十[${NUMERALS}]?|[${NUMERALS}两]`;
const PLACE = new RegExp(`(?<![\\d${NUMERALS}十百])(${COUNT})\\s*(号院|号楼|栋|幢|单元|期)|\\bbuilding\\s+(\\d{1,3})\\b`, 'giu');

/** The places with a number that a text names, each once and always written alike: `三号院` is `3号院`; `2幢`, `2号楼` and `building 2` are `2栋`. */
export function placesIn(text: string): string[] {
  const found = [...text.matchAll(PLACE)].map(([, count = '', kind = '栋', building]) => {
    const isBuilding = kind === '幢' || kind === '号楼';
    return `${building ?? numeral(count) ?? Number(count)}${isBuilding ? '栋' : kind}`;
  });
  return [...new Set(found)];
}
