/** When what is paused is due. */
export const NEVER = new Date(8_640_000_000_000_000);
