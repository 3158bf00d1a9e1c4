/** The chat of the resident who has this phone, in conversations that are played over WeChat. */
export function openidOf(phone: string): string {
  return `oChat${phone.replace(/\D/g, '')}`;
}
