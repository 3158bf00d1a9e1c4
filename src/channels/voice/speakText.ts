import { holdable } from '../holdable.ts';
import { type Speaker, speak } from './speak.ts';

/** Speaks words of which the language is not told: what has a Chinese character in it is Chinese. */
export function speakText(document: Speaker, text: string): void {
  speak(document, { text: holdable(text), language: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en', isSlow: false });
}
