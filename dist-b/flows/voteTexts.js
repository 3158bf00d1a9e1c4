export const NO_BALLOT = { cycle: '', projects: [], min: 0, max: 0, budget: 0, currency: '', closesAt: '' };
/** How many projects go on one page: if their names are not all long, they fit four SMS segments. */
export const PAGE = 12;
/** What a tap makes of the picks that wait to be cast; if none wait, of those that are cast. */
export function afterTap({ context, event: { output: mine } }) {
    const { ballot, picks, tapped = 0, pending } = context;
    return withTapped(tapped, ballot, pending && !mine.isCast ? { picks } : mine);
}
/** The picks with the tapped project. If a withdrawn project is among the picks, it stays, and the ledger refuses it. */
function withTapped(number, { projects, min, max }, { picks, isCast }) {
    if (isCast)
        return { came: 'whole', picks };
    if (!projects.some((project) => project.number === number))
        return { came: 'unknown', picks };
    if (picks.includes(number))
        return { came: 'alreadyIn', picks };
    if (picks.length >= max)
        return { came: 'full', picks };
    return { came: picks.length + 1 < min ? 'tooFew' : 'whole', picks: [...picks, number] };
}
/** Asks for picks. No number stands in it as an example: it would be an advertisement. */
export function ask({ ballot: { cycle, projects, min, max, closesAt }, refused, page }) {
    const isLong = projects.length > PAGE;
    const key = refused ? 'vote.pickAgain' : isLong ? 'vote.pickMore' : 'vote.pick';
    const shown = projects.slice(page * PAGE, (page + 1) * PAGE);
    return { key, params: { cycle, shown, closesAt }, expects: 'numbers', options: projects, min, max };
}
/** Asks how to go on after a tap: how many picks may be added, or are missing. */
export function askOn({ ballot, picks, pending }) {
    const { projects, min, max } = ballot;
    const question = { expects: 'numbers', options: projects, min, max };
    if (pending && picks.length < min)
        return { key: 'vote.missing', params: { picks: named(ballot, picks), left: min - picks.length }, ...question };
    const left = max - picks.length;
    return left > 0 ? { key: 'vote.addMore', params: { left }, ...question } : { key: 'vote.whole', ...question };
}
/** The picked projects in the order in which they were named, with titles: a number alone cannot be checked by ear. */
export function named({ projects }, picks) {
    return picks.flatMap((pick) => projects.filter(({ number }) => number === pick));
}
export function closed(opened, hasPicks) {
    const lost = hasPicks ? [{ key: 'vote.notRecorded' }] : [];
    if ('notYet' in opened)
        return [...lost, early(opened.notYet)];
    if ('over' in opened)
        return [...lost, over(opened.over)];
    if ('held' in opened)
        return [...lost, { key: 'vote.held' }];
    return [...lost, { key: 'vote.none' }];
}
export function refusedOnOpening(opened) {
    return 'open' in opened && opened.refused ? [refusal(opened.refused)] : [];
}
/** What has to be known before the choice. Once picks were refused, it was said; if the ballot begins again, what becomes of the one before. */
export function beforeChoice(opened, { refused, pending }) {
    if (!('open' in opened) || refused)
        return [];
    return pending ? [{ key: 'vote.afresh' }] : upTo(opened.open);
}
/** The money, how many projects may be picked, until when; and how many have to be, if one is not enough. */
export function upTo({ budget, currency, min, max, closesAt }) {
    return [{ key: 'vote.upTo', params: { budget, currency, max, closesAt } }, ...(min > 1 ? [{ key: 'vote.atLeast', params: { min } }] : [])];
}
export function outcome(cast) {
    if ('refused' in cast)
        return isOfPicks(cast.refused) ? [refusal(cast.refused)] : uncast(cast.refused);
    const { receipt, changed, picks, closesAt } = cast;
    const params = { picks, receipt, closesAt };
    return [changed ? { key: 'vote.changed', params, outcome: 'changed' } : { key: 'vote.receipt', params, outcome: 'cast' }];
}
export function tappedOutcome(cast) {
    if ('refused' in cast)
        return [];
    const { receipt, changed, picks } = cast;
    return [{ key: 'vote.tapped', params: { picks, receipt }, outcome: changed ? 'changed' : 'cast' }];
}
export function isOfPicks(refused) {
    return ['unknown', 'doubled', 'tooMany', 'tooFew'].includes(refused.reason);
}
function refusal({ reason, ...params }) {
    return { key: `vote.${reason}`, params };
}
function uncast(refused) {
    switch (refused.reason) {
        case 'early':
            return [{ key: 'vote.notRecorded' }, early(refused)];
        case 'held':
            return [{ key: 'vote.notRecorded' }, { key: 'vote.held' }];
        case 'late':
            return [late(refused)];
        case 'hasBallot':
            return [refused.isSame ? { key: 'vote.hasBallot', outcome: 'alreadyCast' } : { key: 'vote.hasBallot' }];
        default:
            return [{ key: `vote.${refused.reason}` }];
    }
}
/** Once the projects are set there is nothing to propose for this year. */
function early({ opensAt, closesAt, stage }) {
    if (closesAt && stage === 'publish')
        return { key: 'vote.earlyDecided', params: { opensAt, closesAt } };
    return closesAt ? { key: 'vote.early', params: { opensAt, closesAt } } : { key: 'vote.earlyOpenEnd', params: { opensAt } };
}
function late({ closedAt, keyedUntil }) {
    return keyedUntil ? { key: 'vote.lateKeying', params: { closedAt, keyedUntil } } : { key: 'vote.late', params: { closedAt } };
}
function over({ closedAt, keyedUntil, winners }) {
    if (!winners)
        return keyedUntil ? { key: 'vote.keying', params: { keyedUntil } } : { key: 'vote.counting', params: { closedAt } };
    return winners.length ? { key: 'vote.winners', params: { winners } } : { key: 'vote.noWinners', params: { closedAt } };
}
