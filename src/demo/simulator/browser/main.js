import { clock } from './clock.js';
import { find } from './element.js';
import { keypadPhone } from './keypadPhone.js';
import { ledger } from './ledger.js';
import { smsPhone } from './smsPhone.js';
import { stream } from './stream.js';
import { unread } from './unread.js';
import { wechatChat } from './wechatChat.js';
import { say } from './words.js';

/** @typedef {import('../simulated.ts').SimulatedMessage} SimulatedMessage */

/** @type {Map<string, { show(text: SimulatedMessage): void, arrive(): void }>} */
const devices = new Map();
for (const device of document.querySelectorAll('.device[data-number]')) {
  if (!(device instanceof HTMLElement)) continue;
  const tab = find(document, `.tabs a[href="#${device.id}"]`, HTMLElement);
  devices.set(device.dataset.number ?? '', { ...(device.dataset.channel === 'wechat' ? wechatChat : smsPhone)(device), arrive: unread(device, tab) });
}

if (devices.size > 0) {
  keypadPhone(find(document, '#keypad', HTMLElement));
  const connection = find(document, '#connection', HTMLElement);
  stream('/simulator/events', {
    isOpen: (isOpen) => {
      connection.textContent = isOpen ? '' : say('lost');
    },
    past: (texts) => {
      for (const text of texts) devices.get(text.phone)?.show(text);
    },
    text: (text) => {
      devices.get(text.phone)?.show(text);
      if (text.kind !== 'sent') devices.get(text.phone)?.arrive();
    },
    ledger: ledger(document),
    clock: clock(find(document, '.clock', HTMLElement)),
  });
}
