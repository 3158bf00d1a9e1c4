import type { ProofChecked } from '../../../fund/ballots/audit/checkProof.ts';
import type { Published } from '../../../fund/ballots/audit/verifyPublished.ts';
import type { RecountAsked, RecountMessage } from './recountWorker.ts';

/** The button "redo the count". A worker counts, so that the page stays usable; this file is only what the reader sees of it. */
type Word =
  | 'download'
  | 'chain'
  | 'ok'
  | 'okEntries'
  | 'okBallots'
  | 'okClaimed'
  | 'okSlips'
  | 'okProof'
  | 'noWitness'
  | 'unsigned'
  | 'table'
  | 'project'
  | 'votes'
  | 'won';
type Words = Readonly<Record<Word | 'wrong' | 'where' | 'reason' | 'tell' | 'unreachable' | 'unsupported' | 'again', string>> & {
  readonly gloss: Readonly<Record<string, string>>;
};
type End = Extract<RecountMessage, { step: 'end' }>;

const place = document.getElementById('recounting');
if (place) offer(place);

function offer(place: HTMLElement): void {
  const [button, working, progress, told, found] = [
    one(place, 'button', HTMLButtonElement),
    one(place, '.working', HTMLElement),
    one(place, 'progress', HTMLProgressElement),
    one(place, '.working span', HTMLElement),
    one(place, '.found', HTMLElement),
  ];
  const words: Words = JSON.parse(place.dataset.words ?? '');
  button.hidden = false;
  button.addEventListener('click', () => {
    button.disabled = true;
    working.hidden = false;
    found.replaceChildren();
    progress.removeAttribute('value');
    const worker = new Worker(place.dataset.worker ?? '');
    const end = (...nodes: Node[]) => {
      worker.terminate();
      working.hidden = true;
      button.disabled = false;
      button.textContent = words.again;
      found.replaceChildren(...nodes);
    };
    worker.addEventListener('error', () => end(paragraph(words.unsupported)));
    worker.addEventListener('message', ({ data }: MessageEvent<RecountMessage>) => {
      if (data.step === 'unreachable') return end(paragraph(words.unreachable));
      if (data.step === 'end') return end(...(data.found.ok ? fits(words, data.found, data) : wrong(words, data.found)));
      if (data.step === 'download') {
        told.textContent = filled(words.download, { size: `${(data.bytes / 1e6).toFixed(1)} MB` });
        return;
      }
      progress.max = data.of;
      progress.value = data.done;
      told.textContent = filled(words.chain, { done: data.done, of: data.of });
    });
    const address = new URL(place.dataset.api ?? '', location.href).href;
    const asked: RecountAsked = { address, language: document.documentElement.lang, hasProof: 'proof' in place.dataset };
    worker.postMessage(asked);
  });
}

function fits(words: Words, { entries, ballots, results, slips, proof }: Extract<Published, { ok: true }>, { titles, areSigned }: End): Node[] {
  const rows = results.tallies.map(({ number, votes }) =>
    element('tr', {}, [
      element('th', { scope: 'row' }, [element('b', {}, [String(number)]), ` ${titles[number] ?? ''}`]),
      element('td', { class: 'votes' }, [String(votes)]),
      element('td', { class: 'outcome' }, [results.winners.includes(number) ? words.won : '']),
    ]),
  );
  const head = element('thead', {}, [
    element(
      'tr',
      {},
      [words.project, words.votes, words.won].map((name) => element('th', { scope: 'col' }, [name])),
    ),
  ]);
  const table = element('table', { class: 'counted' }, [element('caption', {}, [words.table]), head, element('tbody', {}, rows)]);
  return [
    element('p', { class: 'good' }, [words.ok]),
    paragraph(filled(words.okEntries, { entries })),
    paragraph(ballots === undefined ? words.okClaimed : filled(words.okBallots, { ballots })),
    ...(slips ? [paragraph(filled(words.okSlips, { ...slips }))] : []),
    ...(proof ? [paragraph(watched(words, proof.checked, areSigned === true))] : []),
    ...(ballots === undefined ? [] : [table]),
  ];
}

/** What the log of heads says of the seal, and who has signed that. */
function watched(words: Words, { origin, size, cosigned }: ProofChecked, areSigned: boolean): string {
  if (!areSigned) return words.unsigned;
  const names = cosigned.map(({ name, at }) => `${name} (${new Date(at * 1_000).toISOString().slice(0, 10)})`);
  return names.length > 0 ? filled(words.okProof, { origin, size, names: names.join(', ') }) : filled(words.noWitness, { origin, size });
}

function wrong(words: Words, { file, line, what }: Extract<Published, { ok: false }>): Node[] {
  return [
    element('p', { class: 'bad' }, [words.wrong]),
    element('p', {}, [element('b', {}, [filled(words.where, { file, line })]), ` ${words.gloss[file] ?? ''}`]),
    element('p', {}, [words.reason, element('span', { lang: 'en' }, [what])]),
    paragraph(words.tell),
  ];
}

function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

function paragraph(text: string): HTMLElement {
  return element('p', {}, [text]);
}

function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function one<Kind extends Element>(within: HTMLElement, selector: string, kind: new () => Kind): Kind {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`${selector} is missing in the page`);
  return found;
}
