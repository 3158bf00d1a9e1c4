import { XMLParser, XMLValidator } from 'fast-xml-parser';

const parser = new XMLParser({ preserveOrder: true, parseTagValue: false, trimValues: false, ignoreAttributes: false, htmlEntities: true });

/** A node as the parser gives it with `preserveOrder`: its tag and children, or its text. */
type Node = Record<string, unknown>;

/**
 * Reads the answer to an inbound SMS as strictly as Twilio does (https://www.twilio.com/docs/messaging/twiml): its text,
 * undefined for silence. Throws if Twilio would refuse it, or if there is more than one message.
 */
export function readMessagingTwiml(xml: string): string | undefined {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(`error 12100, document parse failure: ${valid.err.msg}`);
  const [root, ...others] = elements(parser.parse(xml)).filter(([tag]) => tag !== '?xml');
  if (root?.[0] !== 'Response' || others.length > 0) throw new Error('error 12102, the root has to be one <Response>');
  const verbs = elements(root[1]);
  for (const [verb] of verbs) if (verb !== 'Message') throw new Error(`error 12200, schema validation: <${verb}> is not expected`);
  if (verbs.length > 1) throw new Error(`${verbs.length} messages: carriers reorder them and bill each`);
  const [message] = verbs;
  if (!message) return undefined;
  const text = textOf(message[1]);
  if (text === '') throw new Error('error 14103, an empty message');
  if (text.length > 1_600) throw new Error(`error 21617, a message of ${text.length} characters`);
  return text;
}

function textOf(children: readonly Node[]): string {
  const body = elements(children);
  for (const [tag] of body) if (tag !== 'Body') throw new Error(`error 12200, schema validation: <${tag}> is not expected in <Message>`);
  return body.length > 0 ? body.map(([, inner]) => textOf(inner)).join('') : children.map((child) => String(child['#text'] ?? '')).join('');
}

function elements(nodes: readonly Node[]): [tag: string, children: readonly Node[]][] {
  return nodes.flatMap((node) =>
    Object.entries(node).flatMap(([tag, children]): [string, Node[]][] => (Array.isArray(children) ? [[tag, children]] : [])),
  );
}
