import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';

/** A page that says one thing and leads on. */
export function noticePage(frame: Frame, title: string, more: string, leads: { readonly path: string; readonly name: string }): Markup {
  const { link } = frame.voice;
  return layout(
    frame,
    title,
    html`<div class="wide content"><section>
<h1>${title}</h1>
<p>${more}</p>
<p><a class="more" href="${link(leads.path)}">${leads.name}</a></p>
</section></div>`,
  );
}
