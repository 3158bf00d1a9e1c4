import { create as qrCode } from 'qrcode';
import type { Bars, Block, PrintedTable } from '../../print/index.ts';
import { html, type Markup } from '../html.ts';

/** A block of a printed document on a page; what only paper needs is left out. */
export function printedBlock(given: Block): Markup {
  if ('heading' in given)
    return given.level === undefined || given.level === 1 ? html`<h1>${given.heading}</h1>\n` : html`<h2>${given.heading}</h2>\n`;
  if ('text' in given) return html`<p>${leading(lines(given.text), given.href)}</p>\n`;
  if ('table' in given) return table(given.table);
  if ('bars' in given) return bars(given);
  if ('qr' in given) return code(given.qr);
  if ('beside' in given) return html`<div class="beside">${given.beside.map(({ blocks }) => html`<div>${blocks.map(printedBlock)}</div>`)}</div>\n`;
  return html``;
}

/** A code that a phone reads from the page or from its print; whoever cannot see it has the words beside it. Around it stay four squares of white. */
function code(content: string): Markup {
  const { size, data } = qrCode(content, { errorCorrectionLevel: 'M' }).modules;
  const squares = Array.from(data).flatMap((dark, at) => (dark ? [`M${(at % size) + 4} ${Math.floor(at / size) + 4}h1v1h-1z`] : []));
  return html`<svg class="code" viewBox="0 0 ${size + 8} ${size + 8}" aria-hidden="true" shape-rendering="crispEdges"><rect width="100%" height="100%"/><path d="${squares.join('')}"/></svg>\n`;
}

/** The numbers stand beside the bars, so that these are for the eye alone. */
function bars({ bars: rows, of }: Bars): Markup {
  const items = rows.map(({ name, said, parts, href }) => {
    const shades = parts.map((part) => html`<rect width="${Math.round(Math.min(1, Math.max(0, part / Math.max(1, of))) * 1000) / 10}" height="8"/>`);
    return html`<li>${href ? html`<a href="${href}">${name}</a>` : html`<b>${name}</b>`} <span>${said}</span><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${shades}</svg></li>\n`;
  });
  return html`<ul class="money">\n${items}</ul>\n`;
}

/** Of more columns a phone has no room beside each other: each row stands there as a list, with the heads before its cells. */
const MOST_ON_PHONE = 2;

function table({ columns, rows }: PrintedTable): Markup {
  const isHeaded = columns.some(({ head }) => head);
  const heads = html`<thead><tr>${columns.map(({ head, align }) => html`<th scope="col"${align === 'right' ? html` class="amount"` : ''}>${head ?? ''}</th>`)}</tr></thead>\n`;
  const cells = (row: PrintedTable['rows'][number]) =>
    row.map((cell, index) => {
      const said = typeof cell === 'string' ? lines(cell) : 'tick' in cell ? '' : leading(lines(cell.text), cell.href);
      const { align, head } = columns[index] ?? {};
      const about = html`${align === 'right' ? html` class="amount"` : ''}${head ? html` data-head="${head}"` : ''}`;
      return isHeaded || index > 0 ? html`<td${about}>${said}</td>` : html`<th scope="row">${said}</th>`;
    });
  return html`<div class="scrolls" tabindex="0"><table${columns.length > MOST_ON_PHONE ? html` class="stacks"` : ''}>
${isHeaded ? heads : ''}<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody></table></div>
`;
}

function lines(text: string): Markup {
  return html`${text.split('\n').map((line, index) => html`${index > 0 ? html`<br>` : ''}${line}`)}`;
}

function leading(said: Markup, href: string | undefined): Markup {
  return href === undefined ? said : html`<a href="${href}">${said}</a>`;
}
