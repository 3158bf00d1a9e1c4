import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { readResources } from '../../src/dialog/loadCatalogue.ts';
import { root } from '../../src/store/root.ts';
import { FULL, flat, lintFlows } from './lintFlows.ts';
import { CHINESE } from './samples.ts';

/** What somebody might write of themselves, shown to say how. */
const EXAMPLES = ['垃圾几点收', '三号院门口晚上太黑', '王芳'];

describe('flow lint', () => {
  it('finds nothing wrong with the flows and their words', () => {
    expect(lintFlows(flows, readResources(join(root, 'locales')), CHINESE)).to.deep.equal([]);
  });

  for (const [language, quoted] of [
    ['zh-CN', /“([^”\s\d{]+|\d|#)/gu],
    ['en', /\b([A-Z]{2,}(?: ME)?)\b/g],
  ] as const) {
    it(`names only keywords that are understood, ${language}`, () => {
      const resources = readResources(join(root, 'locales'));
      const known = FULL.flatMap((full) => Object.values(resources[full]?.commands ?? {}).flat()).map((word) => String(word).toLowerCase());
      const named = [...flat(resources[language] ?? {})].flatMap(([key, text]) => [...text.matchAll(quoted)].map(([, word = '']) => ({ key, word })));
      const unknown = named.filter(({ word }) => !/^\d$/.test(word) && !EXAMPLES.includes(word) && !known.includes(word.toLowerCase()));
      expect(named.length).to.be.greaterThan(50);
      expect(unknown).to.deep.equal([]);
    });
  }
});
