import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { root } from '../src/store/files.ts';

const FOLDER = join(root, 'docs');

describe('the documents', () => {
  for (const name of readdirSync(FOLDER)) {
    it(`${name} names only files that are there`, () => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const named = [...text.matchAll(/`((?:src|flows|locales|scripts|test)\/[\w./-]+\.\w+)`/g)].map(([, path = '']) => join(root, path));
      const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => join(dirname(join(FOLDER, name)), path));
      expect([...named, ...linked].filter((path) => !existsSync(path))).to.deep.equal([]);
    });
  }
});
