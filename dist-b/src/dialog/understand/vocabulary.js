import { CodedError } from '../../store/codedError.js';
import { COMMANDS } from '../command.js';
import { byFirst, normalise } from './normalise.js';
/** What a word that is no command may do in a message. `locales/<language>/commands.json` lists words by these names. */
const ROLES = [
    /** Said out of politeness, at any place. */
    'polite',
    /** Before the first number, title or keyword: 我要, "I want to". */
    'lead',
    /** Between two picks: 和, "and". */
    'between',
    /** Directly after a number: 号, "th". */
    'after',
    /** Turns a pick into a question, so that it is read back first: 吗, "?". */
    'doubt',
    /** Says the opposite of what follows: 不, "don't". */
    'never',
    /** Asks about what follows: 还是, 哪个, "or", "should". */
    'question',
    'yes',
    'no',
    /** Asks for the next page. */
    'more',
    /** Begins again with no picks. */
    'afresh',
];
/**
 * Compiles the catalogues, by language. Throws `CodedError` if a command has no keyword in any of them, if a key is unknown, or if one
 * keyword stands for two commands.
 */
export function vocabulary(catalogues, book, guess) {
    const keywords = new Map();
    const words = new Map();
    const numbers = new Map();
    for (const [language, catalogue] of Object.entries(catalogues)) {
        for (const [key, listed] of Object.entries(catalogue)) {
            const role = ROLES.find((each) => each === key);
            const name = COMMANDS.find((each) => each === key.replace(/\?$/, ''));
            if (!role && !name && key !== 'numbers' && key !== 'others') {
                throw new CodedError('unknown-command', `${language}/commands.json: "${key}" is neither a command nor a kind of word; see src/dialog/understand/vocabulary.ts.`);
            }
            listed.forEach((written, index) => {
                const word = normalise(written).trim();
                if (role)
                    words.set(word, new Set([...(words.get(word) ?? []), role]));
                else if (key === 'numbers')
                    numbers.set(word, index);
                else
                    keep(keywords, word, { ...(name && { name }), isNear: key.endsWith('?') });
            });
        }
    }
    const missing = COMMANDS.filter((name) => ![...keywords.values()].some((keyword) => keyword.name === name && !keyword.isNear));
    if (missing.length)
        throw new CodedError('command-without-keyword', `No commands.json has a keyword for: ${missing.join(', ')}.`);
    return { keywords, words, numbers, keywordsFrom: byFirst(keywords.keys()), wordsFrom: byFirst(words.keys()), book, guess };
}
function keep(keywords, word, keyword) {
    const before = keywords.get(word);
    if (before && before.name !== keyword.name) {
        throw new CodedError('keyword-twice', `commands.json: "${word}" stands for both ${before.name ?? 'no command'} and ${keyword.name ?? 'no command'}.`);
    }
    keywords.set(word, before && !before.isNear ? before : keyword);
}
