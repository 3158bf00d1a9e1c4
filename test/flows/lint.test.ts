import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { CONTEXT, FULL, flat, lintFlows } from '../../scripts/flows/lintFlows.ts';
import { CHINESE } from '../../scripts/flows/samples.ts';
import { readResources } from '../../src/dialog/loadCatalogue.ts';
import { root } from '../../src/store/files.ts';

/** Quoted words that are no keyword: examples of a resident's own words, and the names of files and programs. */
const EXAMPLES = ['垃圾几点收', '楼下放椅子', '王芳', 'CSV', 'API', 'JSON', 'ISO', 'CODE', 'MB', 'WPS', 'JPEG', 'PNG', 'HEIC', 'PDF', 'SHA'];

/** Never said by voice: six digits to be typed elsewhere, messages to a cadre or the community's person, and answers that only a text or a chat can give. */
const NEVER_CALLED =
  /^(code|cadreCode|signInCode|signedIn|passkeyAdded|callWanted\w*|callKept\w*|castAsHeard|unfinished\w+|progressPictures\.\w+|progressNotAdded|report)$/;
/** Words for residents who write: a caller can call again. */
const WRITTEN = { 'zh-CN': /发|回(?!拨|音)|短信/, en: /\b([Rr]eply|[Ss]end|[Tt]ext|[A-Z]{3,})\b/ };

describe('flow lint', () => {
  it('finds nothing wrong with the flows and their words', () => {
    expect(lintFlows(flows, readResources(join(root, 'locales')), CHINESE)).to.deep.equal([]);
  });

  for (const language of ['zh-CN', 'en'] as const)
    it(`says nothing in a call that only who writes can do, ${language}`, () => {
      const notices = flat({ notice: readResources(join(root, 'locales'))[language]?.notice ?? {} });
      const called = [...notices.keys()].map((key) => key.replace('notice.', '')).filter((key) => !CONTEXT.test(key) && !NEVER_CALLED.test(key));
      const spoken = called.map((key) => ({ key, text: notices.get(`notice.${key}_voice`) ?? notices.get(`notice.${key}`) ?? '' }));
      expect(spoken.length).to.be.greaterThan(20);
      const texts = spoken.map(({ key, text }) => ({ key, text: text.replace(/\{\{.*?\}\}/g, '') }));
      expect(texts.filter(({ text }) => text === '' || WRITTEN[language].test(text)).map(({ key }) => key)).to.deep.equal([]);
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
