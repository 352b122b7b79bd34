import { readXml, XMLPARSE_ERROR, type XmlElement } from './xml.ts';

export type { XmlElement };

/** What a caller hears and which address a key calls; a text when Twilio would not understand the document. */
export type Heard = Readonly<{
  said: readonly string[];
  gatherUrl?: string;
  hangsUp: boolean;
  reply: readonly string[];
}>;

const VERBS = new Set(['Response', 'Say', 'prosody', 'Pause', 'Gather', 'Hangup', 'Message', 'Redirect']);

/** Reads a TwiML document as far as Watchdesk uses it. */
export function readTwiml(text: string): Heard | string {
  const root = readXml(text);
  if (typeof root === 'string') return root;
  if (root.name !== 'Response') return XMLPARSE_ERROR;
  const said: string[] = [];
  const reply: string[] = [];
  let gatherUrl: string | undefined;
  let hangsUp = false;
  const visit = (element: XmlElement): string | undefined => {
    if (!VERBS.has(element.name)) return `Invalid element ${element.name}`;
    if (element.name === 'Say') said.push(textOf(element));
    else if (element.name === 'Message') reply.push(textOf(element));
    else if (element.name === 'Hangup') hangsUp = true;
    else if (element.name === 'Gather') gatherUrl = element.attributes.action;
    if (element.name === 'Say' || element.name === 'Message') return undefined;
    return element.children
      .map((child) => (typeof child === 'string' ? undefined : visit(child)))
      .find(Boolean);
  };
  const fault = visit(root);
  return fault ?? { said, reply, hangsUp, ...(gatherUrl !== undefined && { gatherUrl }) };
}

const textOf = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
