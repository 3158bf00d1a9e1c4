import { Router } from 'express';
import { type KeptPicture, PICTURE_SIZES, type PictureSize, readPicture } from '../../fund/pictures/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { pageHeaders } from '../pageHeaders.ts';
import type { ReaderLimit } from '../readerLimit.ts';
import type { PageText } from './pageText.ts';

/** `/c/SLUG/pictures/ID/SIZE.jpg`: a picture that anybody may look at. */
export function publicPictures(world: World, readerLimit: ReaderLimit): Router {
  return Router().get(
    '/c/:slug/pictures/:id/:size.jpg',
    pageHeaders(),
    readerLimit.handler<{ slug: string; id: string; size: string }>(async ({ params: { slug, id, size } }, response) => {
      const bytes = await readPicture(world, slug, id, pictureSize(size));
      if (!bytes) throw new Refusal(404, 'There is nothing at this address.');
      response.set('Cache-Control', 'public, max-age=3600').type('image/jpeg').send(bytes);
    }),
  );
}

/** The size of a picture that an address names; there is nothing where it is none. */
export function pictureSize(given: unknown): PictureSize {
  const size = PICTURE_SIZES.find((each) => each === given);
  if (!size) throw new Refusal(404, 'There is nothing at this address.');
  return size;
}

/**
 * A small picture that leads to the large one; where its place is wider, a screen takes the medium one. `path`: its address without the size; `name`: what is
 * read for it where nobody wrote what it shows.
 */
export function shownSmall(path: string, { caption, width, height }: Shown, name: string, { userText }: Pick<PageText, 'userText'>): Markup {
  const side = (longest: number, of: number) => Math.round(of * Math.min(1, longest / Math.max(width, height)));
  const size = html` width="${side(SMALL, width)}" height="${side(SMALL, height)}"`;
  const others = html` srcset="${path}/small.jpg ${side(SMALL, width)}w, ${path}/medium.jpg ${side(MEDIUM, width)}w" sizes="(max-width: 34rem) 90vw, 20rem"`;
  return html`<figure><a href="${path}/large.jpg"><img src="${path}/small.jpg"${others}${size} loading="lazy" alt="${caption ?? name}"></a>${caption ? html`<figcaption>${userText(caption)}</figcaption>` : ''}</figure>`;
}

interface Shown extends Pick<KeptPicture, 'width' | 'height'> {
  readonly caption?: string | null | undefined;
}

/** Pictures that anybody may look at; empty if there are none. `own`: `/c/SLUG`. */
export function pictureList(own: string, pictures: readonly (Shown & { readonly id: string })[], text: PageText): Markup {
  const items = pictures.map(
    (picture, index) => html`<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, text.say('pictures.nth', { nth: index + 1 }), text)}</li>`,
  );
  return items.length > 0 ? html`<ul class="pictures">${items}</ul>` : html``;
}

/** Pixels of the longer side of a small and a medium picture. */
const SMALL = 480;
const MEDIUM = 960;
