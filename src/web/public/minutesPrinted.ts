import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import type { MeetingRead } from '../../fund/meetings/index.ts';
import type { Block, Printed } from '../../print/index.ts';
import { maskNumbers } from '../../store/text.ts';
import type { PageText } from './pageText.ts';

/**
 * The minutes of a meeting on paper: of which cycle, who was there of how many, what was decided, who signed, and where to sign. `meeting` says whose names
 * stand in it.
 */
export function minutesPrinted(
  meeting: MeetingRead,
  { community, cycle }: { readonly community: CommunityRecord; readonly cycle: Pick<CycleRecord, 'title'> },
  { say, date, language }: Pick<PageText, 'say' | 'date' | 'language'>,
): Printed {
  const { number, at, place, items, texts, roll, notes, addenda, members, there, quorum, majority, isQuorate, state, final, signatures } = meeting;
  const share = members === 0 ? 0 : Math.round((there * 100) / members);
  const names = roll.filter(({ isThere }) => isThere).map(({ name }) => name);
  const title = say('minutes.title', { number });
  const columns = ['number', 'what', 'advice', 'for', 'against', 'abstained', 'decided'].map((name) => ({
    head: say(`minutes.${name}`),
    share: SHARES[name] ?? 1,
  }));
  const rows = items.map(({ proposal, advice, decision, reason, ...votes }) => [
    ...[String(proposal), texts.get(proposal) ?? '', say(`minutes.advised.${advice}`)],
    ...[votes.for, votes.against, votes.abstained].map((count) => (count === undefined ? '' : String(count))),
    [say(`minutes.decision.${decision ?? 'none'}`), ...(reason ? [maskNumbers(reason)] : [])].join(say('minutes.colon')),
  ]);
  const facts: Block[] = [
    { text: `${date(at)}　${maskNumbers(place)}` },
    { text: say('minutes.attendance', { members, there, share }), bold: true },
    { text: isQuorate ? say('minutes.enough', { majority }) : say('minutes.tooFew', { quorum }) },
    ...(names.length > 0 ? [{ text: `${say('minutes.were')}${names.join(say('minutes.and'))}` }] : []),
  ];
  const signed = signatures.map(({ name, at: when }) => say('minutes.signature', { name, at: date(when) }));
  const added: Block[] = addenda.flatMap(({ text, at: when }, index) => [{ text: `${index + 1}. ${date(when)}　${text}` }]);
  return {
    ...{ title: `${community.name} ${title}`, language, paper: 'A4', at: final?.at ?? at, footer: `${community.name} · ${cycle.title} · ${title}` },
    blocks: [
      { text: `${community.name} · ${cycle.title}`, grey: true },
      { heading: title },
      ...facts,
      ...(items.length > 0 ? [{ table: { columns, rows } } as const] : []),
      ...(notes === ''
        ? []
        : [{ heading: say('minutes.notes'), level: 3 } as const, ...notes.split('\n').map((text) => ({ text: text === '' ? ' ' : text }))]),
      ...(added.length > 0 ? [{ heading: say('minutes.addenda'), level: 3 } as const, ...added] : []),
      ...(state === 'final' ? [{ text: say('minutes.final', { at: date(final?.at ?? at) }) }] : []),
      ...(signed.length > 0 ? [{ text: `${say('minutes.signatures')}${signed.join(say('minutes.and'))}` }] : []),
      { space: 8 },
      { lines: [say('minutes.signer'), say('minutes.second')] },
    ],
  };
}

const SHARES: Readonly<Record<string, number>> = { number: 1, what: 5, advice: 2, for: 1, against: 1, abstained: 1, decided: 4 };
