/**
 * Pictures that staff upload: made anew from what was uploaded, upright, without place and device, in three sizes. A thing that has pictures has a kind
 * (`PICTURE_KINDS`), which says who may keep and see them.
 */

export {
  LARGEST_PICTURE,
  MAX_PICTURES as MOST_PICTURES,
  type MadePicture,
  makePicture,
  movePictures,
  type NotMade,
  picturesAmong,
  picturesOf,
  putPicture,
  readPicture,
} from './keepPicture.ts';
export { type KeptPicture, PICTURE_SIZES, type PictureOf, type PictureSize } from './picture.ts';
export { dropsPictures, keepsPictures } from './pictureActs.ts';
