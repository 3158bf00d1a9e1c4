/** All amounts of a round have one denominator, voters × the rich voters of each round before: small factors, so that sums need no gcd. */
export function books(voters) {
    const rounds = [];
    let denominator = BigInt(voters);
    const left = ({ weight, paid }) => {
        let constant = 0n;
        let perMoney = BigInt(weight);
        rounds.forEach(({ payment, rich }, round) => {
            const times = BigInt(paid[round] ?? 0);
            constant = constant * rich - times * payment.constant;
            perMoney = perMoney * rich - times * payment.perMoney;
        });
        return { constant, perMoney, denominator };
    };
    return {
        rounds,
        left,
        payment: (cost, poor, rich) => {
            const given = left(poor);
            return { constant: BigInt(cost) * denominator - given.constant, perMoney: -given.perMoney, denominator: denominator * BigInt(rich) };
        },
        buy: (project, payment, rich) => {
            rounds.push({ project, payment, rich: BigInt(rich) });
            denominator = payment.denominator;
        },
    };
}
/** `a` × `timesA` − `b` × `timesB`. */
export function difference(a, b, timesA = 1, timesB = 1) {
    const left = BigInt(timesA) * b.denominator;
    const right = BigInt(timesB) * a.denominator;
    return {
        constant: a.constant * left - b.constant * right,
        perMoney: a.perMoney * left - b.perMoney * right,
        denominator: a.denominator * b.denominator,
    };
}
/** The amount if all voters together have `money`. */
export function valueAt({ constant, perMoney, denominator }, money) {
    return { numerator: constant + perMoney * money, denominator };
}
/** The nearest double, or its neighbour, for numbers of any size. */
export function toNumber({ numerator, denominator }) {
    const whole = numerator / denominator;
    return Number(whole) + Number(((numerator - whole * denominator) << 80n) / denominator) / 2 ** 80;
}
/** A new `Steadiness` for a run in which all voters together have `money`, in whole units. */
export function steadiness(money) {
    let units = Number.POSITIVE_INFINITY;
    return {
        clear: ({ value, growth, doubt, growthDoubt }) => {
            const distance = Math.abs(value) - doubt;
            if (!(distance > 0))
                return 0;
            const sign = Math.sign(value);
            const closing = growthDoubt - sign * growth;
            if (closing <= 0)
                return sign;
            const until = distance / closing;
            units = until < units ? until : Number.isNaN(until) ? 0 : units;
            return sign;
        },
        exact: (difference) => {
            if (difference.constant !== 0n || difference.perMoney !== 0n)
                units = 0;
            const { numerator } = valueAt(difference, money);
            if (numerator === 0n)
                return 0;
            return numerator > 0n ? 1 : -1;
        },
        units: () => units,
    };
}
