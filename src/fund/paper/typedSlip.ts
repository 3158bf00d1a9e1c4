/** What somebody types of a slip. */
export interface TypedSlip {
  /** Eight digits, or the last four where only one slip of the table has them; absent if it cannot be read. */
  readonly serial?: string;
  /** `unreadable`: the picks cannot be read. `absent`: the slip is not there. */
  readonly says: { readonly picks: readonly number[] } | 'unreadable' | 'absent';
}

/** `4821 3 7`: the last four digits of the serial, or all eight, and the picks. `4821 x`: it cannot be read. `4821 -`: it is not in the batch. `?`: a slip without a serial that can be read. */
export function typedSlip(line: string): TypedSlip {
  const [first = '', ...rest] = line
    .normalize('NFKC')
    .trim()
    .split(/[\s,，、]+/);
  const serial = first === '?' ? {} : { serial: first };
  if (rest.length === 1 && /^[x×]$/i.test(rest[0] ?? '')) return { ...serial, says: 'unreadable' };
  if (rest.length === 1 && rest[0] === '-') return { ...serial, says: 'absent' };
  return {
    ...serial,
    says: first === '?' && rest.length === 0 ? 'unreadable' : { picks: rest.map((pick) => (/^\d{1,4}$/.test(pick) ? Number(pick) : 0)) },
  };
}
