import { Router } from 'express';
import { openAccounts } from '../../../fund/accounts/index.js';
import { cycleForReaders } from '../../../fund/cycles/index.js';
import { checkView } from '../../../fund/people/index.js';
import { organisationsOf, readWorks, WORK_STATES, WORK_WARNINGS, warningsOf } from '../../../fund/works/index.js';
import { dayOf } from '../../../store/wallTime.js';
import { html } from '../../html.js';
import { choice, filterForm } from '../frame.js';
import { listRoutes } from '../list.js';
import { listValues } from '../listState.js';
import { accountOf, cycleAsked, cycleLinks, titleOf, warningList } from './ofCycle.js';
import { workPages } from './workPages.js';
/** `/console/SLUG/works`: the works of a cycle, and each one. */
export function worksPages(world, known) {
    return Router()
        .use(listRoutes(known, worksList(world)))
        .use(workPages(world, known));
}
/** The works of a cycle, as many as it has winners; with a warning and no cycle, those of all accounts that are open, as Today counts them. */
function worksList(world) {
    const shown = new WeakMap();
    return {
        name: 'works',
        words: 'works',
        filters: {
            cycle: (given) => given,
            state: (given) => WORK_STATES.find((state) => state === given),
            warning: (given) => ['any', ...WORK_WARNINGS].find((warning) => warning === given),
        },
        columns: ({ text, own }) => {
            const { say, theirs, money } = text;
            const sum = (name) => ({
                ...{ name, isNamed: true },
                cell: ({ sums, currency }) => (sums?.[name] ? money(sums[name], currency) : '–'),
                text: ({ sums }) => sums?.[name] ?? 0,
            });
            return [
                { name: 'number', cell: ({ work }) => work._id.number, text: ({ work }) => work._id.number },
                {
                    ...{ name: 'title', isBlock: true },
                    cell: ({ work, title, year }) => html `<a href="${own}/works/${work._id.cycle}/${work._id.number}">${theirs(title)}</a>${year === undefined ? '' : html ` <small>${theirs(year)}</small>`}`,
                    text: ({ title }) => title,
                },
                {
                    name: 'state',
                    cell: ({ work }) => html `${say(`works.states.${work.state}`)} <small>${work.steps.at(-1)?.day ?? ''}</small>`,
                    text: ({ work }) => work.state,
                },
                { name: 'since', text: ({ work }) => work.steps.at(-1)?.day ?? '' },
                { name: 'organisation', cell: ({ organisation }) => (organisation ? theirs(organisation) : '–'), text: ({ organisation }) => organisation },
                sum('granted'),
                sum('contracted'),
                sum('paid'),
                {
                    ...{ name: 'rating', isNamed: true },
                    cell: ({ work }) => (work.rating ? say('works.ratedBy', { ...work.rating }) : '–'),
                    text: ({ work }) => work.rating?.mean ?? '',
                },
                { name: 'ratings', text: ({ work }) => work.rating?.count ?? '' },
                {
                    ...{ name: 'warnings', isBlock: true },
                    cell: ({ warnings }) => warningList(say, warnings),
                    text: ({ warnings }) => warnings.join(' '),
                },
            ];
        },
        read: async (visit, { filter }) => {
            checkView(visit.reader('works'), 'works', visit.community._id);
            const cycles = await shownCycles(world, visit, filter);
            shown.set(visit, cycles);
            const all = await Promise.all(cycles.map((cycle) => rowsOf(world, visit, cycle, cycles.length > 1)));
            const rows = all
                .flat()
                .filter(({ work, warnings }) => (filter.state === undefined || work.state === filter.state) &&
                (filter.warning === undefined || (filter.warning === 'any' ? warnings.length > 0 : warnings.some((each) => each === filter.warning))));
            return { rows, next: undefined, count: rows.length };
        },
        above: async (visit, state) => {
            const { text, own } = visit;
            const { say } = text;
            const [one, another] = shown.get(visit) ?? [];
            const every = { value: '', label: say('list.all') };
            const states = [every, ...WORK_STATES.map((value) => ({ value, label: say(`works.states.${value}`) }))];
            const warnings = [
                every,
                { value: 'any', label: say('works.any') },
                ...WORK_WARNINGS.map((value) => ({ value, label: say(`works.warning.${value}`) })),
            ];
            return [
                await cycleLinks(visit, 'works', another ? undefined : one?._id),
                filterForm(text, `${own}/works`, { ...listValues(state), state: undefined, warning: undefined }, [
                    choice({ name: 'state', label: say('works.state'), value: state.filter.state, values: states }),
                    choice({ name: 'warning', label: say('works.warnings'), value: state.filter.warning, values: warnings }),
                ]),
            ];
        },
    };
}
async function shownCycles(world, visit, { cycle, warning }) {
    const open = cycle === undefined && warning !== undefined ? [...(await openAccounts([visit.community._id])).keys()] : [];
    const found = await Promise.all(open.length > 0 ? open.map(cycleForReaders(world)) : [cycleAsked(world, visit, cycle)]);
    return found.flatMap((each) => each ?? []);
}
async function rowsOf(world, visit, cycle, isOneOfMany) {
    const { community, now } = visit;
    const works = await readWorks(world)(community._id, cycle._id, visit.reader('works'));
    const chosen = works.flatMap(({ chosen: who }) => who?.implementer ?? []);
    const [account, organisations] = await Promise.all([accountOf(visit, cycle._id), organisationsOf(community._id, chosen)]);
    const today = dayOf(now, community.timezone);
    return works.map((work) => {
        const sums = account?.works.find((each) => each.work === work._id.number);
        return {
            ...{ work, sums, currency: cycle.currency, title: titleOf(cycle, work._id.number), year: isOneOfMany ? cycle.title : undefined },
            organisation: work.chosen ? (organisations.get(work.chosen.implementer) ?? '') : '',
            warnings: sums && !account?.closed ? warningsOf(work, sums, today) : [],
        };
    });
}
