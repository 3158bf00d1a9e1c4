import { voteOf } from '../../fund/cycles/index.js';
import { html } from '../html.js';
import { layout } from './layout.js';
import { stateOf, wordsOf } from './proposalsPage.js';
/** `/c/SLUG/proposals/N`: what happened to one proposal, from the day on which it came to the result of the vote. Days only; no person is named. */
export function storyPage({ community, cycle, story, project, published, outcome, address, own }, frame) {
    const { pageText } = frame;
    const { say, tell, dayTag, link, theirs, money } = pageText;
    const { proposal, steps } = story;
    const { number, origin, category, supports, state } = proposal;
    const title = say('story.title', { number });
    const dates = [
        ...steps.map((each) => ({ at: each.at, line: step(each) })),
        ...published.map((at) => ({ at, line: dated(at, html `${say('story.published')}`) })),
    ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
    const line = [...dates.map((each) => each.line), ...result()];
    const content = html `<div class="wide content"><section>
<p class="cycle"><a href="${link(own)}">${theirs(community.name)}</a> · ${theirs(cycle.title)}</p>
<h1>${title}</h1>
<p class="words">${wordsOf(proposal, pageText)}</p>
<p class="state ${state}"><em>${stateOf(proposal, pageText)}</em>${category ? html ` ${theirs(category)}` : ''}</p>
<h2>${say('story.line')}</h2>
<ol class="record story">
${line}</ol>
<p><a class="more" href="${link(address())}">${say('proposals.all')}</a> <a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
    return layout(frame, `${title} · ${community.name}`, content);
    function step(step) {
        const supported = step.kind === 'proposed' && supports > 0 ? html `<li>${say('story.supports', { count: supports })}</li>\n` : '';
        return html `${dated(step.at, what(step))}${supported}`;
    }
    function dated(at, said) {
        return html `<li>${dayTag(at)} ${said}</li>
`;
    }
    function what(step) {
        if (step.kind === 'proposed')
            return html `${say(`story.origin.${origin}`)}`;
        if (step.kind === 'merged')
            return step.into === undefined ? html `${say('story.mergedOnce')}` : tell('story.merged', { into: to(step.into) });
        if (step.kind === 'joined')
            return tell('story.joined', { part: to(step.part) });
        if (step.kind === 'costed')
            return html `${say('story.costed', { cost: money(step.cost, cycle.currency) })}`;
        if (step.kind === 'refused')
            return html `${say('story.refused', { reason: say(`story.reason.${step.code}`) })}${step.sentence ? html `<br>${theirs(step.sentence)}` : ''}`;
        if (step.kind === 'council')
            return html `${say(`story.council.${step.decision}`, { meeting: step.meeting })}${step.reason ? html `<br>${theirs(step.reason)}` : ''}`;
        if (step.kind === 'state')
            return became(step.state);
        return html `${say(`story.${step.kind}`)}`;
    }
    function became(state) {
        const isPart = state === 'project' || state === 'merged';
        const said = html `${stateOf({ state, project: proposal.project, mergedInto: null }, pageText)}`;
        return isPart && project ? html `${said}<br><a href="${link(own)}#p${project.number}">${theirs(project.title)}</a>` : said;
    }
    function to(other) {
        return html `<a href="${link(address(other))}">${say('story.title', { number: other })}</a>`;
    }
    /** What the vote decided on the project that it became part of; nothing before the count. */
    function result() {
        const vote = cycle.sealedAt && voteOf(cycle, cycle.sealedAt);
        if (!vote || !project || !outcome)
            return [];
        if (outcome.state !== 'counted')
            return [dated(vote.to, html `${say(`results.${outcome.state}`)}`)];
        const { winners, tallies } = outcome.results;
        const votes = tallies.find((each) => each.number === project.number)?.votes;
        if (votes === undefined)
            return [];
        const isWon = winners.includes(project.number);
        const said = say(isWon ? 'story.won' : 'story.lost', { project: project.number, votes });
        const on = `/c/${community._id}/works/${project.number}?cycle=${encodeURIComponent(cycle._id)}`;
        return [dated(vote.to, html `${said}${isWon ? html `<br><a href="${link(on)}">${say('works.follow')}</a>` : ''}`)];
    }
}
