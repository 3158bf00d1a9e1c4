/**
 * Pictures that staff upload: made anew from what was uploaded, upright, without place and device, in three sizes. A thing that has pictures has a kind
 * (`PICTURE_KINDS`), which says who may keep and see them.
 */

export {
  dropPicture,
  keepPicture,
  LARGEST_PICTURE,
  type MadePicture,
  MOST as MOST_PICTURES,
  makePicture,
  movePictures,
  type NotMade,
  type PictureDrop,
  type PictureGiven,
  type PictureKept,
  picturesAmong,
  picturesOf,
  putPicture,
  readPicture,
} from './keepPicture.ts';
export { type KeptPicture, LONGEST_CAPTION, PICTURE_SIZES, type PictureSize, type WithPictures } from './picture.ts';
