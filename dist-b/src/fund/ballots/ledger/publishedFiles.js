import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { model, Schema } from 'mongoose';
import { boundedMap } from '../../../store/cache.js';
import { CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { forReaders } from '../../../store/connect.js';
import { withPauses } from '../../../store/inTime.js';
import { perWorld } from '../../../store/world.js';
import { Community } from '../../communities/index.js';
import { cycleForReaders } from '../../cycles/index.js';
import { ledgerRow } from './chain.js';
import { countLedger, notClosed, resultsOf } from './count.js';
import { ledgerEntries } from './entry.js';
/** A part ends with the line that makes it longer than this, in bytes. */
const PART = 64 * 1024;
/** How many parts are kept in memory: 8 MB. */
const PARTS_KEPT = 128;
/** How long any process remembers a cycle, in milliseconds. */
const KNOWN_AFTER_MS = 2_000;
/** How long a ledger that could not be counted is not counted again, in milliseconds. */
const NOT_AGAIN_MS = 30_000;
/**
 * The files of a sealed ledger that everybody may have. They are made once and kept in the database, so that every process gives the same
 * bytes, also after a restart. Two processes that make a file at the same time write the same.
 */
export const publishedFiles = perWorld((world) => {
    const files = boundedMap(1_000);
    const parts = boundedMap(PARTS_KEPT);
    const making = new Map();
    return { of, part, publish };
    async function of(cycle, name) {
        await refuse(world, cycle, name);
        const kept = files.get(`${cycle} ${name}`) ?? (await fileOf(cycle, name));
        if (kept)
            return keep(kept);
        const what = name === 'ledger' ? 'ledger' : 'count';
        await once(`${cycle} ${what}`, () => (what === 'ledger' ? makeLedger(cycle) : makeCount(world, cycle)));
        const made = await fileOf(cycle, name);
        if (!made)
            throw new CodedError('not-published', `There is no ${name} of ${cycle}.`);
        return keep(made);
    }
    async function publish(cycle) {
        await sleep(KNOWN_AFTER_MS, undefined, { ref: false });
        await of(cycle, 'ledger');
        await of(cycle, 'results');
    }
    function part({ _id: { cycle, name } }, number) {
        return parts.getOrMake(`${cycle} ${name} ${number}`, () => partOf(cycle, name, number));
    }
    function keep(file) {
        files.set(`${file._id.cycle} ${file._id.name}`, file);
        return file;
    }
    function partOf(cycle, name, part) {
        const bytes = forReaders(PublishedPart)
            .findOne({ _id: { cycle, name, part } }, { promoteBuffers: true })
            .then((found) => {
            if (!found)
                throw new CodedError('not-published', `A part of the ${name} of ${cycle} is missing.`);
            return found.bytes;
        });
        bytes.catch(() => parts.delete(`${cycle} ${name} ${part}`));
        return bytes;
    }
    function once(what, make) {
        const known = making.get(what);
        if (known)
            return known;
        const made = make();
        making.set(what, made);
        const forget = () => void making.delete(what);
        made.then(forget, () => void setTimeout(forget, NOT_AGAIN_MS).unref());
        return made;
    }
});
function fileOf(cycle, name) {
    return forReaders(PublishedFile).findOne({ _id: { cycle, name } });
}
async function refuse(world, id, name) {
    const cycle = await cycleForReaders(world)(id);
    if (!cycle)
        throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    if (name === 'ballots' && !(await arePublic(cycle.community)))
        throw new CodedError('supervisors-only', 'This community shows single ballots to its supervisors only.');
    if (!cycle.sealedAt)
        throw notClosed(cycle, world.now());
}
async function arePublic(community) {
    return (await forReaders(Community).findOne({ _id: community }, { projection: { ballots: 1 } }))?.ballots !== 'supervisors';
}
/** Made of the entries as they are stored, without a check: anybody who recounts sees what is wrong with them. */
async function makeLedger(cycle) {
    await write(cycle, 'ledger', asLines(ledgerEntries(cycle), ledgerRow));
}
async function makeCount(world, cycle) {
    const count = await countLedger(world, cycle);
    if (await arePublic(count.cycle.community))
        await write(cycle, 'ballots', asLines(withPauses(count.counted), ({ picks }) => picks));
    const { results, ballots } = resultsOf(count);
    await write(cycle, 'results', [JSON.stringify(results)], { cast: ballots });
}
async function* asLines(items, row) {
    for await (const item of items)
        yield `${JSON.stringify(row(item))}\n`;
}
/** Writes the parts first: a file that is there is complete. */
async function write(cycle, name, lines, more = {}) {
    const hash = createHash('sha256');
    const from = [];
    let [size, line, text] = [0, 0, ''];
    for await (const next of lines) {
        if (text === '')
            from.push(line + 1);
        line += 1;
        text += next;
        if (text.length >= PART)
            await end();
    }
    if (text !== '')
        await end();
    await collection(PublishedFile).replaceOne({ _id: { cycle, name } }, { size, hash: hash.digest('hex'), from, ...more }, { upsert: true });
    async function end() {
        const bytes = Buffer.from(text);
        hash.update(bytes);
        size += bytes.length;
        text = '';
        await collection(PublishedPart).replaceOne({ _id: { cycle, name, part: from.length - 1 } }, { bytes }, { upsert: true });
    }
}
/** The files of a sealed ledger that everybody may have (docs/contract.md: API). */
export const PUBLISHED = ['ledger', 'results', 'ballots'];
const file = { cycle: { type: String, required: true }, name: { type: String, enum: PUBLISHED, required: true } };
const options = { strict: 'throw', versionKey: false };
const PublishedFile = model('PublishedFile', new Schema({
    _id: { type: new Schema(file, { _id: false }), required: true },
    size: { type: Number, required: true },
    hash: { type: String, required: true },
    from: { type: [Number], required: true },
    cast: Number,
}, { ...options, collection: 'publishedFiles' }));
const PublishedPart = model('PublishedPart', new Schema({
    _id: { type: new Schema({ ...file, part: { type: Number, required: true } }, { _id: false }), required: true },
    bytes: { type: Buffer, required: true },
}, { ...options, collection: 'publishedParts' }));
