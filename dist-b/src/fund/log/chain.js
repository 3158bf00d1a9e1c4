/** Hex SHA-256 of `previous` and the entry's other values in the order of `LogRow`, each on a line of its own. */
export function logHash(sha256, { previous, seq, community, at, by, role, act, subject, detail }) {
    return sha256([previous, seq, community, at, by, role, act, subject, detail].join('\n'));
}
/** The hash that commits to a detail: hex SHA-256 of the salt (16 random bytes in hex), a newline and the detail's JSON. */
export function detailHash(sha256, salt, json) {
    return sha256(`${salt}\n${json}`);
}
/** The hash that a community's first entry follows: hex SHA-256 of `"yisheng\n" slug`. */
export function firstLogPrevious(sha256, community) {
    return sha256(`yisheng\n${community}`);
}
/** The reason why an entry does not follow another in a community's chain; undefined if it does. */
export function brokenLogLink(sha256, community, before, row) {
    if (row.community !== community)
        return `the entry belongs to ${row.community}, not to ${community}`;
    if (row.seq !== before.seq + 1)
        return `seq is ${row.seq}, ${before.seq + 1} was to come`;
    if (row.hash !== logHash(sha256, row))
        return 'hash is not the hash of this entry';
    if (row.previous !== before.hash)
        return 'previous is not the hash of the entry before';
    if (before.at !== undefined && row.at < before.at)
        return `at runs backwards, from ${before.at} to ${row.at}`;
    return undefined;
}
