import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AcknowledgeLink, StopLink } from '../incidents/decision-context.ts';

/**
 * What somebody may do by a link in a mail or a note, and nothing else.
 *
 * Units:  `expiresAt` counts in whole seconds; `round` is the incident's `reopenCount`, `run` that of a ladder.
 * Source: `reporter` names the reporter without telling who it is: the contact's number in Freshdesk, as text.
 */
export type LinkClaim =
  | Readonly<{
      do: 'confirm';
      incidentId: string;
      round: number;
      answer: 'yes' | 'no';
      ticketId: number;
      reporter: string;
      expiresAt: Date;
    }>
  | Readonly<{
      do: 'link';
      parentId: string;
      childId: string;
      answer: 'accept' | 'decline';
      expiresAt: Date;
    }>
  | (AcknowledgeLink & Readonly<{ do: 'acknowledge' }>)
  | (StopLink & Readonly<{ do: 'stop_director' }>);

export type OpenedLink =
  | Readonly<{ claim: LinkClaim }>
  | Readonly<{ refused: 'malformed' | 'tampered' | 'expired' }>;

/** First byte of every payload: which version and purpose it is, and which answer. A change of layout takes new ones. */
const KINDS = {
  confirmYes: 0x10,
  confirmNo: 0x11,
  linkAccept: 0x20,
  linkDecline: 0x21,
  acknowledge: 0x30,
  stop: 0x40,
} as const;

/** Of an HMAC-SHA256: 144 bits, which base64url writes without a remainder. */
const MAC_BYTES = 18;
const TOKEN_SHAPE = /^([A-Za-z0-9_-]{20,400})\.([A-Za-z0-9_-]{24})$/;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const UUID_BYTES = 16;
const NUMBER_BYTES = 6;
const SECONDS_BYTES = 5;
const REPORTER_BYTES_MAX = 64;
/** Of a person or a ladder in the policy. */
const NAME_BYTES_MAX = 120;

/**
 * A token for a link: `<payload>.<mac>`, URL-safe. Payload is not secret, so nothing goes in that its reader may not know.
 *
 * @param secret this installation's own; who changes it makes every link worthless that was sent before
 * Errors: throws when an id is not a UUID or a number out of range, which is our mistake
 */
export function signLink(secret: string, claim: LinkClaim): string {
  const payload = Buffer.concat(bytesOf(claim)).toString('base64url');
  return `${payload}.${macOf(secret, payload)}`;
}

/**
 * What a token allows. Only one that we signed is read at all; `expired` is told of those alone. The comparison takes the
 * same time wherever the two differ.
 */
export function openLink(secret: string, token: string, now: Date): OpenedLink {
  const [, payload, mac] = TOKEN_SHAPE.exec(token) ?? [];
  if (payload === undefined || mac === undefined) return { refused: 'malformed' };
  if (!timingSafeEqual(Buffer.from(macOf(secret, payload)), Buffer.from(mac))) return { refused: 'tampered' };
  const claim = claimIn(Buffer.from(payload, 'base64url'));
  if (!claim) return { refused: 'malformed' };
  return claim.expiresAt <= now ? { refused: 'expired' } : { claim };
}

/** Over the text of the payload, not its bytes: base64 has several texts for the same bytes. */
const macOf = (secret: string, payload: string): string =>
  createHmac('sha256', secret)
    .update(`watchdesk signed link\n${payload}`)
    .digest()
    .subarray(0, MAC_BYTES)
    .toString('base64url');

function bytesOf(claim: LinkClaim): readonly Buffer[] {
  switch (claim.do) {
    case 'confirm':
      return confirmBytes(claim);
    case 'link':
      return linkBytes(claim);
    case 'acknowledge':
      return [
        Buffer.of(KINDS.acknowledge),
        seconds(claim.expiresAt),
        uuid(claim.incidentId),
        name(claim.person),
        name(claim.ladder ?? ''),
      ];
    case 'stop_director':
      return [
        Buffer.of(KINDS.stop),
        seconds(claim.expiresAt),
        uuid(claim.incidentId),
        number(claim.run, 2),
        name(claim.person),
        name(claim.ladder),
      ];
  }
}

