/** Shows what is wrong in a project, and how residents will get the ballot, as somebody types. Without it a button does the same. */
const form = document.querySelector<HTMLFormElement>('form[data-look]');
const place = document.querySelector<HTMLElement>('#look');
const AFTER_MS = 400;
let waiting = 0;
let asked = 0;

if (form && place) form.addEventListener('input', () => typedIn(form, place));

function typedIn(form: HTMLFormElement, place: HTMLElement): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => void look(form, place), AFTER_MS);
}

async function look(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  asked += 1;
  const mine = asked;
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') given.append(name, value);
  given.set('do', 'part');
  try {
    const response = await fetch(form.action, { method: 'POST', body: given });
    if (mine !== asked) return;
    if (!response.ok) return place.replaceChildren(); // what was shown is old; the button still asks, and says what is wrong
    place.replaceChildren(...new DOMParser().parseFromString(await response.text(), 'text/html').body.childNodes);
  } catch {
    place.replaceChildren();
  }
}
