import { setTimeout as wait } from 'node:timers/promises';
import { ballotOf, results, turnout } from '../../fund/ballots/index.js';
import { begunCycles, heldVote, keyingUntil, periods, slipsClose, spokenStage, stageAt, voteOf, } from '../../fund/cycles/index.js';
import { publicPublication } from '../../fund/meetings/index.js';
import { publicPaper, slipAudit } from '../../fund/paper/index.js';
import { addedSince, keyChangesSince } from '../../fund/people/index.js';
import { projectPictures } from '../../fund/projects/index.js';
import { answersTo, publicProposals } from '../../fund/proposals/index.js';
import { countOffices } from '../../fund/staff/index.js';
import { publicWorks } from '../../fund/works/index.js';
import { publicBroadcasts } from '../../outreach/broadcasts/broadcast.js';
import { CodedError } from '../../store/codedError.js';
/** The text that says what happens in a stage, and, if it ends, until when: `now.voteUntil`. */
export function stageKey(cycle, { stage, to }, now) {
    return `now.${spokenStage(cycle, stage, now)}${to ? 'Until' : ''}`;
}
/** The most proposals on the page itself; the others follow on `/c/SLUG/proposals`. */
const NEWEST = 30;
/** How long a page waits for a count before it says that the count is under way, in milliseconds. */
const PATIENCE_MS = 400;
export async function cycleView(world, community, cycle) {
    const now = world.now();
    const vote = voteOf(cycle, now);
    const until = slipsClose(cycle, now);
    const { frozen } = cycle;
    const isOver = frozen !== undefined && vote !== undefined && now >= vote.to;
    const projects = projectsOf(cycle);
    const [{ turnout: voters, outcome }, proposals, answers, roster, broadcasts, others, offices, publication, works, pictures, paper, compared] = await Promise.all([
        turnoutOrOutcome(world, cycle),
        publicProposals(world, cycle._id, undefined, NEWEST),
        answersTo(world)(cycle._id),
        rosterOf(cycle),
        publicBroadcasts(community._id, now),
        begunCycles(community._id, now),
        countOffices(world, community._id),
        publicPublication(world, cycle._id),
        cycle.sealedAt ? publicWorks(cycle._id) : [],
        projectPictures(cycle, projects.map(({ number }) => number)),
        isOver ? publicPaper(cycle._id) : undefined,
        cycle.sealedAt ? comparedOf(world, cycle._id) : undefined,
    ]);
    return {
        community,
        cycle,
        now,
        stage: stageAt(cycle, now),
        calendar: periods(cycle, now),
        vote,
        ...(vote && until && vote.to < until && { slipsUntil: until }),
        isHeld: heldVote(cycle, now) !== undefined,
        projects,
        pictures,
        lot: frozen ? ballotOf(frozen).frozen.lot : (cycle.lot ?? []),
        ...(voters && { voters }),
        ...(outcome && { outcome }),
        publication,
        works,
        ...(paper && { paper }),
        ...(compared && { compared }),
        proposals,
        answers,
        ...(roster && { roster }),
        offices,
        broadcasts,
        others: others.filter(({ id }) => id !== cycle._id),
    };
}
/** How many have voted while a vote is open, and its outcome once it has closed; neither before it opens. */
export async function turnoutOrOutcome(world, cycle) {
    const { _id, frozen, sealedAt } = cycle;
    const now = world.now();
    const vote = voteOf(cycle, now);
    if (sealedAt !== undefined || (vote !== undefined && now >= vote.to))
        return { outcome: await outcomeOf(world, cycle) };
    if (!frozen)
        return {};
    const { voters, residents } = await turnout(world)(_id);
    return { turnout: { voters, residents } };
}
/** A cycle's projects by number; once the vote has opened, those of the frozen ballot. */
export function projectsOf({ frozen, projects }) {
    return frozen ? ballotOf(frozen).frozen.projects : projects.toSorted((one, other) => one.number - other.number);
}
/** What was drawn; undefined as long as the count is under way, or does not hold. */
async function comparedOf(world, cycle) {
    try {
        return await slipAudit(world)(cycle);
    }
    catch (error) {
        if (error instanceof CodedError)
            return undefined;
        throw error;
    }
}
/** Residents added, and phones and cards changed by hand, while a cycle's vote was open; undefined before it opens. */
export async function rosterOf(cycle) {
    const { community, frozen } = cycle;
    const vote = frozen && voteOf(cycle, frozen.at);
    if (!vote)
        return undefined;
    const [added, changed] = await Promise.all([addedSince(community, frozen.at, vote.to), keyChangesSince(community, frozen.at, vote.to)]);
    return { added, ...changed };
}
/** The result, if the count does not take long: a long one does not hold up the page, and the next request has it. */
export async function outcomeOf(world, cycle) {
    const { _id, sealedAt } = cycle;
    const until = keyingUntil(cycle, world.now());
    if (!sealedAt)
        return until ? { state: 'keying', until: new Date(until) } : { state: 'counting' };
    const counted = results(world)(_id).then((found) => ({ state: 'counted', results: found }), (error) => {
        if (error instanceof CodedError && error.code === 'not-closed')
            return { state: 'counting' };
        if (error instanceof CodedError && error.code === 'broken-ledger')
            return { state: 'broken' };
        throw error;
    });
    const patience = new AbortController();
    const tired = wait(PATIENCE_MS, { state: 'counting' }, { signal: patience.signal, ref: false }).catch(() => ({ state: 'counting' }));
    return Promise.race([counted, tired]).finally(() => patience.abort());
}
