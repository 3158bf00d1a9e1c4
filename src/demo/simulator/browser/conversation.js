import { element } from './element.js';
import { newId } from './newId.js';
import { say } from './words.js';

/** @typedef {import('../simulated.ts').SimulatedMessage} SimulatedMessage */

/**
 * Shows sent and received texts as bubbles in a device's log.
 * @param {HTMLElement} log
 * @param {string} address where what is sent goes
 * @param {(text: SimulatedMessage) => (Node | string)[]} below what stands below a bubble once it went through
 */
export function conversation(log, address, below) {
  /** Bubbles by the text's id. @type {Map<string, HTMLElement>} */
  const bubbles = new Map();
  /** Ids of texts that went through, whether the answer or the stream said so. @type {Set<string>} */
  const through = new Set();
  return {
    show,
    /**
     * @param {SimulatedMessage['kind']} kind
     * @param {string} text
     * @param {Record<string, string>} what else the service has to know
     */
    send: (kind, text, what) => send(newId(), kind, text, what),
  };

  /**
   * The text's bubble is shown at once; its result follows. Sent again, it has the same id and counts once.
   * @param {string} id
   * @param {SimulatedMessage['kind']} kind
   * @param {string} text
   * @param {Record<string, string>} what
   */
  async function send(id, kind, text, what) {
    const bubble = bubbleOf(id, kind, text);
    note(bubble, say('sending'));
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...what, id, text }),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      /** @type {[SimulatedMessage, SimulatedMessage | undefined]} */
      const [sent, answer] = await response.json();
      show(sent);
      if (answer) show(answer);
      else if (kind === 'sent') note(bubble, ...below(sent), ` ${say('noAnswer')}`);
    } catch {
      if (through.has(id)) return; // only the answer to us was lost; the stream had it, too
      const again = element('button', { type: 'button' }, say('again'));
      again.addEventListener('click', () => void send(id, kind, text, what), { once: true });
      note(bubble, say('failed'), again);
    }
  }

  /**
   * Shows a text once, however it arrives and however often.
   * @param {SimulatedMessage} text
   */
  function show(text) {
    through.add(text.id);
    const bubble = bubbleOf(text.id, text.kind, text.text);
    note(bubble, ...(text.kind === 'started' ? [element('b', {}, say('started'))] : []), ...below(text));
  }

  /**
   * @param {string} id
   * @param {SimulatedMessage['kind']} kind
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
   * Writes what stands below a bubble.
   * @param {HTMLElement} bubble
   * @param {...(Node | string)} what
   */
  function note(bubble, ...what) {
    bubble.querySelector('small')?.replaceChildren(...what);
    log.scrollTop = log.scrollHeight;
  }
}
