import { element, find } from './element.js';
import { say } from './words.js';

/**
 * Counts on a phone's tab the arrivals while the phone was out of sight.
 * @param {HTMLElement} device
 * @param {HTMLElement} tab
 * @returns {() => void} to be called for each arrival
 */
export function unread(device, tab) {
  const badge = find(tab, '[data-unread]', HTMLElement);
  let isInSight = true;
  let count = 0;
  new IntersectionObserver(
    ([entry]) => {
      isInSight = entry?.isIntersecting ?? true;
      if (isInSight) show(0);
    },
    { threshold: 0.5 },
  ).observe(device);
  return () => {
    if (!isInSight) show(count + 1);
  };

  /** @param {number} now */
  function show(now) {
    count = now;
    badge.replaceChildren(...(count > 0 ? [String(count), element('span', { class: 'unseen' }, say('arrived'))] : []));
  }
}
