/** The code with which a promise is rejected; `fulfilled` if it is not rejected, the error's name if the error has no code. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    if (!(error instanceof Error)) return error;
    return 'code' in error ? error.code : error.name;
  }
}
