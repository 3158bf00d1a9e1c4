import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { heldNow } from '../../src/fund/heads/index.ts';
import { SignedTree, TreeLeaf } from '../../src/fund/heads/records.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { checkpointText } from '../../src/transparency/checkpoint.ts';
import { noteOf, openNote, sha256 } from '../../src/transparency/note.ts';
import { leafHash, nodesOf, rootOf } from '../../src/transparency/tree.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { headsTown, LOG } from '../support/headsTown.ts';

const KILLS = 50;

describe('machines that append heads and are killed', function () {
  this.timeout(280_000);
  const { world, uri } = useDatabase('killedHeads');
  const newFolder = useFolders();

  it(`leave no gap, no head twice, and one tree of each size: ${KILLS} times kill -9, beside another machine whose clock is a day behind`, async () => {
    const towns = await Promise.all(Array.from({ length: 30 }, () => headsTown(world)));
    for (const { act, cast } of towns) await Promise.all([act(), cast()]);
    const program = await built('test/support/headsAppender.ts');
    const folder = newFolder({});
    const run = (over: Record<string, string>) => {
      const env = {
        PATH: process.env.PATH,
        TEST_URI: uri(),
        TEST_FROM: String(world.now().getTime()),
        TEST_AHEAD: '0',
        TEST_LOOKS: '1000',
        TEST_FOLDER: newFolder({}),
        ...over,
      };
      return once(spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] }), 'close');
    };
    let killed = 0;
    const WEEK = 7 * 24 * 60 * 60_000;
    for (let time = 0; time < KILLS; time += 5) {
      const some = [0, 1, 2, 3, 4].map((each) =>
        run({ TEST_AHEAD: String((time + each) * WEEK), TEST_KILL: '1', ...(each === 0 && { TEST_FOLDER: folder }) }),
      );
      const ends = await Promise.all([...some, run({ TEST_AHEAD: String(time * WEEK - WEEK / 7), TEST_LOOKS: '3' })]);
      killed += ends.filter(([, signal]) => signal === 'SIGKILL').length;
    }
    await run({ TEST_AHEAD: String(KILLS * WEEK), TEST_LOOKS: '2', TEST_FOLDER: folder });
    const leaves = await collection(TreeLeaf)
      .find({}, { sort: { _id: 1 } })
      .toArray();
    const signed = await collection(SignedTree).find({}).toArray();
    process.stdout.write(`      ${killed} killed, ${leaves.length} heads, ${signed.length} trees\n`);
    expect(killed).to.be.at.least(KILLS * 0.9);
    expect(leaves.map(({ _id }) => _id)).to.deep.equal(leaves.map((_, index) => index));
    expect(new Set(leaves.map(({ community, cycle, for: at }) => `${community} ${cycle} ${at.toISOString()}`)).size).to.equal(leaves.length);
    const nodes = nodesOf(
      sha256,
      leaves.map(({ text }) => leafHash(sha256, Buffer.from(text))),
    );
    expect(new Set(signed.map(({ _id }) => _id.size)).size).to.equal(signed.length);
    for (const { _id, root: base64, line } of signed) {
      const is = await rootOf(sha256, nodes, _id.size);
      expect(Buffer.from(is).toString('base64'), `${_id.size}`).to.equal(base64);
      expect(openNote(noteOf(checkpointText({ ..._id, root: is }), [line]), [LOG])).not.to.equal(undefined);
    }
    expect(await heldNow()).to.equal(undefined);
  });
});
