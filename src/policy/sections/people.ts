import { z } from 'zod';
import { doc, id, isTimeZone, laterEnd, phone, wallClock } from '../value-kinds.ts';

/** Colleagues and how they are reached. */

const absence = laterEnd(
  z.strictObject({
    from: doc(wallClock, 'From then on, by the clocks of the person’s time zone …', '2026-12-24T00:00'),
    to: doc(wallClock, '… until then.', '2027-01-04T08:00'),
    why: doc(z.string().min(1).optional(), 'Shown where somebody wonders.', 'Holidays'),
  }),
);

export const person = z.strictObject({
  name: doc(z.string().min(1), 'How colleagues call this person.', 'Jo Moss'),
  email: doc(
    z.email(),
    'Where messages to this person go; the Freshdesk agent with this address is this person.',
    'jo@acme-it.example',
  ),
  skills: doc(z.array(z.string().min(1)).default([]), 'What assignment rules may ask for.', ['cisco']),
  phone: doc(
    phone.optional(),
    'Number for calls and text messages, with the country’s code.',
    '+41791234567',
  ),
  slack: doc(
    z
      .string()
      .regex(/^[UW][A-Z0-9]{5,}$/, 'must be a member id such as U024BE7LH')
      .optional(),
    'Member id in Slack (in the profile, under More).',
    'U024BE7LH',
  ),
  telegram: doc(
    z.int().optional(),
    'Chat id in Telegram: `watchdesk notify --telegram-chats` lists who wrote to the bot.',
    123456789,
  ),
  webex: doc(z.email().optional(), 'Address in Webex.', 'jo@acme-it.example'),
  ntfy: doc(
    z
      .string()
      .regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be a topic of letters, digits, - and _')
      .optional(),
    'Topic in ntfy that this person listens to. Whoever knows it can read along, so make it hard to guess.',
    'watchdesk-jo-7f3c9a',
  ),
  pushover: doc(
    z
      .string()
      .regex(/^[A-Za-z0-9]{30}$/, 'must be a user key of 30 letters and digits')
      .optional(),
    'User key in Pushover.',
    'uQiRzpo4DXghDmr9QzzfQu27cmVRsG',
  ),
  time_zone: doc(
    z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich').optional(),
    'IANA time zone in which this person lives. Left out: `defaults.time_zone`.',
    'Europe/Zurich',
  ),
  stand_in: doc(id.optional(), 'Key from `people`: who is told while this person is absent.', 'sam'),
  manager: doc(id.optional(), 'Key from `people`: who is added when this person does not react.', 'dana'),
  absent: doc(z.array(absence).default([]), 'When this person is away: nobody pages them then.'),
});
