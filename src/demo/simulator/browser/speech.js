/** How many characters are spoken in a second. */
const A_SECOND = 4;
/** A browser that never reports the end of its speech is no longer waited for after so many times the expected length. */
const MOST_TIMES = 3;

/**
 * Speaks with the browser's own voice for a language, or for that of a text; if it has none, the time passes that speaking would take.
 * @param {string} language
 */
export function speech(language) {
  /** Ends what is being said. @type {() => void} */
  let end = () => undefined;
  return {
    hasVoice: () => voiceFor(language) !== undefined,
    /** Breaks off what is being said. */
    stop: () => end(),
    /**
     * Resolves once it was said; false if it was broken off.
     * @param {string} text
     * @param {number} seconds
     * @param {boolean} isAloud
     * @param {string} [its] the text's own language
     * @returns {Promise<boolean>}
     */
    say: (text, seconds, isAloud, its = language) =>
      new Promise((resolve) => {
        const voice = isAloud ? voiceFor(its) : undefined;
        const longest = setTimeout(() => over(true), seconds * 1_000 * (voice ? MOST_TIMES : 1));
        if (voice) speakWith(voice, text, seconds, () => over(true));
        end = () => over(false);

        /** @param {boolean} isWhole */
        function over(isWhole) {
          end = () => undefined;
          clearTimeout(longest);
          if (voice) speechSynthesis.cancel();
          resolve(isWhole);
        }
      }),
  };
}

/** @param {string} language as a page or a carrier names it: `zh-CN`, `cmn-CN`, `en-US` */
function voiceFor(language) {
  if (!('speechSynthesis' in window)) return undefined;
  const wanted = language.replace(/^cmn/, 'zh').slice(0, 2);
  return speechSynthesis.getVoices().find(({ lang }) => lang.replace('_', '-').startsWith(wanted));
}

/**
 * @param {SpeechSynthesisVoice} voice
 * @param {string} text
 * @param {number} seconds
 * @param {() => void} ended
 */
function speakWith(voice, text, seconds, ended) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = slowness(text, seconds);
  utterance.addEventListener('end', ended);
  utterance.addEventListener('error', ended);
  speechSynthesis.speak(utterance);
}

/**
 * The speed of speech; below 1 if the service wants it said more slowly.
 * @param {string} text
 * @param {number} seconds
 */
function slowness(text, seconds) {
  const said = text.match(/[\p{Nd}\p{Lo}]|\p{Script=Latin}+/gu) ?? [];
  return Math.min(1, Math.max(0.6, said.length / A_SECOND / (seconds || 1)));
}
