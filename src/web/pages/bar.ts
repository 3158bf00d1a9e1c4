import { html, type Markup } from '../html.ts';

/** A part of a whole, for the eye alone: the numbers stand beside it. */
export function bar(part: number, whole: number): Markup {
  const width = whole > 0 ? Math.round(Math.min(1, part / whole) * 1000) / 10 : 0;
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8"/></svg>`;
}
