import type { TFunction } from 'i18next';
import { html, type Markup } from '../html.ts';

/** The demo's time, and how it is moved ahead. */
export function clockBar(t: TFunction): Markup {
  return html`<section class="clock" aria-labelledby="clock-title">
<h2 id="clock-title">${t('clock.title')}</h2>
<p><time></time> <span class="next" role="status"></span></p>
<p class="problem" role="status"></p>
<p class="moves"><button type="button" class="move leap">${t('clock.leap')}</button><button type="button" class="move play">${t('clock.play')}</button><button type="button" class="move" data-hours="1">${t('clock.hour')}</button><button type="button" class="move" data-hours="24">${t('clock.day')}</button></p>
</section>
`;
}
