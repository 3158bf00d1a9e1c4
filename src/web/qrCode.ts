import qrcode from 'qrcode';
import { html, type Markup } from './html.ts';

/** A QR code as a picture that stays sharp at any size, dark on white in any colours of the page. `label`: what it leads to, for who does not see it. */
export function qrCode(text: string, label: string): Markup {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  const dark = Array.from({ length: modules.size ** 2 }, (_, place) => place).filter((place) => modules.data[place]);
  const path = dark.map((place) => `M${place % modules.size} ${Math.floor(place / modules.size)}h1v1h-1z`).join('');
  const size = modules.size + 2 * QUIET;
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="${-QUIET} ${-QUIET} ${size} ${size}" shape-rendering="crispEdges"><rect x="${-QUIET}" y="${-QUIET}" width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}

/** The white margin that readers need, in modules. */
const QUIET = 4;
