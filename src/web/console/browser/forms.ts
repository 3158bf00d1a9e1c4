import './working.ts';

/** How many characters stand in a field that takes so many, and how many parts of an SMS a text for many is: said as one types. Without it the form says it. */
const { counted = '', over = '', segments = '' } = document.body.dataset;
for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[data-longest]')) count(field);

function count(field: HTMLInputElement | HTMLTextAreaElement): void {
  const most = Number(field.dataset.longest);
  const told = document.createElement('p');
  told.className = 'counted';
  field.after(told);
  const show = () => {
    const length = [...field.value.trim()].length;
    const words = length > most ? over.replace('{n}', String(length - most)) : counted.replace('{n}', String(length)).replace('{most}', String(most));
    const parts = field.dataset.sms === undefined ? '' : ` · ${segments.replace('{n}', String(partsOf(field.value)))}`;
    told.textContent = length === 0 ? '' : words + parts;
    told.classList.toggle('late', length > most);
    told.setAttribute('aria-live', length > most - NEAR ? 'polite' : 'off');
  };
  field.addEventListener('input', show);
  show();
}

/** So near to its end a screen reader says what is left. */
const NEAR = 10;

/** As carriers count: 70 characters, of several parts 67 each; 160 and 153 without any of another alphabet. */
function partsOf(text: string): number {
  const isWide = /[^\n\r\x20-\x7e£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà€]/.test(text);
  const [alone, each] = isWide ? [70, 67] : [160, 153];
  return text.length <= alone ? 1 : Math.ceil(text.length / each);
}
