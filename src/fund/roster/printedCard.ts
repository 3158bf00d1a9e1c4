/** A card's number as it is printed: `204 681 717`. */
export function printedCard(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}
