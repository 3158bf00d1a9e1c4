import { ApiError } from './apiError.ts';

/** A JSON answer of WeChat's API. */
export type Answer = Readonly<Record<string, unknown>>;

/** Reads an answer that should be a JSON object; what is none says nothing of whether the call was done. */
export function readAnswer(bytes: Buffer): Answer {
  try {
    const read: unknown = JSON.parse(bytes.toString());
    if (typeof read === 'object' && read !== null) return { ...read };
  } catch {
    // an error page
  }
  throw new ApiError('noAnswer');
}
