/** The code that a promise is rejected with; `fulfilled` where it is not, the error's name where it has none. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    if (!(error instanceof Error)) return error;
    return 'code' in error ? error.code : error.name;
  }
}
