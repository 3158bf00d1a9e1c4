import { type Unzipped, unzipSync } from 'fflate';

/** A workbook has some twenty files and one for each sheet, a community's folder five and its recorded prompts. */
const MOST_FILES = 1_000;
const NOT_PACKED = 0;

/**
 * The files of a ZIP that are wanted, `largest` bytes in all; undefined if it is none. What unpacks to more is refused before that much is unpacked: each file gets as
 * much room as the ZIP says, never more; what is not packed is copied.
 */
export function unzipped(bytes: Uint8Array, largest: number, isWanted: (name: string) => boolean): Unzipped | 'tooBig' | undefined {
  let all = 0;
  let files = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize, compression }) => {
        files += 1;
        if (files > MOST_FILES) throw new TooBig();
        if (!isWanted(name)) return false;
        all += compression === NOT_PACKED ? size : originalSize;
        if (all > largest) throw new TooBig();
        return true;
      },
    });
  } catch (error) {
    return error instanceof TooBig ? 'tooBig' : undefined;
  }
}

class TooBig extends Error {}
