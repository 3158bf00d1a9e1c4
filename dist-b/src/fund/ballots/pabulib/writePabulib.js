import { stringify } from 'csv-stringify/sync';
/** The order that Pabulib's checker requires. Any other key comes last. */
const META_ORDER = 'description country unit district subunit instance num_projects num_votes budget vote_type rule date_begin date_end min_length max_length min_sum_cost max_sum_cost min_points max_points min_sum_points max_sum_points default_score min_project_cost max_project_cost min_project_score_threshold neighborhoods subdistricts categories edition language currency fully_funded experimental comment acknowledgments'.split(' ');
/**
 * The election as a Pabulib file; `readPabulib` of the file gives the same election. Projects stand in the order of their numbers, votes in
 * the order given. Columns that no project or vote has are left out.
 */
export function writePabulib(election) {
    const { projects, votes } = election;
    const ids = new Map(projects.map(({ number, id }) => [number, id]));
    return [
        section('META', ['key', 'value'], metaRows(election)),
        section('PROJECTS', ['project_id', 'cost', 'votes', 'score', 'name', 'category', 'selected'], projects.map(({ id, cost, votes, score, name, category, selected }) => [id, cost, votes, score, name, category, selected])),
        section('VOTES', ['voter_id', 'vote', 'points', 'voting_method'], votes.map(({ voter, picks, points, method }) => [voter, picks.map((pick) => ids.get(pick)).join(), points?.join(), method])),
    ].join('');
}
function metaRows({ budget, voteType, rule, begin, end, choices, threshold, more, projects, votes, ...named }) {
    const { description, country, unit, instance, language, currency } = named;
    const values = {
        ...more,
        description,
        country,
        unit,
        instance,
        num_projects: projects.length,
        num_votes: votes.length,
        budget,
        vote_type: voteType,
        rule,
        date_begin: begin,
        date_end: end,
        min_length: choices.min,
        max_length: choices.max,
        min_project_score_threshold: threshold,
        language,
        currency,
    };
    const keys = [...META_ORDER, ...Object.keys(more).filter((key) => !META_ORDER.includes(key))];
    return keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]));
}
/** Has the first two columns always, and each other column if a row has a value in it. */
function section(name, header, rows) {
    const used = header.map((_, column) => column < 2 || rows.some((row) => row[column] !== undefined));
    const kept = (cells) => cells.filter((_, column) => used[column]);
    return `${name}\n${stringify([header, ...rows].map(kept), { delimiter: ';' })}`;
}
