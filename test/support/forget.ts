/** Where a test does not look at what others than the fund keep of somebody. */
export async function forget(): Promise<void> {}
