import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import parsePhoneNumber from 'libphonenumber-js/max';
import { CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { dayOf } from '../../../store/wallTime.js';
import { findCommunity } from '../../communities/index.js';
import { voteOf } from '../../cycles/index.js';
import { readLog } from '../../log/index.js';
import { ballotOf } from '../cast/ballotOf.js';
import { ledgerRow } from '../ledger/chain.js';
import { countLedger, resultsOf } from '../ledger/count.js';
import { decryptSecret, Entry, ledgerEntries, placesOf } from '../ledger/entry.js';
import { writePabulib } from '../pabulib/writePabulib.js';
import { slipsText } from './checkSlips.js';
import { cycleElection } from './cycleElection.js';
import { AUDIT_FILES, resultsText } from './readFiles.js';
/**
 * Writes the audit of a sealed cycle into a folder. The folder is made if it does not exist; files of an earlier audit that do not belong to
 * this one are removed. Only their owner may read the files: the openings tell who voted again, and in which order ballots came.
 * Returns the files written. Rejects as `countLedger` does, before it writes anything.
 */
export async function writeAudit(world, id, folder, { isPublic, slips: slipsOf, onEntry }) {
    const passes = isPublic ? 2 : 3;
    const onRead = onEntry && ((entries) => onEntry(entries * passes));
    const count = await countLedger(world, id, onRead);
    const { cycle, counted } = count;
    const { results } = resultsOf(count);
    const { frozen } = cycle;
    const place = await findCommunity(cycle.community);
    if (!place)
        throw new CodedError('unknown-community', 'There is no such community any more.');
    const setting = await settingOf(place, cycle);
    const ballots = counted.map(({ picks }) => picks);
    const entries = await collection(Entry).countDocuments(placesOf(id), { timeoutMS: 0 });
    const slips = await slipsOf(id);
    const showsBallots = !isPublic || place.ballots === 'public';
    const writers = {
        'ballot.json': (path) => writeFile(path, frozen.ballot, FOR_ITS_OWNER),
        'ledger.ndjson': (path) => lines(path, ledgerEntries(id), (entry) => step(ledgerRow(entry))),
        'results.json': (path) => writeFile(path, resultsText(results), FOR_ITS_OWNER),
        ...(showsBallots && {
            'ballots.ndjson': (path) => lines(path, ballots, (picks) => picks),
            'cycle.pb': (path) => writeFile(path, writePabulib(cycleElection(ballotOf(frozen).frozen, setting, ballots, results)), FOR_ITS_OWNER),
        }),
        ...(slips && { 'slips.json': (path) => writeFile(path, slipsText(slips), FOR_ITS_OWNER) }),
        ...(!isPublic && {
            'openings.ndjson': (path) => lines(path, ledgerEntries(id), (entry) => step(opening(entry))),
            'log.ndjson': (path) => lines(path, readLog(world, cycle.community), (row) => row),
        }),
    };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const written = [];
    for (const file of AUDIT_FILES) {
        const write = writers[file];
        await rm(join(folder, file), { force: true }); // a file that exists already would keep its rights
        await write?.(join(folder, file));
        if (write)
            written.push(file);
    }
    return written;
    function opening(entry) {
        if (entry.sealed)
            return undefined;
        const { salt, voter, picks } = decryptSecret(world.vault, entry);
        return { seq: entry._id.seq, salt, voter, picks };
    }
    function step(row) {
        onRead?.(entries);
        return row;
    }
}
/** The vote's days come from the ledger, if it has them: everything that it says can be recomputed. */
async function settingOf({ name, phone }, cycle) {
    const { timezone, at } = cycle.frozen;
    const close = voteOf(cycle, at)?.to ?? at;
    const first = await collection(Entry).findOne(placesOf(cycle._id), { sort: { _id: 1 }, projection: { at: 1 } });
    const from = first?.at ?? dayOf(at, timezone);
    const closing = dayOf(new Date(close.getTime() - 1), timezone);
    const [, to = closing] = [from, closing].toSorted();
    const country = parsePhoneNumber(phone)?.country;
    return {
        community: name,
        country: (country && new Intl.DisplayNames('en', { type: 'region' }).of(country)) ?? 'unknown',
        from,
        to,
    };
}
const FOR_ITS_OWNER = { mode: 0o600 };
/** Writes one JSON document a line, for each item that has one. */
async function lines(path, items, row) {
    async function* rows() {
        for await (const item of items) {
            const shown = row(item);
            if (shown)
                yield `${JSON.stringify(shown)}\n`;
        }
    }
    await pipeline(Readable.from(rows()), createWriteStream(path, FOR_ITS_OWNER));
}
