import type { TFunction } from 'i18next';
import { sayPhone } from '../../dialog/formats/sayPhone.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import { html, type Markup } from '../../web/html.ts';
import { nameOf, type Phone } from './phones.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** A keypad phone that calls the community, as whoever of the page is chosen. */
export function keypad(phones: readonly Phone[], community: CommunityRecord, t: TFunction): Markup {
  return html`<article id="keypad" class="device" data-channel="voice" aria-labelledby="keypad-name">
<header>
<h2 id="keypad-name">${t('keypad.title')}</h2>
<p class="about">${t('keypad.about')}</p>
</header>
<div class="phone">
<p class="to"><b>${community.name}</b> ${sayPhone(community.phone)}</p>
<div class="call"><label>${t('keypad.whose')} <select>${phones.map((phone) => html`<option value="${phone.number}" lang="${phone.language}">${nameOf(phone, t)} · ${sayPhone(phone.number)}</option>`)}</select></label></div>
<div class="log" role="log" tabindex="0" aria-label="${t('keypad.log')}"><p class="empty">${t('keypad.empty')}</p></div>
<p class="line"><span class="state">${t('keypad.idle')}</span> <output class="entered" aria-label="${t('keypad.entered')}"></output> <span role="timer" aria-label="${t('keypad.time')}">0:00</span></p>
<div class="keys" role="group" aria-label="${t('keypad.keys')}">${KEYS.map((key) => html`<button type="button" data-key="${key}">${key}</button>`)}</div>
<button type="button" class="handset">${t('keypad.dial')}</button>
<div class="choices"><label><input type="checkbox" name="aloud" checked> ${t('keypad.aloud')}</label> <label><input type="checkbox" name="waits"> ${t('keypad.waits')}</label></div>
</div>
</article>
`;
}
