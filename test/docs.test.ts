import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { root } from '../src/store/files.ts';
import { TABS } from '../src/web/console/navigation.ts';

const SOURCES = ['src', 'flows', 'scripts', 'bench', 'test'];
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/carriers/wechat/puppet/README.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const PICTURES = 'docs/pictures';

describe('the documents', () => {
  for (const name of DOCUMENTS) {
    it(`${name} names only files, folders and sections that are there`, () => {
      const text = readFileSync(join(root, name), 'utf8');
      const named = [...text.matchAll(/`((?:src|flows|locales|scripts|bench|test|docs)\/[\w./-]*)`/g)]
        .map(([, path = '']) => path)
        .map((path) => (existsSync(join(root, dirname(name), path)) ? join(dirname(name), path) : path)); // a package of its own
      const linked = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, path = '', section]) => ({
        path: path ? join(dirname(name), path) : name,
        section,
      }));
      expect([...named.filter(isNoExample), ...linked.map(({ path }) => path)].filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
      expect(linked.filter(({ path, section }) => section && !sectionsOf(path).map(anchor).includes(section))).to.deep.equal([]);
    });
  }

  it('show every picture that npm run docs:pictures takes, 60 kB at most each', () => {
    const shown = [...readFileSync(join(root, 'docs/cadres.md'), 'utf8').matchAll(/!\[[^\]]+\]\(pictures\/([\w-]+\.webp)\)/g)].map(
      ([, name = '']) => name,
    );
    expect(readdirSync(join(root, PICTURES)).sort()).to.deep.equal([...shown].sort());
    expect(shown.filter((name) => statSync(join(root, PICTURES, name)).size > 60_000)).to.deep.equal([]);
  });

  it('call what cadres press as the console calls it now', () => {
    const folder = join(root, 'locales/zh-CN');
    const shown = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [readFileSync(join(folder, name), 'utf8')] : []));
    const words = shown.join('\n').replaceAll(/\{\{\w+\}\}/g, '#');
    const named = [...readFileSync(join(root, 'docs/cadres.md'), 'utf8').matchAll(/「([^」]+)」/g)].map(([, word = '']) => word);
    expect(named.length).to.be.above(100);
    const isText = (word: string) => / /.test(word); // what somebody texts, with a place for a number
    expect(named.filter((word) => !isText(word) && !words.includes(word) && !words.includes(word.replaceAll(/\d+/g, '#')))).to.deep.equal([]);
  });

  it('have a section for cadres on every page of the console’s menu, of People and of the hall', () => {
    const { tab, people, hall } = JSON.parse(readFileSync(join(root, 'locales/zh-CN/console.json'), 'utf8'));
    const pages = [
      ...TABS.map((page) => tab[page.tab]),
      ...Object.values(people.part),
      ...Object.keys(hall).flatMap((name) => (`${name}About` in hall ? [hall[name]] : [])),
    ];
    const sections = sectionsOf('docs/cadres.md');
    expect(pages.length).to.be.above(25);
    expect(pages.filter((page) => !sections.includes(page))).to.deep.equal([]);
  });

  it('name every act that the log may have', () => {
    const acts: object = JSON.parse(readFileSync(join(root, 'locales/en/acts.json'), 'utf8'));
    const names = Object.entries(acts).flatMap(([kind, own]) =>
      Object.entries(own).flatMap(([name, words]) => (typeof words === 'object' && words !== null && 'did' in words ? [`${kind}.${name}`] : [])),
    );
    const contract = readFileSync(join(root, 'docs/contract.md'), 'utf8');
    expect(names.length).to.be.above(90);
    expect(names.filter((name) => !contract.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it('name only npm commands that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = DOCUMENTS.flatMap((document) =>
      [...readFileSync(join(root, document), 'utf8').matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => ({ document, script })),
    );
    expect(named.length).to.be.above(40);
    expect(named.filter(({ script }) => !(script in scripts))).to.deep.equal([]);
  });

  it('have the sections that comments cite', () => {
    const cited = SOURCES.flatMap(filesIn).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\b(docs\/\w+\.md): ([A-Z][\w']*(?: [a-z][\w']*)*)/g)].map(
        ([, document = '', section = '']) => ({ file, document, section }),
      ),
    );
    expect(cited.length).to.be.above(40);
    expect(cited.filter(({ document, section }) => !sectionsOf(document).includes(section))).to.deep.equal([]);
  });
});

/** `flows/NAME.ts` stands for a file that is added. */
function isNoExample(path: string): boolean {
  return !/[A-Z]{4}/.test(path);
}

function sectionsOf(document: string): string[] {
  return [...readFileSync(join(root, document), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
}

/** The anchor of a title, as hosts of repositories make it. */
function anchor(title: string): string {
  return title.toLowerCase().replaceAll("'", '').replaceAll(' ', '-');
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);
}
