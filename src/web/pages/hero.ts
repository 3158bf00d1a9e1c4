import { html, type Markup } from '../html.ts';
import { bar } from './bar.ts';
import type { CycleView } from './cycleView.ts';
import type { Voice } from './voice.ts';

/** What a visitor wants to know first: whose page this is, what happens now and until when, how much money, how many have voted. */
export function hero(view: CycleView, voice: Voice): Markup {
  const { community, cycle, voters, vote, now, proposalCount, outcome } = view;
  const { say, money, theirs } = voice;
  const took = voters ?? (outcome?.state === 'counted' ? outcome.results.turnout : undefined);
  const facts = [
    fact(say('facts.budget'), money(cycle.budget, cycle.currency)),
    ...(took
      ? [
          fact(
            say(voters ? 'facts.voters' : 'facts.voted'),
            say('facts.votersValue', { voters: took.voters, residents: took.residents }),
            bar(took.voters, took.residents),
          ),
        ]
      : []),
    ...(voters ? [fact(say('facts.choices'), say('facts.choicesValue', { max: cycle.choices.max }))] : []),
    ...(proposalCount > 0 && !voters && !outcome ? [fact(say('facts.proposals'), say('facts.proposalsValue', { count: proposalCount }))] : []),
  ];
  return html`<section class="hero"><div class="wide">
<p class="cycle">${theirs(cycle.title)}</p>
<h1>${theirs(community.name)}</h1>
<p class="now">${headline(view, voice)}</p>
${vote && now < vote.from ? html`<p class="next">${say('now.opens', { from: vote.from.toISOString() })}</p>` : ''}
<dl class="facts">${facts}</dl>
</div></section>
`;
}

function headline({ stage, calendar, outcome }: CycleView, { say }: Voice): string {
  if (!stage) return say('now.none');
  if (outcome?.state === 'counting') return say('now.counting');
  const to = calendar.find((period) => period.stage === stage)?.to;
  return to ? say(`now.${stage}Until`, { until: to.toISOString() }) : say(`now.${stage}`);
}

function fact(name: string, value: string, picture?: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}${picture ?? ''}</dd></div>`;
}
