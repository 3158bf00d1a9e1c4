import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../flows/index.ts';
import { COMMANDS } from '../src/dialog/command.ts';
import { FLOW_ROLES } from '../src/dialog/flowEntry.ts';
import { root } from '../src/store/root.ts';

/** What decides is a type: a flow's role and a reply's outcome, never a flow's name or a text's key. */
describe('the house', () => {
  it('knows no flow by its name: the dialog, channels and reminders ask for its role', () => {
    const name = `['"\`](${Object.keys(flows).join('|')})['"\`]`;
    const byName = [
      new RegExp(`\\bflow['"]?\\s*(:|[!=]==?)\\s*${name}`), // open.flow === 'vote', { flow: 'vote' }
      new RegExp(`${name}\\s*[!=]==?\\s*[\\w.?]*\\bflow\\b`), // 'vote' === flow
      new RegExp(`\\b(catalogue|flows)(\\??\\.(${Object.keys(flows).join('|')})\\b|(\\?\\.)?\\[${name})`), // catalogue.vote, catalogue['vote']
      /\b(?!catalogue\b)\w+(\?\.)?\[[\w.?]*\bflow\]/, // SAID[open.flow]
      /\bswitch \([\w.?]*\bflow\)/,
    ];
    expect(linesOf('src').filter(({ line }) => byName.some((wrong) => wrong.test(line)))).to.deep.equal([]);
    const others = Object.keys(flows).filter((flow) => ![...COMMANDS, ...FLOW_ROLES].some((word) => word === flow));
    expect(others).to.include.members(['nearMiss', 'digits', 'leave', 'welcome', 'cadre']);
    const quoted = new RegExp(`['"\`](${others.join('|')})['"\`]`);
    expect(linesOf('src/dialog').filter(({ line }) => quoted.test(line))).to.deep.equal([]);
  });
});

/** The lines of a folder's sources. */
function linesOf(folder: string): { place: string; line: string }[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return files.flatMap((path) =>
    readFileSync(join(root, folder, path), 'utf8')
      .split('\n')
      .map((line, index) => ({ place: `${folder}/${path}:${index + 1}`, line })),
  );
}
