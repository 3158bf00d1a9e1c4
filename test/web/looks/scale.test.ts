import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../../../src/store/files.ts';
import { tokens } from './specimen.ts';

/** What pages are made with; what stands on a wall, a tablet or paper follows its sheet. */
const SHEETS = ['src/web/public/browser/page.css', 'src/web/console/browser/console.css'] as const;
const SIZED = /(?<![\w-])(font-size|(?:margin|padding)(?:-[\w-]+)?|gap|row-gap|column-gap):\s*([^;{}]+);/g;
/** Steps of room are positive and at most three: what hides something or makes place for it is larger. */
const A_STEP = /(?<![\w.-])([0-3](?:\.\d+)?)rem\b/;

describe('the scale (docs/design.md)', () => {
  const design = readFileSync(join(root, 'docs/design.md'), 'utf8');

  for (const sheet of SHEETS)
    it(`has every size of type, every step of room and every colour of ${sheet}`, () => {
      const css = readFileSync(join(root, sheet), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
      const sized = [...css.matchAll(SIZED)].map(([all, , value = '']) => ({ all, value }));
      expect(sized.length).to.be.above(100);
      const known = new Set([...tokens('scale', '--'), ...tokens('colours', '--'), { name: '--gap' }].map(({ name }) => name));
      expect(sized.filter(({ value }) => A_STEP.test(value.replaceAll(/(?:clamp|calc)\([^)]*\)/g, ''))).map(({ all }) => all)).to.deep.equal([]);
      expect([...new Set([...css.matchAll(/var\((--[\w-]+)/g)].map(([, name = '']) => name))].filter((name) => !known.has(name))).to.deep.equal([]);
      expect([...css.replaceAll(/@media print \{[\s\S]*?\n\}/g, '').matchAll(/#[\da-f]{3,8}\b/gi)].map(([hex]) => hex)).to.deep.equal([]);
    });

  it('has every size and colour in both lights, and the page says what each size is for', () => {
    const sizes = tokens('scale', '--size').map(({ name }) => name);
    expect(sizes.filter((name) => !design.includes(`| \`${name}\` |`))).to.deep.equal([]);
    const [light = '', dark = ''] = readFileSync(join(root, 'src/web/public/browser/colours.css'), 'utf8').split('@media');
    const colours = (css: string) => [...css.matchAll(/(--[\w-]+):\s*#/g)].map(([, name]) => name);
    expect(colours(dark)).to.deep.equal(colours(light));
  });
});
