import type { CommandName } from '../command.ts';
import { keywordIn, type Meaning } from './commandIn.ts';
import { guessOf } from './guessed.ts';
import type { Kind } from './intentBook.ts';
import { AT_ONCE, TELLS_NOTHING } from './meant.ts';
import { beginningOf } from './normalise.ts';
import { asksAtAll, type Said } from './said.ts';
import { INSULTS } from './unsaid.ts';

/**
 * What is only likely is asked about. A fact is told where what was learnt from messages agrees with the likeness to known wordings, or where it is nearly one
 * of them. Who curses is read no picks back. What would be recorded after a yes has to have a word of its own in the message: of stopping, of wishing.
 */
export function unlessDoubted(meaning: Meaning, said: Said): Meaning {
  const { plain, vocabulary, ballot } = said;
  if (meaning.kind === 'near' && keywordIn(plain, vocabulary) === undefined) {
    const { name } = meaning.command;
    const words = OF_ITSELF[name];
    if (!words || (name === 'propose' && ballot.length === 0)) return meaning;
    const [number, another] = said.mentionsOf(beginningOf(plain)).all;
    const asksOfOne = name === 'propose' && number !== undefined && another === undefined && asksAtAll(plain) && !MAY_BE.test(plain);
    if (asksOfOne) return { kind: 'command', command: { name: 'projects', numbers: [number] } };
    const { kind, chance } = guessOf(said);
    return words.test(plain) || (kind === name && chance >= SURELY) ? meaning : UNKNOWN;
  }
  const isOfProjects = meaning.kind === 'named' || (meaning.kind === 'command' && meaning.command.name === 'projects');
  if (isOfProjects && INSULTS.test(plain) && !CHOOSES.test(plain)) return UNKNOWN;
  const told = toldBy(meaning);
  if (meaning.kind === 'command' && keywordIn(plain, vocabulary)?.keyword.name === told) return meaning;
  if (told === undefined) return meaning;
  const guess = guessOf(said);
  const kinds = [guess.mentions.masked, beginningOf(plain)].flatMap((text) => vocabulary.book.kindsOf(text));
  const isKnown = kinds.some(({ kind, closest }) => kind === told && closest >= KNOWN);
  return isKnown || (guess.kind === told && guess.chance >= AGREES) ? meaning : UNKNOWN;
}

const UNKNOWN: Meaning = { kind: 'unknown' };
/** Measured on all messages whose meaning is known: nothing that was understood is lost, and a tenth of what was misunderstood is asked about. */
const AGREES = 0.3;
const KNOWN = 0.5;

/** The kind of what is told at once. */
function toldBy(meaning: Meaning): Kind | undefined {
  if (meaning.kind === 'intent') return TELLS_NOTHING.has(meaning.intent) ? undefined : meaning.intent;
  const isShown = meaning.kind === 'command' && AT_ONCE.has(meaning.command.name) && !meaning.command.numbers && !meaning.command.card;
  return isShown ? meaning.command.name : undefined;
}

const MAY_BE = /能不能|可不可以|可以不|得不得行|要不要|能否|should|could|please/;
const CHOOSES = /我们?(?:就|要|想|还是)*[投选]|\bi (?:vote|choose|pick|want)\b/;
/** So sure, no word of its own is needed. */
const SURELY = 0.5;
/** What would be done after a yes has to be in the message. */
const OF_ITSELF: Partial<Record<CommandName, RegExp>> = {
  stop: /[退停收订扰烦删骚发]|短信|消息|信息|[别莫]|不[要想再看需]|\b(?:stop\w*|text\w*|messag\w*|sms|unsub\w*|remove|quit|enough|spam|opt|end|off|cancel|annoy\w*|bother\w*|leave|no more|don't|do not|not)\b/,
  propose:
    /能|可不可以|希望|建议|提议|应该|最好|要|想|修|建|装|加|搞|弄|添|增|设|办|安|种|换|给|改|整|缺|差|没得|没有|\b(?:need|should|could|please|want|would|put|add|more|build|wish|suggest|propose|idea|how about|why not|let)/,
};
