import type { Router } from 'express';
import type { Act } from '../../fund/act/index.ts';
import { type KeptPicture, readPicture } from '../../fund/pictures/index.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { pictureSize, shownSmall } from '../public/pictures.ts';
import { routes } from '../routes.ts';
import { actForm, type FormGiven } from './actForm.ts';
import { MEGABYTES } from './uploads.ts';
import type { CommunityVisit, Visits } from './visits.ts';

interface PicturesGiven extends Pick<FormGiven, 'at' | 'tried'> {
  readonly pictures: readonly KeptPicture[];
  readonly takesMore?: boolean;
  /** Neither are more taken nor any taken away. */
  readonly isClosed?: boolean;
  /** Who reads what a picture shows. */
  readonly hint?: string;
}

/** The pictures of a thing, for each the form that takes it away, and the form that sends more. */
export function picturePart(visit: CommunityVisit, keep: Act, drop: Act, given: PicturesGiven): Markup {
  const { text, own } = visit;
  const { say } = text;
  const { at, tried, pictures, takesMore = true, isClosed = false, hint = say('pictures.captionHint') } = given;
  const items = pictures.map((picture, index) => {
    const form = isClosed ? '' : actForm(visit, drop, { at: `${at}/pictures/${picture.id}`, tried, isQuiet: true, in: 'fold' });
    return html`<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}${form}</li>`;
  });
  const fields = { pictures: { hint: say('pictures.hint', { most: MEGABYTES }) }, caption: { hint } };
  const form = takesMore && !isClosed ? actForm(visit, keep, { at, tried, fields, isQuiet: true }) : '';
  return html`${items.length > 0 ? html`<ul class="pictures">${items}</ul>` : html`<p>${say('pictures.nothing')}</p>`}${form}`;
}

/** `/console/SLUG/pictures/ID/SIZE.jpg`: a picture for those who may see its thing. */
export function pictureFiles(world: World, { ofCommunity }: Visits): Router {
  return routes().page('/console/:slug/pictures/:id/:size.jpg', ofCommunity, async ({ request, response, community, doer }) => {
    const bytes = await readPicture(world, community._id, String(request.params.id), pictureSize(request.params.size), doer);
    if (!bytes) throw new Refusal(404, 'There is nothing at this address.');
    response.type('image/jpeg').send(bytes);
  });
}
