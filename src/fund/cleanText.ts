/**
 * What somebody wrote, fit to be kept and shown: line ends and control characters become a blank, what would turn the direction of
 * writing or is half a character goes, blanks around it too. Markup stays text; whoever shows it escapes it.
 */
export function cleanText(text: string): string {
  return text
    .replace(/[\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
