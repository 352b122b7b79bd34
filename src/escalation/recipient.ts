import type { ChannelName } from '../model/escalation.ts';
import type { Policy } from '../policy/schema.ts';

/** Where each channel reaches somebody, in the words of `Page.address`. */
export type Addresses = Readonly<Partial<Record<ChannelName, string>>>;

/**
 * Somebody, or a room, who can be told.
 *
 * Absent: `language` unless texts are written in the recipient's own (two letters); `why` for rooms and where nothing is to
 *         be said: it completes “You are told because you …”.
 */
export type Recipient = Readonly<{
  /** As in Told: `dana`, `room:ops`, `customer:acme:0` or `vendor:isp`. */
  recipient: string;
  name: string;
  kind: 'person' | 'room' | 'customer' | 'vendor';
  addresses: Addresses;
  /** IANA zone in which the recipient reads times. */
  timeZone: string;
  language?: string;
  why?: string;
}>;

type Person = Policy['people'][string];
type Contact = Policy['customers'][string]['contacts'][number];
type Vendor = Policy['vendors'][string];

/** A recipient by its key; undefined where the policy does not know it (any more). */
export function recipientOf(policy: Policy, recipient: string): Recipient | undefined {
  const [kind, key = '', index] = recipient.split(':');
  const { time_zone: timeZone } = policy.defaults;
  if (kind === 'room') {
    const room = policy.rooms[key];
    return (
      room && { recipient, kind, name: room.name, addresses: { [room.channel]: room.address }, timeZone }
    );
  }
  if (kind === 'vendor') {
    const vendor = policy.vendors[key];
    const hours = vendor?.hours === undefined ? undefined : policy.calendars[vendor.hours];
    return (
      vendor && {
        recipient,
        kind,
        name: vendor.name,
        addresses: vendorAddresses(vendor),
        timeZone: hours?.time_zone ?? timeZone,
      }
    );
  }
  if (kind === 'customer') {
    const customer = policy.customers[key];
    const contact = customer?.contacts[Number(index)];
    if (customer === undefined || contact === undefined) return undefined;
    const calendar = customer.calendar === undefined ? undefined : policy.calendars[customer.calendar];
    return {
      recipient,
      kind,
      name: contact.name,
      addresses: contactAddresses(contact),
      timeZone: calendar?.time_zone ?? timeZone,
      language: contact.language,
    };
  }
  const person = policy.people[recipient];
  return (
    person && {
      recipient,
      kind: 'person',
      name: person.name,
      addresses: personAddresses(person),
      timeZone: person.time_zone ?? timeZone,
    }
  );
}

/** Rooms in Teams and Google Chat and webhooks belong to no single person. */
const personAddresses = ({ email, phone, slack, telegram, webex, ntfy, pushover }: Person): Addresses => ({
  email,
  ...byPhone(phone),
  ...(slack === undefined ? {} : { slack }),
  ...(telegram === undefined ? {} : { telegram: String(telegram) }),
  ...(webex === undefined ? {} : { webex }),
  ...(ntfy === undefined ? {} : { ntfy }),
  ...(pushover === undefined ? {} : { pushover }),
});

const contactAddresses = ({ email, phone }: Contact): Addresses => ({ email, ...byPhone(phone) });

/** A hotline takes calls, no text messages. */
const vendorAddresses = ({ email, phone }: Vendor): Addresses => ({
  ...(email === undefined ? {} : { email }),
  ...(phone === undefined ? {} : { voice: phone }),
});

const byPhone = (phone: string | undefined): Addresses =>
  phone === undefined ? {} : { sms: phone, voice: phone };
