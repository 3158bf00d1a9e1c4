/** What became of a call that WeChat did not do. Holds neither address, token nor message. */
export class ApiError extends Error {
  /** WeChat's errcode; `unreachable`: it was never sent; `noAnswer`: nobody knows whether it was done. */
  readonly code: number | 'unreachable' | 'noAnswer';

  constructor(code: ApiError['code'], cause?: unknown) {
    super(`WeChat's API: ${code}`, { cause });
    this.name = 'ApiError';
    this.code = code;
  }
}
