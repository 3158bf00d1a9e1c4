import { z } from 'zod';
import { FIELD_NAMES } from '../../fund/people/index.ts';
import { html, type Markup } from '../html.ts';
import { fieldValue, fieldWords, isColumn } from './people/residentWords.ts';
import type { CommunityVisit } from './visits.ts';

const field = z.string().optional();
const rows = z.array(
  z.object({ id: z.string(), differing: z.array(z.object({ field: z.string(), before: field, after: field })).optional() }).catchall(z.unknown()),
);

/** Each row of an import that waits for a second person: whom it concerns, and what it changes or brings. Undefined if an act's detail has no rows. */
export function waitingRows(visit: Pick<CommunityVisit, 'text' | 'actWords'>, after: unknown): Markup | undefined {
  const given = typeof after === 'object' && after !== null && 'rows' in after ? rows.safeParse(after.rows) : undefined;
  if (!given?.success) return undefined;
  const lines = given.data.map(({ id, differing, ...brought }) => {
    const { name = '' } = brought;
    const values = FIELD_NAMES.flatMap((each) =>
      each !== 'name' && typeof brought[each] === 'string' ? [{ field: each, after: brought[each] }] : [],
    );
    const cells = (differing ?? values.map((each) => ({ ...each, before: undefined }))).map(
      ({ field: each, before, after: now }) =>
        html`<dt>${isColumn(each) ? fieldWords(visit, each) : each}</dt><dd>${differing ? html`<del>${fieldValue(visit, each, before)}</del> → ` : ''}<ins>${fieldValue(visit, each, now)}</ins></dd>`,
    );
    return html`<li>${visit.text.userText(String(name))} <small>${id}</small><dl class="about-it">${cells}</dl></li>`;
  });
  return html`<ul class="lines">${lines}</ul>`;
}
