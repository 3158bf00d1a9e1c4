import { valueAt } from './books.js';
import { electorate } from './electorate.js';
import { sharesAt } from './sharesAt.js';
/**
 * Equal shares with Add1: starts from budget ÷ voters and adds one unit for each voter in each step, until the next step would overspend or
 * every project with a vote is chosen. Steps that cannot change anything are not taken one by one. A project that costs nothing is chosen if
 * somebody voted for it, in the lot's order. Picks of projects that are not among `projects` (below the threshold) are ignored.
 *
 * `exhaustive`: stops as soon as nothing more would fit in the budget, as some reference outputs do.
 */
export function equalShares({ budget, projects, lot, ballots }, { exhaustive = false } = {}) {
    const crowd = electorate(projects, lot, ballots);
    const step = BigInt(crowd.voters);
    if (step === 0n)
        return { winners: [], share: { numerator: 0n, denominator: 1n }, payments: [] };
    const free = new Set(projects.flatMap(({ number, cost }) => (cost === 0 ? number : [])));
    const gifts = lot.filter((number) => free.has(number) && ballots.some((picks) => picks.includes(number)));
    let money = BigInt(budget);
    let run = sharesAt(crowd, money);
    while (run.rounds.length < crowd.projects.length && !(exhaustive && isExhausted(run))) {
        const next = money + step * BigInt(Math.max(1, Math.ceil(run.steadyFor)));
        const nextRun = sharesAt(crowd, next);
        if (spentIn(nextRun) > budget) {
            money = next - step;
            break;
        }
        money = next;
        run = nextRun;
    }
    const payments = run.rounds.map(({ project, payment }) => ({ number: crowd.projects[project]?.number ?? 0, payment: valueAt(payment, money) }));
    return { winners: [...gifts, ...payments.map(({ number }) => number)], share: { numerator: money, denominator: step }, payments };
    function spentIn({ rounds }) {
        return rounds.reduce((sum, { project }) => sum + (crowd.projects[project]?.cost ?? 0), 0);
    }
    function isExhausted(at) {
        const bought = new Set(at.rounds.map(({ project }) => project));
        return crowd.projects.every(({ cost }, project) => bought.has(project) || spentIn(at) + cost > budget);
    }
}