type Confirm = Extract<LinkClaim, { do: 'confirm' }>;
type Link = Extract<LinkClaim, { do: 'link' }>;

function confirmBytes(claim: Confirm): readonly Buffer[] {
  const reporter = Buffer.from(claim.reporter, 'utf8');
  if (reporter.length > REPORTER_BYTES_MAX) throw new RangeError('A reporter’s mark is too long for a link.');
  const kind = claim.answer === 'yes' ? KINDS.confirmYes : KINDS.confirmNo;
  return [
    Buffer.of(kind),
    seconds(claim.expiresAt),
    uuid(claim.incidentId),
    number(claim.round, 2),
    number(claim.ticketId, NUMBER_BYTES),
    reporter,
  ];
}

function linkBytes(claim: Link): readonly Buffer[] {
  const kind = claim.answer === 'accept' ? KINDS.linkAccept : KINDS.linkDecline;
  return [Buffer.of(kind), seconds(claim.expiresAt), uuid(claim.parentId), uuid(claim.childId)];
}

function claimIn(bytes: Buffer): LinkClaim | undefined {
  const [kind] = bytes;
  const expiresAt = new Date(bytes.readUIntBE(1, SECONDS_BYTES) * 1000);
  const rest = bytes.subarray(1 + SECONDS_BYTES);
  if (kind === KINDS.linkAccept || kind === KINDS.linkDecline) {
    if (rest.length !== 2 * UUID_BYTES) return undefined;
    const answer = kind === KINDS.linkAccept ? 'accept' : 'decline';
    return { do: 'link', parentId: uuidIn(rest, 0), childId: uuidIn(rest, UUID_BYTES), answer, expiresAt };
  }
  if (kind === KINDS.acknowledge) {
    const [person, ladder] = namesIn(rest.subarray(UUID_BYTES));
    if (!person || ladder === undefined) return undefined;
    const incidentId = uuidIn(rest, 0);
    return { do: 'acknowledge', incidentId, ...(ladder !== '' && { ladder }), person, expiresAt };
  }
  if (kind === KINDS.stop) {
    const [person, ladder] = namesIn(rest.subarray(UUID_BYTES + 2));
    if (!person || !ladder) return undefined;
    const run = rest.readUIntBE(UUID_BYTES, 2);
    return { do: 'stop_director', incidentId: uuidIn(rest, 0), ladder, run, person, expiresAt };
  }
  if (kind !== KINDS.confirmYes && kind !== KINDS.confirmNo) return undefined;
  if (rest.length < UUID_BYTES + 2 + NUMBER_BYTES) return undefined;
  return {
    do: 'confirm',
    incidentId: uuidIn(rest, 0),
    round: rest.readUIntBE(UUID_BYTES, 2),
    answer: kind === KINDS.confirmYes ? 'yes' : 'no',
    ticketId: rest.readUIntBE(UUID_BYTES + 2, NUMBER_BYTES),
    reporter: rest.toString('utf8', UUID_BYTES + 2 + NUMBER_BYTES),
    expiresAt,
  };
}

function uuid(id: string): Buffer {
  if (!UUID.test(id)) throw new RangeError(`A link is about a UUID, not “${id}”.`);
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function uuidIn(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + UUID_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A key of the policy with its length before it. */
function name(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > NAME_BYTES_MAX) throw new RangeError(`“${text}” is too long for a link.`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function namesIn(bytes: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + (bytes[at] ?? 0);
    names.push(bytes.toString('utf8', at + 1, end));
    at = end;
  }
  return names;
}

function number(value: number, byteCount: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new RangeError('A link tells whole numbers only.');
  const bytes = Buffer.alloc(byteCount);
  bytes.writeUIntBE(value, 0, byteCount); // throws a RangeError when it does not fit
  return bytes;
}

const seconds = (at: Date): Buffer => number(Math.floor(at.getTime() / 1000), SECONDS_BYTES);
