/** Groups the voters by their picks. Picks of projects that cannot be bought are left out. `lot` is every project number once. */
export function electorate(projects, lot, ballots) {
    const voted = new Set(ballots.flat());
    const sold = projects.filter(({ number, cost }) => cost > 0 && voted.has(number));
    const indexes = new Map(sold.map(({ number }, index) => [number, index]));
    const groups = new Map();
    for (const ballot of ballots) {
        const picks = ballot.flatMap((number) => indexes.get(number) ?? []).sort((a, b) => a - b);
        if (picks.length === 0)
            continue;
        const key = picks.join();
        const group = groups.get(key);
        if (group)
            group.weight += 1;
        else
            groups.set(key, { picks, weight: 1 });
    }
    const all = [...groups.values()];
    const supporters = sold.map(() => []);
    all.forEach(({ picks }, group) => {
        for (const pick of picks)
            supporters[pick]?.push(group);
    });
    return {
        voters: ballots.length,
        projects: sold.map(({ number, cost }, index) => ({ number, cost, place: lot.indexOf(number), supporters: supporters[index] ?? [] })),
        weights: Float64Array.from(all, ({ weight }) => weight),
        picks: all.map(({ picks }) => picks),
    };
}
