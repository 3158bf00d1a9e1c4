import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { walk } from '../../scripts/flows/lintFlows.ts';
import { CHINESE } from '../../scripts/flows/samples.ts';
import { root } from '../../src/store/files.ts';
import { flowsDocument } from './diagram.ts';

const DOCUMENT = join(root, 'docs/flows.md');

describe('docs/flows.md', () => {
  it('shows the flows as their machines are (npm run docs:update writes it)', () => {
    const made = flowsDocument(flows, (flow) => walk(flows, flow, CHINESE));
    if (process.env.UPDATE_DOCS === '1') return writeFileSync(DOCUMENT, made);
    expect(readFileSync(DOCUMENT, 'utf8')).to.equal(made);
  });
});
