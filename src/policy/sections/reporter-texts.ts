import { z } from 'zod';
import type { ReporterTextName } from '../default-reporter-texts.ts';
import { doc } from '../value-kinds.ts';

const reporterText = (description: string) =>
  doc(z.string().min(1).optional(), description, '<p>Thank you for telling us.</p>');
/** A policy's own texts to reporters in one language. */
export const reporterTexts = z.strictObject({
  confirmation_request: reporterText('Asks whether it works again; needs the links `yesUrl` and `noUrl`.'),
  confirmation_reminder: reporterText('Asks again; needs both links.'),
  closed_silent: reporterText('Closed, since nobody answered.'),
  confirmed_thanks: reporterText('Thanks for a yes.'),
  still_broken_received: reporterText('Thanks for a no: work goes on.'),
  linked_to_incident: reporterText('The report belongs to a problem that is known.'),
  update_passed_on: reporterText('A public reply of the main ticket, passed on.'),
  recovered_ask: reporterText('Monitoring shows the main incident restored; asks, so it needs both links.'),
} satisfies Record<ReporterTextName, z.ZodType>);
