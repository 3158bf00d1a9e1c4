import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { root } from '../../store/files.ts';
import { html, type Markup } from '../html.ts';
import { routes } from '../routes.ts';
import type { Visits } from './visits.ts';

const FOLDER = join(root, 'docs');

/** `/console/help`: the guide for those who work here, docs/cadres.md, to be read and printed. It is in Chinese, and open to those who cannot sign in. */
export function guidePages({ anybody }: Visits): Router {
  return routes()
    .use('/console/help/pictures', express.static(join(FOLDER, 'pictures'), { index: false }))
    .page('/console/help', anybody, async (visit) => {
      const guide = await readFile(join(FOLDER, 'cadres.md'), 'utf8');
      await visit.send(visit.text.say('guide.title'), html`<article class="guide" lang="zh-CN">${guideParts(guide)}</article>`);
    });
}

/** The guide's Markdown, of which it uses titles, paragraphs, lists, tables and pictures, each between empty lines. */
function guideParts(text: string): Markup[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const [, signs = '', title = ''] = /^(#{1,3}) (.+)$/.exec(block) ?? [];
      if (signs.length === 1) return html`<h1>${title}</h1>\n`;
      if (signs.length === 2) return html`<h2 id="${title}">${title}</h2>\n`;
      if (signs.length === 3) return html`<h3 id="${title}">${title}</h3>\n`;
      const [, alt, path] = /^!\[(.+)\]\((.+)\)$/.exec(block) ?? [];
      if (alt && path) return html`<p><img src="/console/help/${path}" alt="${alt}" loading="lazy"></p>\n`;
      const lines = block.split('\n');
      if (block.startsWith('- ')) return html`<ul>${lines.map((line) => html`<li>${words(line.slice(2))}</li>`)}</ul>\n`;
      if (block.startsWith('1. ')) return html`<ol>${lines.map((line) => html`<li>${words(line.replace(/^\d+\. /, ''))}</li>`)}</ol>\n`;
      if (block.startsWith('| ')) return table(lines);
      return html`<p>${words(block)}</p>\n`;
    });
}

function table([head = '', , ...rows]: readonly string[]): Markup {
  const cells = (row: string) => row.slice(2, -2).split(' | ');
  return html`<table class="plain"><thead><tr>${cells(head).map((cell) => html`<th scope="col">${words(cell)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row).map((cell) => html`<td>${words(cell)}</td>`)}</tr>\n`)}</tbody></table>\n`;
}

/** Words with what is bold, typed, or leads elsewhere in the guide. Other files are not to be read here: of them the name stays. */
function words(text: string): Markup[] {
  return text.split(/(\*\*.+?\*\*|`.+?`|\[.+?\]\(.+?\))/).map((part) => {
    const [, label = '', path = ''] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? [];
    if (path.startsWith('#')) return html`<a href="${path}">${label}</a>`;
    if (label) return html`${label}`;
    if (part.startsWith('**')) return html`<b>${part.slice(2, -2)}</b>`;
    return part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`;
  });
}
