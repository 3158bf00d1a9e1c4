import { z } from 'zod';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';

const field = z.string().optional();
const rows = z.array(
  z.object({
    id: z.string(),
    name: field,
    differing: z.array(z.object({ field: z.string(), before: field, after: field })).optional(),
    ...{ phone: field, building: field, role: field },
  }),
);

/** Each row of an import that waits for a second person: whom it concerns, and what it changes or brings. Undefined if an act's detail has no rows. */
export function waitingRows({ say, theirs, phone }: PageText, after: unknown): Markup | undefined {
  const given = typeof after === 'object' && after !== null && 'rows' in after ? rows.safeParse(after.rows) : undefined;
  if (!given?.success) return undefined;
  const value = (name: string, text: string | undefined): Markup | string => {
    if (text === undefined) return say('import.none');
    return name === 'phone' ? phone(text) : name === 'role' ? say(`role.${text}`) : theirs(text);
  };
  const lines = given.data.map(({ id, name, differing, ...brought }) => {
    const changes =
      differing ?? Object.entries(brought).flatMap(([each, text]) => (text === undefined ? [] : [{ field: each, after: text, before: undefined }]));
    const cells = changes.map(
      ({ field: each, before, after: now }) =>
        html`<dt>${say(`import.field.${each}`)}</dt><dd>${differing ? html`<del>${value(each, before)}</del> → ` : ''}<ins>${value(each, now)}</ins></dd>`,
    );
    return html`<li>${theirs(name ?? '')} <small>${id}</small><dl class="about-it">${cells}</dl></li>`;
  });
  return html`<ul class="lines">${lines}</ul>`;
}
