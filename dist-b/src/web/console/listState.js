/** Rows that can be ticked one by one: they stand in the address. */
export const MOST_TICKED = 200;
/** Characters of a value. */
const LONGEST = 200;
/** Reads filter, sorting, place and ticks from an address; the ticks of the page that was sent are in its form. */
export function listState({ filters, sorts = [] }, { query, body }) {
    const one = (name) => stringsIn(query, name).at(-1)?.trim() || undefined;
    const sort = one('sort');
    const by = sorts.find((name) => sort === name || sort === `-${name}`);
    const filter = Object.entries(filters).map(([name, read]) => {
        const value = one(name);
        return [name, value === undefined ? undefined : read(value)];
    });
    return {
        filter: Object.fromEntries(filter),
        sort: by === undefined ? undefined : { by, isDescending: sort !== by },
        after: one('after'),
        ticked: [...new Set([...stringsIn(query, 'tick'), ...stringsIn(body, 'tick')])].slice(0, MOST_TICKED),
        isAll: one('all') === 'yes',
    };
}
/** The same as an address says it. */
export function listValues({ filter, sort, after, ticked, isAll }) {
    return { ...filter, sort: sort && `${sort.isDescending ? '-' : ''}${sort.by}`, after, tick: ticked, all: isAll ? 'yes' : undefined };
}
/** What an address says of a list, for links that lead to one of its rows, for forms there, and for the way back. */
export function keptIn(list, request) {
    return listValues(listState(list, request));
}
/** All values that an address or a form has under a name, each cut. */
export function stringsIn(values, name) {
    const given = typeof values === 'object' && values !== null ? Reflect.get(values, name) : undefined;
    const each = Array.isArray(given) ? given : [given];
    return each.flatMap((value) => (typeof value === 'string' ? [value.slice(0, LONGEST)] : []));
}
