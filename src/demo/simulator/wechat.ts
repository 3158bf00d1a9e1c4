import type { i18n, TFunction } from 'i18next';
import type { CommunityRecord } from '../../fund/records/community.ts';
import { html, type Markup } from '../../web/html.ts';
import { OPENID } from './chat.ts';

/** Of the account's menu. */
const CLICKS = ['vote', 'propose', 'progress', 'person'] as const;

/** A chat with the community's official account: a poster to scan, then words, taps and voice. */
export function wechat(catalogue: i18n, community: CommunityRecord, t: TFunction): Markup {
  const menu = catalogue.getFixedT('zh-CN', 'menu');
  const posters = [
    { scene: `${community._id}|3`, text: t('chat.poster', { building: '3' }) },
    { scene: `${community._id}||en`, text: t('chat.posterInEnglish') },
  ];
  return html`<article id="chat" class="device" data-channel="wechat" data-number="${OPENID}" aria-labelledby="chat-name">
<header>
<h2 id="chat-name">${t('chat.title')}</h2>
<p class="about">${t('chat.about')}</p>
</header>
<div class="phone">
<p class="to"><b>${community.name}</b> <button type="button" class="leave" hidden>${t('chat.leave')}</button></p>
<div class="log" role="log" tabindex="0" aria-label="${t('chat.log')}"><p class="empty">${t('chat.empty')}</p></div>
<div class="posters" role="group" aria-label="${t('chat.posters')}">${posters.map(({ scene, text }) => html`<button type="button" data-poster="${scene}">${text}</button>`)}</div>
<div class="following" hidden>
<form>
<input name="text" maxlength="600" autocomplete="off" enterkeyhint="send" aria-label="${t('chat.write')}" placeholder="${t('chat.placeholder')}">
<button>${t('send')}</button>
<button type="button" class="speak">${t('chat.speak')}</button>
</form>
<div class="clicks" role="group" aria-label="${t('chat.clicks')}">${CLICKS.map((key) => html`<button type="button" data-click="${key}" lang="zh-CN">${menu(key)}</button>`)}</div>
</div>
</div>
</article>
`;
}
