/**
 * Makes an element with text and children in it.
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/**
 * Finds the one element; if it is missing, the page has a mistake.
 * @template {Element} Found
 * @param {ParentNode} within
 * @param {string} selector
 * @param {new () => Found} kind
 * @returns {Found}
 */
export function find(within, selector, kind) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}
