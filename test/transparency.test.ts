import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { root } from '../src/store/files.ts';
import { checkpointText, leafText, readCheckpoint, readLeaf } from '../src/transparency/checkpoint.ts';
import { noteOf, openNote, readVerifierKey, signatureLine, signerOf, verifierKey } from '../src/transparency/note.ts';
import { bundleOf, entriesIn, newTiles, nodesIn, type Tile, tileBytes, tilePath } from '../src/transparency/tiles.ts';
import { consistencyProof, type Hash, inclusionProof, isContinued, isIncluded, leafHash, nodesOf, rootOf } from '../src/transparency/tree.ts';

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string, encoding: 'hex' | 'base64') => Buffer.from(text, encoding);
const leavesOf = (count: number) => Array.from({ length: count }, (_, n) => leafHash(sha256, Buffer.from(`entry ${n}\n`)));

/** What Go's golang.org/x/mod/sumdb (tlog, note) v0.43.0 and filippo.io/torchwood v0.9.0 made of the entries `entry N\n`, and of keys of known bytes. */
const go = z
  .object({
    roots: z.record(z.string(), z.string()),
    inclusion: z.array(z.object({ size: z.number(), index: z.number(), proof: z.array(z.string()) })),
    consistency: z.array(z.object({ size: z.number(), old: z.number(), proof: z.array(z.string()) })),
    paths: z.array(z.object({ L: z.number(), N: z.number(), W: z.number(), path: z.string() })),
    note: z.string(),
    vkey: z.string(),
    witness: z.string(),
  })
  .parse(JSON.parse(readFileSync(join(root, 'test/transparency.json'), 'utf8')));

