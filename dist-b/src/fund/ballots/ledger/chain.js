/** The hash of an entry (docs/contract.md: The ledger): hex SHA-256 of `previous "\n" seq "\n" at "\n" commitment`. In the seal `sealed` stands in the commitment's place. */
export function entryHash(sha256, { previous, seq, at, commitment }) {
    return sha256(`${previous}\n${seq}\n${at}\n${commitment ?? 'sealed'}`);
}
/** The commitment of an entry (docs/contract.md: The ledger): hex SHA-256 of `salt "\n" voter "\n" picks`. */
export function commitment(sha256, { salt, voter, picks }) {
    return sha256(`${salt}\n${voter}\n${picks.join(',')}`);
}
/** The reason why an entry does not follow another in a cycle's chain (docs/contract.md: The ledger); undefined if it does follow. */
export function brokenLink(sha256, cycle, before, row) {
    if (before.sealed)
        return 'something follows the seal';
    if (row.cycle !== cycle)
        return `the entry belongs to ${row.cycle}, not to ${cycle}`;
    if (row.seq !== before.seq + 1)
        return `seq is ${row.seq}, ${before.seq + 1} was to come`;
    if (row.hash !== entryHash(sha256, row))
        return 'hash is not the hash of this entry';
    if (row.previous !== before.hash)
        return 'previous is not the hash of the entry before';
    if (before.at !== undefined && row.at < before.at)
        return `at runs backwards, from ${before.at} to ${row.at}`;
    return undefined;
}
/** The hash that the first entry follows (docs/contract.md: The ledger): hex SHA-256 of `"yisheng\n" cycle "\n" ballot`; `ballot` is the hex SHA-256 of the frozen ballot's bytes. */
export function firstPrevious(sha256, cycle, ballot) {
    return sha256(`yisheng\n${cycle}\n${sha256(ballot)}`);
}
/** The ballots that count, from openings in the ledger's order: the last one of each voter, or none if the last one is voided. */
export function lastBallots(openings) {
    const last = new Map();
    for (const opening of openings)
        last.set(opening.voter, opening);
    return [...last.values()].filter(({ picks }) => picks.length > 0);
}
/** The public part of an entry, with the keys in the contract's order. */
export function ledgerRow({ _id: { seq, cycle }, at, commitment, previous, hash }) {
    return commitment === undefined ? { seq, cycle, at, sealed: true, previous, hash } : { seq, cycle, at, commitment, previous, hash };
}
/** The ten digits of a receipt: the same for the same cast, and impossible to guess without SECRET. `tries` counts the digits that were already taken by other entries. */
export function receiptDigits(vault, key, tries) {
    const bytes = Buffer.from(vault.hmac('receipt', key, String(tries)), 'base64url');
    return String(bytes.readBigUInt64BE() % 10000000000n).padStart(10, '0');
}
