/**
 * By votes, most first, ties by lot: a project is chosen if it fits in the rest of the budget. With `skip` a project that does not fit is passed
 * over; without it the choosing ends there. Returns the numbers in the order chosen.
 */
export function greedy({ budget, projects, lot, skip, }) {
    const place = new Map(lot.map((number, index) => [number, index]));
    const byVotes = [...projects].sort((a, b) => b.votes - a.votes || (place.get(a.number) ?? lot.length) - (place.get(b.number) ?? lot.length));
    const chosen = [];
    let left = budget;
    for (const { number, cost } of byVotes) {
        if (cost <= left) {
            chosen.push(number);
            left -= cost;
        }
        else if (!skip) {
            break;
        }
    }
    return chosen;
}
