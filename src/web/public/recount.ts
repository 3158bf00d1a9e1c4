import { html, type Markup } from '../html.ts';
import type { BrowserFiles } from './browserFiles.ts';
import type { CycleView } from './cycleView.ts';
import type { PageText } from './pageText.ts';

/** The words of the script while it counts; it fills in `{done}` and the like itself. */
const WORDS = [
  ...[
    'download',
    'chain',
    'ok',
    'okEntries',
    'okBallots',
    'okClaimed',
    'okSlips',
    'okProof',
    'noWitness',
    'unsigned',
    'table',
    'project',
    'votes',
    'won',
  ],
  ...['wrong', 'where', 'reason', 'tell', 'unreachable', 'unsupported', 'again'],
] as const;
const FILES = ['ballot.json', 'ledger.ndjson', 'ballots.ndjson', 'results.json', 'slips.json', 'proof.json'] as const;

/** How to redo the count: with a button here once it is published, with the files, with commands. */
export function recount({ cycle, community, outcome, watching }: CycleView, { say, language }: PageText, assets: BrowserFiles): Markup {
  const api = `/api/cycles/${cycle._id}`;
  if (!cycle.frozen) return html``;
  const isOpen = community.ballots === 'public';
  const isCounted = outcome?.state === 'counted' || outcome?.state === 'broken';
  const files = [
    ['ballot', true],
    ['ledger', true],
    ['results', isCounted],
    ['ballots', isCounted && isOpen],
  ] as const;
  const links = files.flatMap(([name, isThere]) => (isThere ? html`<li><a href="${api}/${name}">${say(`recount.${name}`)}</a></li>` : []));
  const button = html`<p>${say('recount.after')}</p>
${isOpen ? '' : html`<p>${say('recount.supervisors')}</p>`}
<noscript><p>${say('recount.noScript')}</p></noscript>
<div id="recounting" data-api="${api}"${watching.tree ? html` data-proof` : ''} data-worker="${assets.address('recountWorker')}" data-words="${JSON.stringify(words())}">
<p><button type="button" hidden>${say('recount.button')}</button></p>
<p class="working" hidden><progress aria-label="${say('recount.title')}"></progress> <span></span></p>
<div class="found" role="status"></div>
</div>`;
  return html`<section aria-labelledby="recount">
<h2 id="recount">${say('recount.title')}</h2>
${isCounted ? button : html`<p>${say('recount.before')}</p>`}
<details><summary>${say('recount.byHand')}</summary>
<h3>${say('recount.files')}</h3>
<ul class="files">${links}</ul>
${outcome?.state === 'counted' ? html`<h3>${say('recount.seal')}</h3><p><code>${outcome.results.head}</code></p><p>${say('recount.sealMore')}</p>` : ''}
<h3>${say('recount.commands')}</h3>
<p>${say('recount.commandsMore')}</p>
<pre tabindex="0"><code>npm run audit -- ${cycle._id} --out ${cycle._id} --public
npm run verify -- ${cycle._id}</code></pre>
</details>
</section>
`;

  function words() {
    const said = Object.fromEntries(WORDS.map((word) => [word, say(`recount.js.${word}`)]));
    const gloss = Object.fromEntries(FILES.map((file) => [file, say(`recount.js.gloss.${file}`)]));
    return { ...said, gloss, language };
  }
}
