import { digitsTyped } from '../../../fund/people/checkDigit.ts';

interface Kept {
  readonly id: string;
  /** When it was handed in, by the device's clock. */
  readonly at: number;
  readonly form: Readonly<Record<string, string>>;
  /** The person who handed it in, for the helpers. */
  readonly who: string;
  /** The service's answer, if it refused the mark: somebody has to look at it. */
  readonly refused?: string;
}

/** Says a sentence in green or red, and what it is about. */
type Say = (kind: 'good' | 'bad' | '', text: string | undefined, about?: string) => void;

const AGAIN_MS = 5_000;

/** The marks of a table's form that the service has not answered yet: kept on the device, sent again until then, and told as not in. */
export function keptMarks(form: HTMLFormElement, words: Readonly<Record<string, string>>, say: Say) {
  const place = `marks ${form.dataset.marks}`;
  const list = document.querySelector<HTMLElement>('[data-unsent]');
  let isSending = false;
  setInterval(() => void send(), AGAIN_MS);
  addEventListener('online', () => void send());
  show();
  void send();
  return {
    /** Whether a slip with this serial waits here. */
    has: (serial: string) => kept().some(({ form: { serial: own = '' }, refused }) => refused === undefined && digitsTyped(own) === serial),
    keep: (given: Kept['form'], who: string): void => {
      const mark = { id: newId(), form: given, who, at: Date.now() };
      put([...kept(), mark]);
      say('', words.unsent, aboutIt(mark));
      void send();
    },
  };

  /** One after the other, in the order in which they were handed in. */
  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    let isAnyIn = false;
    try {
      for (const mark of kept().filter(({ refused }) => refused === undefined)) {
        const body = new URLSearchParams({ ...mark.form, id: mark.id, ago: String(Date.now() - mark.at) });
        const response = await fetch(form.dataset.mark ?? '', { method: 'POST', body, headers: { accept: 'application/json' } });
        if (response.redirected || response.status === 401 || response.status === 403) return say('bad', words.signIn);
        if (!response.ok && response.status !== 429) return;
        const { done, text }: { done: boolean; text: string } = await response.json();
        say(done ? 'good' : 'bad', text, aboutIt(mark));
        if (response.status === 429) return; // it stays, and is tried again
        const others = kept().filter(({ id }) => id !== mark.id);
        put(done ? others : [...others, { ...mark, refused: text }]);
        isAnyIn ||= done;
      }
      if (isAnyIn) await renewLately();
    } catch {
      // No connection: what is kept stays, the list says so, and it is tried again.
    } finally {
      isSending = false;
      show();
    }
  }

  /** The last marks, each with its button to take it back, as the page would show them now. */
  async function renewLately(): Promise<void> {
    const answer = await fetch(form.dataset.here ?? '');
    const now = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-lately]');
    if (now) document.querySelector('[data-lately]')?.replaceWith(now);
  }

  function kept(): readonly Kept[] {
    return JSON.parse(localStorage.getItem(place) ?? '[]');
  }

  function put(marks: readonly Kept[]): void {
    if (marks.length > 0) localStorage.setItem(place, JSON.stringify(marks));
    else localStorage.removeItem(place);
    show();
  }

  function show(): void {
    list?.replaceChildren(
      ...kept().map((mark) => {
        const item = document.createElement('li');
        if (mark.refused !== undefined) item.className = 'mistake';
        item.textContent = `${aboutIt(mark)} · ${mark.refused ?? words.unsent ?? ''} `;
        if (mark.refused === undefined) return item;
        const drop = document.createElement('button');
        drop.type = 'button';
        drop.textContent = words.drop ?? '';
        drop.addEventListener('click', () => put(kept().filter(({ id }) => id !== mark.id)));
        item.append(drop);
        return item;
      }),
    );
  }
}

/** Whose slip, and which. */
function aboutIt({ who, form: { serial = '' } }: Kept): string {
  const digits = digitsTyped(serial);
  return `${who} · ${digits.slice(0, 4)} ${digits.slice(4)}`;
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
