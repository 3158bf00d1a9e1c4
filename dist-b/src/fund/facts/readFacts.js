import { localTimeOf } from '../../store/wallTime.js';
import { itemsOf, results, turnout } from '../ballots/index.js';
import { communityBySlug } from '../communities/index.js';
import { currentCycle, cycleBefore, heldVote, keyingUntil, voteOf } from '../cycles/index.js';
import { votedOrHandedIn } from '../paper/index.js';
import { holdersOf, whoActs } from '../people/index.js';
import { ballotItem } from '../projects/index.js';
/**
 * Service: what is known, for an answer to a question. It writes nothing, says nothing of a ballot but that it counts, and counts no votes
 * by project before the ledger is sealed.
 */
export function readFacts(world) {
    const communityOf = communityBySlug(world);
    const current = currentCycle(world);
    const before = cycleBefore(world);
    const resultsOf = results(world);
    const turnoutOf = turnout(world);
    const personOf = personIn(world);
    return async ({ wants, ownAnswer }, act) => {
        const [community, cycle] = await Promise.all([communityOf(act.community), current(act.community, act.at)]);
        const { about, verify = 'either', callback, timezone = 'Asia/Shanghai' } = community ?? {};
        const vote = cycle && voteIn(cycle, act.at);
        const isHeld = cycle !== null && heldVote(cycle, act.at) !== undefined;
        const isBegun = vote && vote.when !== 'before';
        const wanted = (fact) => wants.includes(fact);
        const winners = cycle?.sealedAt && wanted('winners') ? (await resultsOf(cycle._id)).winners : undefined;
        const last = cycle && wanted('lastYear') ? await before(cycle) : null;
        const answer = ownAnswer === undefined ? undefined : about?.answers?.[ownAnswer]?.says;
        return {
            ...(cycle && {
                cycle: {
                    ...ballotIn(cycle),
                    month: monthOf(act.at, timezone),
                    ...(isHeld && { isHeld }),
                    ...(vote && { vote }),
                    ...(winners && { winners }),
                },
            }),
            takesCards: verify !== 'phone',
            ...(callback && { callsBack: callback }),
            ...(about?.money && { money: about.money }),
            ...(about?.notFor && { notFor: about.notFor }),
            ...(answer !== undefined && { answer }),
            ...(wanted('person') && { person: await personOf(act, verify, cycle) }),
            ...(cycle && isBegun && wanted('turnout') && { turnout: votersIn(await turnoutOf(cycle._id)) }),
            ...(last?.sealedAt && { lastYear: { title: last.title, winners: itemsOf(last, (await resultsOf(last._id)).winners) } }),
        };
    };
}
function voteIn(cycle, at) {
    const vote = voteOf(cycle, at);
    if (!vote)
        return undefined;
    const when = at < vote.from ? 'before' : at < vote.to ? 'open' : 'after';
    const keyedUntil = keyingUntil(cycle, at);
    return { when, opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString(), ...(keyedUntil && { keyedUntil }) };
}
function ballotIn({ budget, currency, projects, choices: { min, max } }) {
    const told = projects.map((project) => {
        const { place = project.detail, due } = project;
        return { ...ballotItem(project), ...(place && { place }), ...(due && { due }) };
    });
    return { budget, currency, projects: told, min, max: projects.length > 0 ? Math.min(max, projects.length) : max };
}
function monthOf(at, zone) {
    const { year, month } = localTimeOf(at, zone);
    return `${year}-${String(month).padStart(2, '0')}`;
}
function votersIn({ voters, residents }) {
    return { voters, residents };
}
/** What is told of somebody is told only where a receipt would be: to the one person who holds this phone or chat. */
function personIn(world) {
    const holders = holdersOf(world);
    const voted = votedOrHandedIn(world);
    return async (act, verify, cycle) => {
        const here = await holders(act);
        const who = whoActs(verify, here, act, 'resident');
        const resident = 'ask' in who ? undefined : who.resident;
        return {
            isKnown: here.holders.length > 0,
            needsNoCard: !('ask' in whoActs(verify, here, act, 'ballot')),
            hasVoted: cycle !== null && resident !== undefined && (await voted(cycle, [resident])).has(resident),
        };
    };
}
