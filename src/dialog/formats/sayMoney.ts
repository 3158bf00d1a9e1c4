const WAN = 10_000;
const YI = 100_000_000;

/** Whole units as people say them: 48,000 in English, else 4万8, 30万, 7200. Exact: what has no short form is written out. */
export function sayMoney(amount: number, language: string): string {
  if (language.startsWith('en')) return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
  if (amount >= YI && amount % YI === 0) return `${amount / YI}亿`;
  if (amount < WAN || amount % 1000 !== 0) return amount.toString();
  const thousands = (amount % WAN) / 1000;
  return `${Math.floor(amount / WAN)}万${thousands || ''}`;
}
