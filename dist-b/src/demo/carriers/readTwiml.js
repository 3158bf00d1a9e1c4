import { XMLParser } from 'fast-xml-parser';
import { spokenSeconds } from '../../channels/voice/speech.js';
const parser = new XMLParser({
    preserveOrder: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: true,
    htmlEntities: true,
});
/** The elements of a TwiML document; its root is the first one that is not a declaration. */
export function readTwiml(xml) {
    return elements(parser.parse(xml)).filter(({ name }) => !name.startsWith('?'));
}
function elements(nodes) {
    return Array.isArray(nodes) ? nodes.map(element) : [];
}
function element(node) {
    const { ':@': attributes, ...named } = node;
    const [[name, inner] = ['', []]] = Object.entries(named);
    if (name === '#text')
        return { name, attributes: {}, children: [], text: String(inner) };
    const children = elements(inner);
    return { name, attributes: isAttributes(attributes) ? attributes : {}, children, text: children.map(({ text }) => text).join('') };
}
function isAttributes(value) {
    return typeof value === 'object' && value !== null;
}
/** How many seconds the carrier takes to say a prompt, with its pauses and pace. A recording counts as 0: its length is not known here. */
export function promptSeconds({ name, attributes, text, children }) {
    if (name === '#text')
        return spokenSeconds(text);
    if (name === 'Play')
        return 0;
    if (name === 'Pause')
        return Number(attributes.length ?? 1);
    if (name === 'break')
        return breakSeconds(attributes.time ?? '');
    const inner = children.reduce((sum, child) => sum + promptSeconds(child), 0);
    return (name === 'prosody' ? inner / paceOf(attributes.rate) : inner) * Number(attributes.loop ?? 1);
}
const PACES = { 'x-slow': 0.5, slow: 0.75, medium: 1, fast: 1.25, 'x-fast': 1.5 };
function paceOf(rate) {
    if (rate?.endsWith('%'))
        return Number.parseFloat(rate) / 100;
    return PACES[rate ?? 'medium'] ?? 1;
}
function breakSeconds(time) {
    return Number.parseFloat(time) / (time.endsWith('ms') ? 1_000 : 1) || 0;
}
