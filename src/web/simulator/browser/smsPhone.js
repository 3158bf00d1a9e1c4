import { element, find } from './element.js';
import { newId } from './newId.js';
import { say } from './words.js';

/** @typedef {import('../told.ts').Flown} Flown */

/**
 * A phone that writes and gets texts, over the server's markup of it.
 * @param {HTMLElement} device
 * @returns {{ show(text: Flown): void }}
 */
export function smsPhone(device) {
  const { number = '' } = device.dataset;
  const log = find(device, '.log', HTMLElement);
  const form = find(device, 'form', HTMLFormElement);
  const input = find(form, 'input', HTMLInputElement);
  /** Bubbles by the text's id. @type {Map<string, HTMLElement>} */
  const bubbles = new Map();
  /** Ids of texts that went through, whoever told it. @type {Set<string>} */
  const through = new Set();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    void send(newId(), text);
  });
  for (const button of device.querySelectorAll('button[data-text]'))
    if (button instanceof HTMLElement) button.addEventListener('click', () => void send(newId(), button.dataset.text ?? ''));
  for (const button of device.querySelectorAll('button[data-card]'))
    if (button instanceof HTMLElement)
      button.addEventListener('click', () => {
        input.value = `${input.value.trim()} ${button.dataset.card}`.trim();
        input.focus();
      });
  return { show };

  /**
   * The text's bubble is there at once; what came of it follows. Sent again, it bears the same id and counts once.
   * @param {string} id
   * @param {string} text
   */
  async function send(id, text) {
    const bubble = bubbleOf(id, 'sent', text);
    note(bubble, say('sending'));
    try {
      const response = await fetch('/simulator/sms', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ id, from: number, text }),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      /** @type {[Flown, Flown | null]} */
      const [sent, answer] = await response.json();
      show(sent);
      if (answer) show(answer);
      else note(bubble, `${size(sent)} · ${say('noAnswer')}`);
    } catch {
      if (through.has(id)) return; // only the answer to us was lost; the stream had it, too
      const again = element('button', { type: 'button' }, say('again'));
      again.addEventListener('click', () => void send(id, text), { once: true });
      note(bubble, say('failed'), again);
    }
  }

  /**
   * Shows a text once, whichever way and however often it is told.
   * @param {Flown} text
   */
  function show(text) {
    through.add(text.id);
    const bubble = bubbleOf(text.id, text.kind, text.text);
    note(bubble, ...(text.kind === 'started' ? [element('b', {}, say('started'))] : []), size(text));
  }

  /**
   * @param {string} id
   * @param {Flown['kind']} kind
   * @param {string} text
   */
  function bubbleOf(id, kind, text) {
    const known = bubbles.get(id);
    if (known) return known;
    const who = element('span', { class: 'unseen' }, `${say(kind)}: `);
    const bubble = element('div', { class: `bubble ${kind}` }, element('p', {}, who, text), element('small'));
    bubbles.set(id, bubble);
    log.querySelector('.empty')?.remove();
    log.append(bubble);
    log.scrollTop = log.scrollHeight;
    return bubble;
  }

  /**
   * What stands below a bubble.
   * @param {HTMLElement} bubble
   * @param {...(Node | string)} what
   */
  function note(bubble, ...what) {
    bubble.querySelector('small')?.replaceChildren(...what);
    log.scrollTop = log.scrollHeight;
  }
}

/** @param {Flown} text */
function size({ characters, segments }) {
  return say('size', { characters, segments });
}
