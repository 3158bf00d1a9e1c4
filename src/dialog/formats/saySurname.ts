/** The surnames of two characters that are met today. */
const COMPOUND = ['欧阳', '司马', '上官', '诸葛', '司徒', '东方', '皇甫', '尉迟', '公孙', '慕容', '令狐', '夏侯', '长孙', '宇文', '端木', '南宫'];

/** A name by its surname alone, so that a stranger with the phone does not learn it: 王**, "Novak **". */
export function saySurname(name: string): string {
  const trimmed = name.trim();
  if (!/\p{Script=Han}/u.test(trimmed)) return `${trimmed.split(/\s+/).at(-1) ?? ''} **`;
  const length = COMPOUND.some((surname) => trimmed.startsWith(surname)) ? 2 : 1;
  return `${[...trimmed].slice(0, length).join('')}**`;
}
