import { find } from './element.js';
import { ledger } from './ledger.js';
import { smsPhone } from './smsPhone.js';
import { stream } from './stream.js';
import { unread } from './unread.js';
import { say } from './words.js';

/** @typedef {import('../told.ts').Flown} Flown */

/** @type {Map<string, { show(text: Flown): void, arrive(): void }>} */
const devices = new Map();
for (const device of document.querySelectorAll('.device')) {
  if (!(device instanceof HTMLElement)) continue;
  const tab = find(document, `.tabs a[href="#${device.id}"]`, HTMLElement);
  devices.set(device.dataset.number ?? '', { ...played(device), arrive: unread(device, tab) });
}

if (devices.size > 0) {
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
  });
}

/**
 * Each channel's device is played by a module of its own.
 * @param {HTMLElement} device
 */
function played(device) {
  const { channel } = device.dataset;
  if (channel === 'sms') return smsPhone(device);
  throw new Error(`Nobody plays a device for ${channel}.`);
}
