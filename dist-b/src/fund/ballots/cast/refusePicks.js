/** The first reason against picks (docs/contract.md: The vote): outside the ballot, doubled, too many, too few; undefined if they are a ballot. */
export function refusePicks({ projects, min, max }, picks) {
    const unknown = picks.filter((pick) => !projects.some(({ number }) => number === pick));
    if (unknown.length > 0)
        return { reason: 'unknown', numbers: [...new Set(unknown)] };
    const doubled = picks.filter((pick, index) => picks.indexOf(pick) !== index);
    if (doubled.length > 0)
        return { reason: 'doubled', numbers: [...new Set(doubled)] };
    const count = picks.length;
    if (count > max)
        return { reason: 'tooMany', max, count };
    if (count < min)
        return { reason: 'tooFew', min, count };
    return undefined;
}