/** The reference tree of Certificate Transparency: its leaves, and the root after each. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the transparency log’s tree', () => {
  const reference = nodesOf(
    sha256,
    LEAVES.map((leaf) => leafHash(sha256, bytesOf(leaf, 'hex'))),
  );
  const leaves = leavesOf(70_000);
  const nodes = nodesOf(sha256, leaves);

  it('has the roots of the reference tree, and of Go’s', async () => {
    for (const [size, expected] of ROOTS.entries()) expect(hex(await rootOf(sha256, reference, size)), `${size}`).to.equal(expected);
    for (const [size, expected] of Object.entries(go.roots))
      expect(Buffer.from(await rootOf(sha256, nodes, Number(size))).toString('base64'), size).to.equal(expected);
  });

  it('proves as RFC 6962 shows it of seven leaves', async () => {
    const [a, b, c, d, e, f, j] = [0, 1, 2, 3, 4, 5, 6].map((index) => reference(0, index));
    const [g, h, i, k] = [reference(1, 0), reference(1, 1), reference(1, 2), reference(2, 0)];
    const l = await rootOf(sha256, (level, index) => reference(level, index + 4 / 2 ** level), 3);
    const all = [a, b, c, d, e, f, g, h, i, j, k, l].map((hash) => hex(hash ?? Buffer.alloc(0)));
    const named = (proof: readonly Uint8Array[]) => proof.map((hash) => 'abcdefghijkl'[all.indexOf(hex(hash))]).join('');
    const included = await Promise.all([0, 3, 4, 6].map((index) => inclusionProof(sha256, reference, index, 7)));
    expect(included.map(named)).to.deep.equal(['bhl', 'cgl', 'fjk', 'ik']);
    const continued = await Promise.all([3, 4, 6].map((old) => consistencyProof(sha256, reference, old, 7)));
    expect(continued.map(named)).to.deep.equal(['cdgl', 'l', 'ijk']);
  });

  it('proves as Go does', async () => {
    const base64 = (proof: readonly Uint8Array[]) => proof.map((hash) => Buffer.from(hash).toString('base64'));
    for (const { size, index, proof } of go.inclusion) expect(base64(await inclusionProof(sha256, nodes, index, size))).to.deep.equal(proof);
    for (const { size, old, proof } of go.consistency) expect(base64(await consistencyProof(sha256, nodes, old, size))).to.deep.equal(proof);
  });

  it('takes every right proof, and none that is changed, cut, longer, of another place or of another tree', async () => {
    const roots = await Promise.all(Array.from({ length: 42 }, (_, size) => rootOf(sha256, nodes, size)));
    const rootAt = (size: number) => roots[size] ?? Buffer.alloc(32);
    const stranger = sha256(Buffer.from('stranger'));
    const spoilt = (proof: readonly Uint8Array[]) => [
      ...proof.map((hash, at) =>
        proof.with(
          at,
          Uint8Array.from(hash, (byte, place) => (place === at ? byte ^ 8 : byte)),
        ),
      ),
      ...proof.map((_, at) => proof.toSpliced(at, 1)),
      ...[
        [...proof, stranger],
        [stranger, ...proof],
        [...proof, proof.at(-1) ?? stranger],
        [...proof, Buffer.alloc(0)],
      ],
      ...(proof.length > 1 ? [proof.toReversed()] : []),
    ];
    for (let size = 1; size < 42; size += 1)
      for (let index = 0; index < size; index += 1) {
        const said = { leaf: leaves[index] ?? stranger, index, size, root: rootAt(size) };
        const proof = await inclusionProof(sha256, nodes, index, size);
        expect(isIncluded(sha256, said, proof), `${index} of ${size}`).to.equal(true);
        for (const wrong of spoilt(proof)) expect(isIncluded(sha256, said, wrong)).to.equal(false);
        for (const other of [
          { leaf: stranger },
          { index: index + 1 },
          { index: index - 1 },
          { index: size },
          { root: stranger },
          { root: Buffer.alloc(0), leaf: Buffer.alloc(0) },
          { size: 0 },
        ])
          expect(isIncluded(sha256, { ...said, ...other }, proof), `${index} of ${size} ${Object.keys(other)}`).to.equal(false);
      }
    for (let size = 0; size < 42; size += 1)
      for (let old = 0; old <= size; old += 1) {
        const [older, newer] = [
          { size: old, root: rootAt(old) },
          { size, root: rootAt(size) },
        ];
        const proof = await consistencyProof(sha256, nodes, old, size);
        expect(isContinued(sha256, older, newer, proof), `${old} to ${size}`).to.equal(true);
        for (const wrong of spoilt(proof)) expect(isContinued(sha256, older, newer, wrong)).to.equal(false);
        expect(isContinued(sha256, { ...older, root: stranger }, newer, proof)).to.equal(false);
        if (old === size) expect(isContinued(sha256, older, { ...newer, root: stranger }, proof)).to.equal(false);
        if (old > 0) expect(isContinued(sha256, older, { ...newer, root: stranger }, proof)).to.equal(false);
        if (old !== size) expect(isContinued(sha256, newer, older, proof)).to.equal(false);
      }
  });

  it('lies in tiles as the specification counts them, under their paths', () => {
    const counted: Record<string, number> = {};
    for (const { level, width } of newTiles(0, 70_000)) counted[`${level} ${width}`] = (counted[`${level} ${width}`] ?? 0) + 1;
    const entries = { 'entries 256': 273, 'entries 112': 1 };
    expect(counted).to.deep.equal({ '0 256': 273, '0 112': 1, '1 256': 1, '1 17': 1, '2 1': 1, ...entries });
    expect(newTiles(0, 256).map(tilePath)).to.deep.equal(['tile/0/000', 'tile/entries/000', 'tile/1/000.p/1']);
    expect(newTiles(256, 257).map(tilePath)).to.deep.equal(['tile/0/001.p/1', 'tile/entries/001.p/1']);
    expect(newTiles(300, 300)).to.deep.equal([]);
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).to.equal('tile/0/x001/x234/067');
    for (const { L, N, W, path } of go.paths) expect(tilePath({ level: L < 0 ? 'entries' : L, index: N, width: W })).to.equal(path);
  });

  it('is proved out of tiles that were written as it grew, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }), fc.nat(), async (steps, chance) => {
        const kept = new Map<string, Uint8Array>();
        let size = 0;
        for (const step of steps) {
          for (const tile of newTiles(size, size + step))
            if (tile.level !== 'entries') kept.set(tilePath(tile), await tileBytes(nodes, tile.level, tile));
          size += step;
        }
        const read = (tile: Tile) => kept.get(tilePath(tile)) ?? expect.fail(`${tilePath(tile)} was not written`);
        const tiled = nodesIn(sha256, size, read);
        const [index, old] = [chance % size, chance % (size + 1)];
        const root = await rootOf(sha256, nodes, size);
        expect(hex(await rootOf(sha256, tiled, size))).to.equal(hex(root));
        expect(isIncluded(sha256, { leaf: leaves[index] ?? root, index, size, root }, await inclusionProof(sha256, tiled, index, size))).to.equal(
          true,
        );
        const older = { size: old, root: await rootOf(sha256, nodes, old) };
        expect(isContinued(sha256, older, { size, root }, await consistencyProof(sha256, tiled, old, size))).to.equal(true);
      }),
      { numRuns: 40 },
    );
  });

  it('has its entries in bundles, and takes none that is not whole', () => {
    const entries = [Buffer.from('一\n'), Buffer.alloc(0), Buffer.alloc(65_535, 7)];
    const bundle = bundleOf(entries);
    expect(entriesIn(bundle)?.map(hex)).to.deep.equal(entries.map(hex));
    for (const cut of [1, 5, 7, bundle.length - 1]) expect(entriesIn(bundle.subarray(0, cut)), `${cut}`).to.equal(undefined);
    expect(() => bundleOf([Buffer.alloc(65_536)])).to.throw(RangeError);
    expect([entriesIn(new Uint8Array())]).to.deep.equal([[]]);
  });
});

describe('signed notes and checkpoints', () => {
  const KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
  const keyOf = (text: string) => readVerifierKey(text) ?? expect.fail(`${text} is no key`);
  const log = signerOf(
    'vote.example.org/log',
    'note',
    Uint8Array.from({ length: 32 }, (_, n) => n),
  );
  const witness = signerOf(
    'witness.example.com/w1',
    'cosignature',
    Uint8Array.from({ length: 32 }, (_, n) => 100 + n),
  );

  it('opens the specification’s example by its key, and nothing else', () => {
    const key = keyOf(KEY);
    expect(verifierKey(key)).to.equal(KEY);
    expect(openNote(NOTE, [key])).to.deep.equal({ text: 'This is an example message.\n', signed: [{ key }] });
    const stranger = keyOf(verifierKey({ ...key, publicKey: key.publicKey.with(0, 1) }));
    expect(openNote(NOTE, [stranger]), 'a key of the same name').to.equal(undefined);
    expect(openNote(NOTE, [])).to.equal(undefined);
    const line = NOTE.split('\n')[2] ?? '';
    for (const wrong of [
      NOTE.replace('example message', 'examp1e message'),
      NOTE.replace('JGh2', 'JGh3'),
      NOTE.trimEnd(),
      NOTE.replace('\n\n', '\n'),
      NOTE.replace('—', '-'),
      `${NOTE}${line}`,
      `${NOTE}\n`,
      `${NOTE}— example.com/other AAAA\n`,
      `${NOTE}— example.com/other not+base64\n`,
      `${NOTE}— example.com/o+ther ${'A'.repeat(92)}\n`,
      NOTE.replace('This', 'This\t'),
      NOTE.replace('aQM=', 'aQN='),
      NOTE.replace('aQM=', 'aQM'),
      `${NOTE}${`${line}\n`.repeat(100)}`,
    ])
      expect(openNote(wrong, [key]), JSON.stringify(wrong.slice(-180))).to.equal(undefined);
    expect(openNote(`${NOTE}— example.com/other ${'A'.repeat(92)}\n`, [key])?.text, 'beside a signature of somebody else').to.be.a('string');
    for (const wrong of [KEY.replace('530d903a', '530d903b'), KEY.replace('AekyeR', 'BekyeR'), KEY.replace('foo', 'fo o'), 'x+y', `${KEY} `, ''])
      expect(readVerifierKey(wrong), wrong).to.equal(undefined);
  });

  it('has Go’s keys; opens the checkpoint that Go signed and cosigned, and signs it to the byte', async () => {
    expect([verifierKey(log), verifierKey(witness)]).to.deep.equal([go.vkey, go.witness]);
    const opened = openNote(go.note, [keyOf(go.vkey), keyOf(go.witness)]) ?? expect.fail('it does not open');
    const [, cosigned] = opened.signed;
    expect(opened.signed.map(({ key }) => key.name)).to.deep.equal(['vote.example.org/log', 'witness.example.com/w1']);
    const size = 1_000;
    const checkpoint = { origin: log.name, size, root: Buffer.from(await rootOf(sha256, nodesOf(sha256, leavesOf(size)), size)) };
    expect(readCheckpoint(opened.text)).to.deep.equal(checkpoint);
    const text = checkpointText(checkpoint);
    expect(noteOf(text, [signatureLine(text, log), signatureLine(text, witness, cosigned?.at)])).to.equal(go.note);
  });

  it('takes a cosignature for one time and one text alone', () => {
    const text = checkpointText({ origin: log.name, size: 3, root: sha256(Buffer.from('x')) });
    const note = noteOf(text, [signatureLine(text, log), signatureLine(text, witness, 1_679_315_147)]);
    expect(openNote(note, [witness])?.signed.map(({ at }) => at)).to.deep.equal([1_679_315_147]);
    const bytes = Buffer.from(/w1 (\S+)\n$/.exec(note)?.[1] ?? '', 'base64');
    for (const at of [4, 11, 12, 75]) {
      const changed = Buffer.from(bytes.with(at, (bytes[at] ?? 0) ^ 1)).toString('base64');
      expect(openNote(note.replace(/(w1 )\S+\n$/, `$1${changed}\n`), [log, witness]), `byte ${at}`).to.equal(undefined);
    }
    expect(openNote(note.replace('\n3\n', '\n4\n'), [witness])).to.equal(undefined);
    const plain = signerOf(
      witness.name,
      'note',
      Uint8Array.from({ length: 32 }, (_, n) => 100 + n),
    );
    expect(openNote(note, [plain]), 'the same key, as one that signs notes').to.equal(undefined);
  });

  it('reads no text as a checkpoint that is none', () => {
    const text = checkpointText({ origin: 'vote.example.org/log', size: 20_852_163, root: sha256(Buffer.from('x')) });
    expect(readCheckpoint(text)?.size).to.equal(20_852_163);
    expect(readCheckpoint(`${text}an extension\n`)?.size).to.equal(20_852_163);
    for (const wrong of [
      text.trimEnd(),
      `${text}\n`,
      text.replace('20852163', '020852163'),
      text.replace('20852163', '-1'),
      text.replace('20852163', '99999999999999999999'),
      text.replace('20852163', '1e3'),
      text.replace(/^.*/, ''),
      text.replace('=\n', '\n'),
      text.split('\n').slice(0, 2).join('\n'),
    ])
      expect(readCheckpoint(wrong), JSON.stringify(wrong)).to.equal(undefined);
  });

  it('has leaves of four lines, and reads them alone', () => {
    const hash = '3f'.repeat(32);
    for (const leaf of [
      { community: 'qingsong', cycle: 'qingsong-2027', hash, day: '2026-12-15' },
      { community: 'qingsong', hash, day: '2026-12-15' },
    ])
      expect(readLeaf(leafText(leaf))).to.deep.equal(leaf);
    expect(leafText({ community: 'qingsong', hash, day: '2026-12-15' })).to.equal(`qingsong\nlog\n${hash}\n2026-12-15\n`);
    for (const wrong of [`qingsong\nlogs\n${hash}\n2026-12-15\n`, `qingsong\nlog\n${hash}\n2026-12-15`, `qingsong\nlog\n${hash}\n2026-12-15\n\n`])
      expect(readLeaf(wrong)).to.equal(undefined);
  });
});
