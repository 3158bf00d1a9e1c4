import { XMLParser } from 'fast-xml-parser';

/** An element of a TwiML document, in the document's order; text between elements is a `#text` of its own. */
export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Verb[];
  readonly text: string;
}

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

/** The elements of a TwiML document; its root is the first that is no declaration. */
export function readTwiml(xml: string): Verb[] {
  return elements(parser.parse(xml)).filter(({ name }) => !name.startsWith('?'));
}

function elements(nodes: unknown): Verb[] {
  return Array.isArray(nodes) ? nodes.map(element) : [];
}

function element(node: Record<string, unknown>): Verb {
  const { ':@': attributes, ...named } = node;
  const [[name, inner] = ['', []]] = Object.entries(named);
  if (name === '#text') return { name, attributes: {}, children: [], text: String(inner) };
  const children = elements(inner);
  return { name, attributes: isAttributes(attributes) ? attributes : {}, children, text: children.map(({ text }) => text).join('') };
}

function isAttributes(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null;
}
