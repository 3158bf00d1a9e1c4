import { conversation } from './conversation.js';
import { find } from './element.js';
import { say } from './words.js';

/** @typedef {import('../simulated.ts').SimulatedMessage} SimulatedMessage */

/**
 * A phone that sends and receives texts, over the server's markup of it.
 * @param {HTMLElement} device
 * @returns {{ show(text: SimulatedMessage): void }}
 */
export function smsPhone(device) {
  const { number = '' } = device.dataset;
  const form = find(device, 'form', HTMLFormElement);
  const input = find(form, 'input', HTMLInputElement);
  const { show, send } = conversation(find(device, '.log', HTMLElement), '/simulator/sms', ({ characters = 0, segments = 0 }) => [
    say('size', { characters, segments }),
  ]);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    void send('sent', text, { from: number });
  });
  for (const button of device.querySelectorAll('button[data-text]'))
    if (button instanceof HTMLElement) button.addEventListener('click', () => void send('sent', button.dataset.text ?? '', { from: number }));
  for (const button of device.querySelectorAll('button[data-card]'))
    if (button instanceof HTMLElement)
      button.addEventListener('click', () => {
        input.value = `${input.value.trim()} ${button.dataset.card}`.trim();
        input.focus();
      });
  return { show };
}
