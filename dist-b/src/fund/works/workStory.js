import { maskNumbers } from '../../store/text.js';
import { entriesBefore, publicAccount } from '../accounts/index.js';
import { documentsOf } from './documents.js';
import { organisationsOf } from './implementers.js';
import { newsOfWork } from './progress.js';
import { workByNumber, worksOfCycle } from './readWorks.js';
/** The works of a cycle, by number. */
export async function publishedWorks(cycle) {
    const works = await worksOfCycle(cycle);
    const chosen = works.flatMap((work) => work.chosen?.implementer ?? []);
    const organisations = await organisationsOf(works[0]?.community ?? '', chosen);
    return Promise.all(works.map((work) => publishedWork(work, organisations)));
}
/** A work as anybody may know it, with the names of the organisations that were chosen. */
export async function publishedWork(work, organisations) {
    const { _id, state, steps, chosen, contract, mend, offers, news, rating } = work;
    const documents = (await documentsOf(work)).filter(({ isPublic }) => isPublic);
    return {
        ...{ number: _id.number, state, news, rating: rating ?? null },
        steps: steps.map(({ state: was, day, reason, isBack = false }) => ({ state: was, day, isBack, reason: reason ? maskNumbers(reason) : null })),
        implementer: chosen ? (organisations.get(chosen.implementer) ?? null) : null,
        chosenBecause: chosen ? maskNumbers([chosen.reason, chosen.fewReason].filter(Boolean).join(' ')) : null,
        offers: offers.filter(({ amount }) => amount !== undefined).length,
        contract: contract ? { day: contract.day, until: contract.until ?? null } : null,
        toBeMendedBy: mend?.until ?? null,
        documents: documents.map(({ id, kind, title, type }) => ({ id, kind, title: maskNumbers(title), type })),
    };
}
/** The most entries of money in a story. */
const MOST_ENTRIES = 50;
/** The most pieces of news in a story: the newest. */
const MOST_NEWS = 200;
/** The story of a work; null if there is none. */
export async function workStory(cycle, number) {
    const work = await workByNumber(cycle, number);
    if (!work)
        return null;
    const { community, state, steps, chosen, rating } = work;
    const [news, account, entries, organisations] = await Promise.all([
        allNews(cycle, number),
        publicAccount(cycle),
        entriesBefore(cycle, { work: number, limit: MOST_ENTRIES }),
        organisationsOf(community, chosen ? [chosen.implementer] : []),
    ]);
    const sums = account?.works.find((each) => each.work === number);
    return {
        ...{ number, state, steps: steps.map(publicStep), news, entries: entries.map(publicEntry).reverse() },
        ...(sums && { sums }),
        ...(rating && { rating }),
        about: await publishedWork(work, organisations),
    };
}
/** The works of a cycle by number; none before its result. */
export async function publicWorks(cycle) {
    const works = await worksOfCycle(cycle);
    return works.map(({ _id: { number }, state, steps, rating }) => ({ number, state, day: steps.at(-1)?.day ?? '', ...(rating && { rating }) }));
}
async function allNews(cycle, number) {
    const all = [];
    for (;;) {
        const some = await newsOfWork(cycle, number, all.at(-1)?.news);
        all.push(...some);
        if (some.length === 0 || all.length >= MOST_NEWS)
            break;
    }
    return all
        .slice(0, MOST_NEWS)
        .map(({ by: _, text, ...news }) => ({ ...news, text: maskNumbers(text) }))
        .toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.news - other.news);
}
function publicStep({ state, day, at, reason, isBack }) {
    return { state, day, at, ...(reason !== undefined && { reason: maskNumbers(reason) }), ...(isBack && { isBack }) };
}
function publicEntry({ day, kind, amount, paper, reason, corrects }) {
    return { day, kind, amount, isCorrection: corrects !== undefined, ...(paper && { paper }), ...(reason && { reason: maskNumbers(reason) }) };
}
/** The steps of works that are news: every step forward, except the result, which is reported elsewhere. */
export function workSteps(works) {
    return works.flatMap(({ _id: { number }, steps }) => steps.filter(({ state, isBack }) => state !== 'approved' && !isBack).map(({ state, day, at }) => ({ number, state, day, at })));
}
