import { conversation } from './conversation.js';
import { element, find } from './element.js';

/** @typedef {import('../simulated.ts').SimulatedMessage} SimulatedMessage */

/**
 * A chat with the official account, over the server's markup of it.
 * @param {HTMLElement} device
 * @returns {{ show(text: SimulatedMessage): void }}
 */
export function wechatChat(device) {
  const posters = find(device, '.posters', HTMLElement);
  const following = find(device, '.following', HTMLElement);
  const leave = find(device, '.leave', HTMLElement);
  const form = find(device, 'form', HTMLFormElement);
  const input = find(form, 'input', HTMLInputElement);
  const { show, send } = conversation(find(device, '.log', HTMLElement), '/simulator/chat', ({ items = [] }) => items.map(toTap));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    written('sent', { do: 'say' });
  });
  find(device, '.speak', HTMLElement).addEventListener('click', () => written('spoken', { do: 'speak' }));
  each('[data-poster]', (button) => {
    follow(true);
    input.focus();
    void send('followed', button.textContent ?? '', { do: 'follow', poster: button.dataset.poster ?? '' });
  });
  each('[data-click]', (button) => void send('clicked', button.textContent ?? '', { do: 'click', key: button.dataset.click ?? '' }));
  leave.addEventListener('click', () => {
    follow(false);
    find(posters, 'button', HTMLElement).focus();
    void send('left', leave.textContent ?? '', { do: 'leave' });
  });
  return {
    show: (text) => {
      if (text.kind === 'followed' || text.kind === 'left') follow(text.kind === 'followed');
      show(text);
    },
  };

  /**
   * @param {'sent' | 'spoken'} kind
   * @param {{ do: string }} what
   */
  function written(kind, what) {
    const text = input.value.trim();
    input.value = '';
    if (text) void send(kind, text, what);
    else input.focus();
  }

  /** @param {boolean} isFollowing */
  function follow(isFollowing) {
    posters.hidden = isFollowing;
    following.hidden = !isFollowing;
    leave.hidden = !isFollowing;
  }

  /** @param {{ id: string, content: string }} item */
  function toTap({ id, content }) {
    const button = element('button', { type: 'button', class: 'tap' }, content);
    button.addEventListener('click', () => void send('sent', content, { do: 'tap', item: id }));
    return button;
  }

  /**
   * @param {string} selector
   * @param {(button: HTMLElement) => void} pressed
   */
  function each(selector, pressed) {
    for (const button of device.querySelectorAll(selector))
      if (button instanceof HTMLElement) button.addEventListener('click', () => pressed(button));
  }
}
