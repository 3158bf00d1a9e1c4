/** The page's own words, in its language, as the server put them into it. @type {Record<string, string>} */
const words = JSON.parse(document.body.dataset.words ?? '{}');

/**
 * A text of `locales/<language>/simulator.json` with its placeholders filled.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''));
}
