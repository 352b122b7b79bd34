import type { ChannelName } from '../model/escalation.ts';
import type { PageContent } from '../model/page.ts';
import { channelText } from './channel-text.ts';
import { bounded } from './page-draft.ts';
import type { Recipient } from './recipient.ts';
import { timeText } from './time-text.ts';

/** Somebody tries whether a channel reaches a person or room. */
export const testContent = (recipient: Recipient, channel: ChannelName, now: Date): PageContent =>
  bounded({
    subject: `Test message from Watchdesk to ${recipient.name}`,
    sentence: `This is a test: escalations reach ${recipient.name} by ${channelText(channel)}.`,
    facts: [{ label: 'Sent', value: timeText(now, recipient.timeZone) }],
    ask: '',
  });
