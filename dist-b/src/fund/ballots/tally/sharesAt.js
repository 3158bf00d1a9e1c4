import { books, difference, steadiness, toNumber, valueAt } from './books.js';
/** Far above the error of doubles in sums of a million terms, and far below most differences. A smaller difference is decided exactly. */
const DOUBT = 1e-10;
/**
 * The Method of Equal Shares with cost utilities, with `money` (whole units) divided equally among the voters: each round buys the affordable
 * project with the highest cost ÷ highest payment, that is, with the lowest payment ÷ cost; ties by lot.
 *
 * Exact and fast: doubles with a bound on their error decide clear cases, fractions decide the others, and every payment that is made is an
 * exact fraction.
 */
export function sharesAt({ voters, projects, weights, picks }, money) {
    const share = toNumber({ numerator: money, denominator: BigInt(voters) });
    const left = new Float64Array(weights.length).fill(share);
    const growth = new Float64Array(weights.length).fill(1);
    let largestGrowth = 1;
    const isBroke = new Uint8Array(weights.length);
    const book = books(voters);
    const steady = steadiness(money);
    const roundOf = projects.map(() => -1);
    let offers = projects.map((candidate, project) => {
        const value = candidate.cost / total(candidate.supporters, weights);
        return {
            project,
            candidate,
            supporters: candidate.supporters,
            price: { value, growth: 0, doubt: value * DOUBT, growthDoubt: DOUBT, round: -1, poor: [] },
        };
    });
    for (let best = bestOffer(); best; best = bestOffer())
        buy(best);
    return { rounds: book.rounds, steadyFor: steady.units() };
    /** Prices of earlier rounds are lower bounds, so a project that is expensive by its earlier price is not priced again. */
    function bestOffer() {
        for (;;) {
            const lowest = offers.reduce((low, offer) => (low && rank(low) <= rank(offer) ? low : offer), undefined);
            if (!lowest)
                return undefined;
            if (isStale(lowest)) {
                reprice(lowest);
                continue;
            }
            const best = offers.reduce((first, rival) => (!isStale(rival) && goesBefore(rival, first) ? rival : first), lowest);
            const rivals = offers.filter((offer) => isStale(offer) && rank(offer) - rankDoubt(offer) <= rank(best) + rankDoubt(best));
            if (rivals.length === 0) {
                for (const offer of offers)
                    if (isStale(offer))
                        steady.clear(lead(offer, best));
                return best;
            }
            for (const rival of rivals)
                reprice(rival);
        }
    }
    function isStale({ price }) {
        return price.round < book.rounds.length;
    }
    function goesBefore(offer, other) {
        if (offer === other)
            return false;
        const sign = steady.clear(lead(offer, other)) ||
            steady.exact(difference(exactOf(offer).payment, exactOf(other).payment, other.candidate.cost, offer.candidate.cost));
        return sign < 0 || (sign === 0 && offer.candidate.place < other.candidate.place);
    }
    function reprice(offer) {
        const { cost } = offer.candidate;
        offer.supporters = offer.supporters.filter((group) => !isBroke[group]);
        const weight = total(offer.supporters, weights);
        const doubt = DOUBT * (weight * share + cost);
        const growthDoubt = DOUBT * weight * largestGrowth;
        const surplus = { value: dot(offer.supporters, left) - cost, growth: dot(offer.supporters, growth), doubt, growthDoubt };
        const sign = steady.clear(surplus) ||
            steady.exact(difference(book.left(payers(offer.supporters)), { constant: BigInt(cost), perMoney: 0n, denominator: 1n }));
        if (sign < 0)
            offers = offers.filter((other) => other !== offer);
        else
            offer.price = priced(offer, weight, doubt, growthDoubt);
    }
    function priced({ candidate: { cost }, supporters }, weight, doubt, growthDoubt) {
        const { value, rich } = level(supporters, weight, cost);
        const margin = doubt / rich;
        const poor = supporters.filter((group) => (left[group] ?? 0) < value - margin);
        const near = supporters.filter((group) => Math.abs((left[group] ?? 0) - value) <= margin);
        const round = book.rounds.length;
        const price = near.length === 0
            ? { value, growth: -dot(poor, growth) / rich, doubt: margin, growthDoubt: growthDoubt / rich, round, poor }
            : known(exactPrice(cost, weight, poor, near), round);
        if (steady.units() > 1) {
            for (const group of supporters) {
                steady.clear({
                    value: (left[group] ?? 0) - value,
                    growth: (growth[group] ?? 0) - price.growth,
                    doubt: margin,
                    growthDoubt: growthDoubt / rich,
                });
            }
        }
        return price;
    }
    /** Raises the payment until two groups of voters raise the cost together: those who have less left and give all of it, and those who pay in full. */
    function level(supporters, weight, cost) {
        let value = cost / weight;
        for (let rich = weight;;) {
            let given = 0;
            let still = 0;
            for (const group of supporters) {
                const members = weights[group] ?? 0;
                const rest = left[group] ?? 0;
                if (rest < value)
                    given += rest * members;
                else
                    still += members;
            }
            if (still === 0 || still >= rich)
                return { value, rich };
            rich = still;
            value = (cost - given) / rich;
        }
    }
    /** `near`: the groups that have so nearly as much left as the payment that doubles cannot tell which is more. */
    function exactPrice(cost, weight, clearlyPoor, near) {
        let poor = clearlyPoor;
        for (;;) {
            const rich = weight - total(poor, weights);
            const payment = book.payment(cost, payers(poor), rich);
            const short = near.filter((group) => !poor.includes(group) && steady.exact(difference(book.left(payers([group])), payment, 1, weights[group])) < 0);
            if (short.length === 0)
                return { payment, rich, poor };
            poor = [...poor, ...short];
        }
    }
    function exactOf({ candidate: { cost }, supporters, price }) {
        price.exact ??= exactPrice(cost, total(supporters, weights), price.poor, []);
        return price.exact;
    }
    function known(exact, round) {
        const value = toNumber(valueAt(exact.payment, money));
        const growth = growthOf(exact.payment);
        return { value, growth, doubt: value * DOUBT, growthDoubt: DOUBT * (1 + Math.abs(growth)), round, poor: exact.poor, exact };
    }
    function growthOf({ perMoney, denominator }) {
        return toNumber({ numerator: perMoney * BigInt(voters), denominator });
    }
    function buy(offer) {
        const { payment, rich, poor } = exactOf(offer);
        const value = toNumber(valueAt(payment, money));
        const change = growthOf(payment);
        for (const group of offer.supporters) {
            left[group] = (left[group] ?? 0) - value;
            growth[group] = (growth[group] ?? 0) - change;
        }
        for (const group of poor)
            isBroke[group] = 1;
        largestGrowth = Math.max(largestGrowth, Math.abs(change));
        roundOf[offer.project] = book.rounds.length;
        book.buy(offer.project, payment, rich);
        offers = offers.filter((other) => other !== offer);
    }
    /** The sums for groups that are not broke: they paid in full for every project of theirs that was bought. */
    function payers(groups) {
        const paid = book.rounds.map(() => 0);
        for (const group of groups) {
            for (const pick of picks[group] ?? []) {
                const round = roundOf[pick] ?? -1;
                if (round >= 0)
                    paid[round] = (paid[round] ?? 0) + (weights[group] ?? 0);
            }
        }
        return { weight: total(groups, weights), paid };
    }
    function dot(groups, each) {
        let sum = 0;
        for (const group of groups)
            sum += (each[group] ?? 0) * (weights[group] ?? 0);
        return sum;
    }
}
/** The number by which projects are bought, lowest first: payment ÷ cost. */
function rank({ price, candidate }) {
    return price.value / candidate.cost;
}
function rankDoubt({ price, candidate }) {
    return price.doubt / candidate.cost;
}
function lead(offer, other) {
    return {
        value: rank(offer) - rank(other),
        growth: offer.price.growth / offer.candidate.cost - other.price.growth / other.candidate.cost,
        doubt: rankDoubt(offer) + rankDoubt(other),
        growthDoubt: offer.price.growthDoubt / offer.candidate.cost + other.price.growthDoubt / other.candidate.cost,
    };
}
function total(groups, weights) {
    let sum = 0;
    for (const group of groups)
        sum += weights[group] ?? 0;
    return sum;
}
