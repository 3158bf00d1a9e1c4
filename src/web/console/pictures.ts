import { Router } from 'express';
import { type KeptPicture, LONGEST_CAPTION, type MadePicture, makePicture, type PictureKept, readPicture } from '../../fund/pictures/index.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { pictureSize, shownSmall } from '../public/pictures.ts';
import { field, type Mistakes } from './frame.ts';
import { typed } from './query.ts';
import { MEGABYTES, notMade, type UploadPage, uploads } from './uploads.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const LONGEST_REASON = 300;

/** A page of the console whose thing has pictures. */
interface PicturePage extends Omit<UploadPage, 'field'> {
  /** Its address, such as `/console/:slug/publication`. Pictures are sent to `PATH/pictures`. */
  readonly path: string;
  readonly keep: (visit: CommunityVisit, picture: MadePicture, caption: string) => Promise<PictureKept | { readonly refused: string }>;
  readonly drop: (visit: CommunityVisit, id: string, reason: string) => Promise<{ readonly dropped: true } | { readonly refused: 'noPicture' }>;
  /** Leads back to it. */
  readonly lead: (visit: CommunityVisit) => void;
}

/** The forms that send pictures of a page's thing (`picturePart`), and take one away. */
export function pictureForms(known: Visits, { path, keep, drop, may, lead, show }: PicturePage): Router {
  const { ofCommunity } = known;
  const { handlers, madeOf } = uploads(known, { field: 'picture', may, show }, makePicture);
  return Router()
    .post(
      `${path}/pictures`,
      ...handlers,
      ofCommunity(async (visit) => {
        const { say } = visit.text;
        const pictures = madeOf(visit.request);
        if (pictures.length === 0) return show(visit, { picture: say('pictures.none') }, 422);
        const caption = cleanText(typed(visit.request, 'caption', LONGEST_CAPTION + 1));
        const wrong = notMade(visit, pictures);
        if (wrong !== undefined) return show(visit, { picture: wrong }, 422);
        for (const picture of pictures) {
          if ('refused' in picture) continue;
          const outcome = await keep(visit, picture, caption);
          if ('refused' in outcome)
            return show(visit, { picture: say(`pictures.not.${outcome.refused}`) }, outcome.refused === 'tooLong' ? 422 : 409);
        }
        lead(visit);
      }),
    )
    .post(
      `${path}/pictures/:id/drop`,
      ofCommunity(async (visit) => {
        const id = String(visit.request.params.id);
        const reason = cleanText(typed(visit.request, `reason-${id}`, LONGEST_REASON));
        if (reason === '' && may(visit)) return show(visit, { [`reason-${id}`]: visit.text.say('pictures.noReason') }, 422);
        const outcome = await drop(visit, id, reason);
        if ('refused' in outcome) return show(visit, { form: visit.text.say('pictures.not.noPicture') }, 409);
        lead(visit);
      }),
    );
}

/**
 * The pictures of a thing with a way to take each away, if that `isOpen`, and the form that sends more, if it `takesMore`. `path`: the page's address;
 * `hint`: who reads what a picture shows.
 */
export function picturePart(
  visit: CommunityVisit,
  path: string,
  pictures: readonly KeptPicture[],
  isOpen: boolean,
  mistakes: Mistakes,
  { takesMore = isOpen, hint = visit.text.say('pictures.captionHint') }: { takesMore?: boolean; hint?: string } = {},
): Markup {
  const { text, own } = visit;
  const { say } = text;
  const items = pictures.map((picture, index) => {
    const drop = isOpen ? dropForm(text, path, picture.id, mistakes) : '';
    return html`<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}${drop}</li>`;
  });
  const about = { name: 'picture', label: say('pictures.choose'), hint: say('pictures.hint', { most: MEGABYTES }), mistake: mistakes.picture };
  const caption = typed(visit.request, 'caption', LONGEST_CAPTION);
  const form = html`<form method="post" action="${path}/pictures" enctype="multipart/form-data">
${field({ ...about, attributes: html` type="file" accept="image/jpeg,image/png,image/webp" multiple required` })}
${field({ name: 'caption', label: say('pictures.caption'), hint, value: caption, attributes: html` maxlength="${LONGEST_CAPTION}"` })}
<button class="quiet">${say('pictures.send')}</button></form>`;
  return html`${items.length > 0 ? html`<ul class="pictures">${items}</ul>` : html`<p>${say('pictures.nothing')}</p>`}${takesMore ? form : ''}`;
}

function dropForm({ say }: PageText, path: string, id: string, mistakes: Mistakes): Markup {
  const name = `reason-${id}`;
  const isOpen = mistakes[name] !== undefined;
  return html`<details${isOpen ? html` open` : ''}><summary>${say('pictures.drop')}</summary><form method="post" action="${path}/pictures/${id}/drop">
${field({ name, label: say('pictures.reason'), mistake: mistakes[name] })}<button class="quiet">${say('pictures.drop')}</button></form></details>`;
}

/** `/console/SLUG/pictures/ID/SIZE.jpg`: a picture for those who may see its thing. */
export function pictureFiles(world: World, { ofCommunity }: Visits): Router {
  const read = readPicture(world);
  return Router().get(
    '/console/:slug/pictures/:id/:size.jpg',
    ofCommunity(async ({ request, response, community, reader }) => {
      const bytes = await read(community._id, String(request.params.id), pictureSize(request.params.size), reader);
      if (!bytes) throw new Refusal(404, 'There is nothing at this address.');
      response.type('image/jpeg').send(bytes);
    }),
  );
}
