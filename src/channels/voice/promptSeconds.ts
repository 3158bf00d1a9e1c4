import type { Verb } from './readTwiml.ts';
import { spokenSeconds } from './spokenSeconds.ts';

/** How long the carrier takes to say a prompt, its pauses and pace included. A recorded prompt's length is not known here: none. */
export function promptSeconds({ name, attributes, text, children }: Verb): number {
  if (name === '#text') return spokenSeconds(text);
  if (name === 'Play') return 0;
  if (name === 'Pause') return Number(attributes.length ?? 1);
  if (name === 'break') return breakSeconds(attributes.time ?? '');
  const inner = children.reduce((sum, child) => sum + promptSeconds(child), 0);
  return (name === 'prosody' ? inner / paceOf(attributes.rate) : inner) * Number(attributes.loop ?? 1);
}

const PACES: Readonly<Record<string, number>> = { 'x-slow': 0.5, slow: 0.75, medium: 1, fast: 1.25, 'x-fast': 1.5 };

function paceOf(rate: string | undefined): number {
  if (rate?.endsWith('%')) return Number.parseFloat(rate) / 100;
  return PACES[rate ?? 'medium'] ?? 1;
}

function breakSeconds(time: string): number {
  return Number.parseFloat(time) / (time.endsWith('ms') ? 1_000 : 1) || 0;
}
