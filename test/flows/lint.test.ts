import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { readResources } from '../../src/dialog/loadCatalogue.ts';
import { root } from '../../src/store/root.ts';
import { lintFlows } from './lintFlows.ts';
import { CHINESE } from './samples.ts';

describe('flow lint', () => {
  it('finds nothing wrong with the flows and their words', () => {
    expect(lintFlows(flows, readResources(join(root, 'locales')), CHINESE)).to.deep.equal([]);
  });
});
