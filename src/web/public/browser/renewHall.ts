/**
 * Renews a hall's screen by itself. Only the parts that are another are exchanged, so that nothing flickers; if the page cannot be loaded, what
 * stands there stays, and a line says so.
 */

/** After so many tries in vain what stands there is old. */
const TRIES = 3;
const main = document.querySelector('main');
const lost = document.querySelector<HTMLElement>('[data-lost]');
let failed = 0;

async function renew(): Promise<void> {
  try {
    const response = await fetch(location.href);
    if (!response.ok) throw new Error(String(response.status));
    exchange(new DOMParser().parseFromString(await response.text(), 'text/html'));
    failed = 0;
  } catch {
    failed += 1; // told on the screen: whoever looks after it sees it there
  }
  if (lost) lost.hidden = failed < TRIES;
}

function exchange(next: Document): void {
  const fresh = next.querySelector('main');
  if (!main || !fresh) return;
  const names = (whole: Element) =>
    parts(whole)
      .map(({ dataset }) => dataset.part)
      .join();
  if (names(main) !== names(fresh)) {
    main.replaceChildren(...fresh.childNodes);
    return;
  }
  for (const part of parts(fresh)) {
    const old = main.querySelector(`[data-part="${part.dataset.part}"]`);
    if (old && old.innerHTML !== part.innerHTML) old.replaceWith(part);
  }
}

function parts(whole: Element): HTMLElement[] {
  return [...whole.querySelectorAll<HTMLElement>('[data-part]')];
}

setInterval(() => void renew(), Number(main?.dataset.turns ?? 10_000));
