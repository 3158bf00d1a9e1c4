import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../flows/index.ts';
import { CHANNEL_NAMES } from '../src/contacts/channel.ts';
import { COMMANDS } from '../src/dialog/command.ts';
import { FLOW_ROLES } from '../src/dialog/flow.ts';
import { readResources } from '../src/dialog/loadCatalogue.ts';
import { root } from '../src/store/files.ts';

/** Types decide: a flow's role and a reply's outcome, never a flow's name or a text's key. */
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
    expect(others).to.include.members(['nearMiss', 'digits', 'eraseMe', 'welcome', 'cadre']);
    const quoted = new RegExp(`['"\`](${others.join('|')})['"\`]`);
    expect(linesOf('src/dialog').filter(({ line }) => quoted.test(line))).to.deep.equal([]);
  });

  it('looks at no text’s key to decide: a reply has an outcome', () => {
    const files = Object.keys(readResources(join(root, 'locales'))['zh-CN'] ?? {});
    expect(files).to.include.members(['vote', 'identify', 'person', 'notice']);
    const key = `['"\`](${files.join('|')})\\.`;
    const compared = [
      new RegExp(`([!=]==?|\\bcase|\\.(startsWith|endsWith|includes|has|indexOf)\\()\\s*${key}`), // key === 'vote.changed', key.startsWith('vote.')
      new RegExp(`${key}[\\w.]+['"\`]\\s*[!=]==?`), // 'vote.changed' === key
      new RegExp(`\\bSet\\b.*${key}|\\[[^\\]]*${key}[^\\]]*\\]\\.(includes|some|indexOf)\\(`), // ['vote.changed', 'vote.receipt'].includes(key)
      /\.key\??\.(startsWith|endsWith|includes|indexOf|lastIndexOf|slice|split|match|replace|at)\(/, // said.key.slice(5)
    ];
    expect(linesOf('src').filter(({ line }) => compared.some((wrong) => wrong.test(line)))).to.deep.equal([]);
    const takenApart = /\bkey\.(startsWith|endsWith|includes|indexOf|lastIndexOf|slice|split|match|replace|at)\(|\.test\(([\w.?]*\.)?key\)/;
    const others = ['src/dialog', 'src/channels', 'src/carriers', 'src/outreach']
      .flatMap(linesOf)
      .filter(({ place }) => !KEYS_OF.some((path) => place.startsWith(path)));
    expect(others.filter(({ line }) => takenApart.test(line))).to.deep.equal([]);
  });

  it('has one writer for each collection: the room that declares it', () => {
    const written = sourcesInRooms().flatMap(({ path, text, room }) => modelsWrittenIn(text).map((model) => ({ path, model, room })));
    expect(written.map(({ model }) => model)).to.include.members(['Resident', 'Conversation', 'Entry', 'Miss', 'Support']);
    const owners = ownersOf();
    expect(written.filter(({ model, room }) => owners.get(model) !== room)).to.deep.equal([]);
    const schemas = linesOf('src').filter(({ line }) => /\bSchema\(|\bmodel(<.*>)?\('/.test(line));
    expect(new Set(schemas.map(({ place }) => place.replace(/:.*/, '')))).to.deep.equal(new Set(['src/store/records.ts']));
    const byName = /\.collection(<.*>)?\(['"]/; // what has no model; a backup and a move carry whatever there is
    const named = linesOf('src').filter(({ place, line }) => byName.test(line) && !place.startsWith('src/operation/'));
    expect(named).to.deep.equal([]);
    const state = ['src', 'scripts'].flatMap(linesOf).filter(({ line }) => line.includes("'serviceState'"));
    expect(state.map(({ place }) => place.replace(/:.*/, ''))).to.deep.equal(['src/store/serviceState.ts']);
  });

  it('reads records outside of `fund` through their room or part, but for those that are listed here', () => {
    const owners = ownersOf();
    const outside = sourcesInRooms().filter(({ path }) => !path.startsWith('src/fund/'));
    const reading = outside.filter(({ text, room }) => modelsAskedIn(text).some((model) => (owners.get(model) ?? room) !== room));
    expect(reading.map(({ path }) => path)).to.have.members([
      'src/demo/simulator/simulated.ts',
      'src/operation/forged.ts',
      'src/operation/older.ts',
      'src/operation/olderLetters.ts',
      'src/operation/olderMeetings.ts',
      'src/operation/olderPaper.ts',
      'src/operation/olderPeople.ts',
      'src/operation/olderWorks.ts',
      'src/operation/putBack.ts',
      'src/outreach/calendar/tell.ts',
      'src/outreach/outbox/beginSending.ts',
      'src/outreach/recipients.ts',
    ]);
  });

  it('gives every error a code in kebab case', () => {
    const codes = ['src', 'flows', 'scripts'].flatMap(linesOf).flatMap(({ place, line }) => {
      const [, code] = /^(?! *\/?\*).*(?:\bCodedError\(|\bcode: )['`]([^'`]*)['`]/.exec(line) ?? [];
      return code === undefined ? [] : [{ place, code: code.replace(/\$\{[^}]*\}/g, 'x') }];
    });
    expect(codes.length).to.be.greaterThan(200);
    expect(codes.filter(({ code }) => !/^[a-z]+([-.][a-z0-9]+)*$/.test(code))).to.deep.equal([]);
  });

  it('asks no collection from a command: what it shows comes from the room that has the records', () => {
    const asked = new RegExp(`\\b(collection|forReaders)(<\\w+>)?\\(|\\b(${[...ownersOf().keys()].join('|')})${ASK}`);
    expect(linesOf('scripts').filter(({ line }) => asked.test(line))).to.deep.equal([]);
  });

  it('compares no channel’s name: the table of channels says what others decide by', () => {
    const names = CHANNEL_NAMES.join('|');
    const name = `['"\`](${names})['"\`]`;
    const compared = [
      new RegExp(`([!=]==?|\\bcase)\\s*${name}`), // channel === 'voice', case 'voice'
      new RegExp(`${name}\\s*[!=]==?`), // 'voice' === channel
      new RegExp(`\\$(eq|ne|in|nin):\\s*\\[?\\s*${name}`), // { channel: { $ne: 'voice' } }
      new RegExp(`\\[['"]\\$[\\w.$]*['"], ${name}`), // { $eq: ['$channel', 'voice'] }
      new RegExp(`\\[\\s*${name}, ${name}`), // ['sms', 'voice'].includes(channel), const BY_PHONE = ['sms', 'voice']
      new RegExp(`\\[\\s*${name}[^\\]]*\\]\\.(includes|some|indexOf)\\(`), // ['voice'].includes(channel)
      new RegExp(`\\.(startsWith|endsWith|includes|indexOf)\\(['"\`](${names})\\b`), // text.startsWith('wechat|')
      new RegExp(`/\\^?(${names})\\\\\\|`), // /^wechat\|/
    ];
    const others = ['src', 'flows'].flatMap(linesOf).filter(({ place }) => !CHANNELS_OF.some((path) => place.startsWith(path)));
    expect(others.filter(({ line }) => compared.some((wrong) => wrong.test(line)))).to.deep.equal([]);
  });
});

/** Folders that may name channels and carriers, and the one table that describes them. */
const CHANNELS_OF = ['src/channels/', 'src/carriers/', 'src/demo/', 'src/contacts/channel.ts'];

const WRITE = '\\s*\\.(insert|update|delete|replace|bulkWrite|findOneAnd)';
const ASK = '\\.(find|exists|count|distinct|aggregate)';
/** What writes to a model that it is given, besides a collection's own methods. */
const WRITERS = /\b(?:updateEach|sharedWriter|updateAll)\(\s*([A-Z]\w+)|\b(?:insert|update|delete): ([A-Z]\w+)\.collection\.name/g;

/** The sources of `src`, each with its room of `fund`, or its part. */
function sourcesInRooms(): { path: string; text: string; room: string }[] {
  return sourcesOf('src').map((source) => ({ ...source, room: /^src\/(fund\/[^/]+|[^/]+)/.exec(source.path)?.[0] ?? '' }));
}

/** The room or part that declares each collection. */
function ownersOf(): Map<string, string> {
  return new Map(
    sourcesInRooms().flatMap(({ text, room }) => [...text.matchAll(/\bconst (\w+) = records\(/g)].map(([, model = '']) => [model, room])),
  );
}

/** The models whose records a source asks for, whether it writes to them or not; other names with a capital among them. */
function modelsAskedIn(text: string): string[] {
  const asked = text.matchAll(new RegExp(`\\b(?:collection|forReaders)\\(([A-Z]\\w+)\\)|\\b([A-Z]\\w+)${ASK}`, 'g'));
  return [...asked].flatMap(([, one, other]) => one ?? other ?? []);
}

/** The models whose collections a source writes to, by `collection(Model)` or by a constant that stands for it. */
function modelsWrittenIn(text: string): string[] {
  const aliases = [...text.matchAll(/const (\w+) = collection\((\w+)\);/g)].flatMap(([, alias = '', model = '']) =>
    new RegExp(`\\b${alias}${WRITE}`).test(text) ? [model] : [],
  );
  const direct = [...text.matchAll(new RegExp(`\\bcollection\\(([A-Z]\\w+)\\)${WRITE}`, 'g')), ...text.matchAll(WRITERS)];
  return [...aliases, ...direct.flatMap(([, one, other]) => one ?? other ?? [])];
}

/** Files whose subject is a key: a text to be worded or recorded, a keyword, a delivery. */
const KEYS_OF = ['src/dialog/wording.ts', 'src/channels/voice/prompts/', 'src/dialog/understand/vocabulary.ts', 'src/dialog/recent.ts'];

/** The lines of a folder's sources. */
function linesOf(folder: string): { place: string; line: string }[] {
  return sourcesOf(folder).flatMap(({ path, text }) => text.split('\n').map((line, index) => ({ place: `${path}:${index + 1}`, line })));
}

/** A folder's sources, by their path. */
function sourcesOf(folder: string): { path: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') }));
}
