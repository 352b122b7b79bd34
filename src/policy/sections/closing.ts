import { z } from 'zod';
import { DEFAULT_PHRASES } from '../default-phrases.ts';
import { doc, duration, oneOrMore, positiveDuration, priority } from '../value-kinds.ts';
import { reporterTexts } from './reporter-texts.ts';

/** What an incident needs before it closes, and how reporters are asked. */

const need = z.strictObject({
  origin: doc(
    z.enum(['alert', 'ticket']).optional(),
    'Whether monitoring or a person told of it first; left out: either.',
    'ticket',
  ),
  priority: doc(oneOrMore(priority).optional(), 'Its priority; left out: any.', ['urgent', 'high']),
  has_alerts: doc(z.boolean().optional(), 'Whether alerts belong to it.', true),
  proof: doc(
    z.enum(['monitoring', 'reporter', 'both', 'either']),
    'What is needed: healthy as read back from Opsview, the reporter’s confirmation, both, or one of them. Where no alert belongs to an incident, monitoring cannot prove anything and the reporter is asked.',
    'both',
  ),
});

const phrases = z.array(z.string().min(1));

const builtIn = (kind: keyof typeof DEFAULT_PHRASES) => phrases.default([...DEFAULT_PHRASES[kind]]);

export const closingExtras = {
  needs: doc(
    z.array(need).default([
      { origin: 'alert', proof: 'monitoring' },
      { origin: 'ticket', has_alerts: true, proof: 'both' },
      { origin: 'ticket', proof: 'reporter' },
    ]),
    'What proof an incident needs; the first entry that matches counts. Where none does: the reporter’s for tickets, monitoring for alerts.',
  ),
  children: doc(
    z.enum(['do_not_wait', 'all_closed']).default('do_not_wait'),
    'Whether a main incident waits until all linked tickets are closed.',
    'all_closed',
  ),
  gate: doc(
    z
      .strictObject({
        rounds: doc(
          z.int().min(1).default(3),
          'A close without proof is set back at most this often within `within`; then Watchdesk stops and tells a person.',
          3,
        ),
        within: doc(positiveDuration.prefault('24h'), 'In which the rounds are counted.', '24h'),
      })
      .prefault({}),
    'What happens to a ticket that is closed without proof: it is set back to Resolved.',
  ),
  reporter: doc(
    z
      .strictObject({
        remind_after: doc(
          z.array(positiveDuration).prefault(['1d', '3d']),
          'When the reporter who was asked is reminded, each counted from the question.',
          ['1d', '3d'],
        ),
        silent_after: doc(
          positiveDuration.prefault('7d'),
          'When a reporter who does not answer counts as silent, counted from the question.',
          '7d',
        ),
        when_silent: doc(
          z.enum(['close', 'ask_agent']).default('close'),
          'What then happens: `close` closes the ticket and says so in it; `ask_agent` leaves it to a person. A reporter who was never reminded is never silent.',
          'close',
        ),
        link_valid: doc(positiveDuration.prefault('30d'), 'How long the links in the question work.', '30d'),
        languages: doc(
          z
            .array(z.string().regex(/^[a-z]{2}$/))
            .min(1)
            .default(['en']),
          'Languages in which reporters are written to, two letters each; the first one where the ticket’s is none of them. Built in: de, en, es, fr, it, nl.',
          ['en', 'de'],
        ),
      })
      .prefault({}),
    'How the reporter is asked whether it works again.',
  ),
  resolution: doc(
    z
      .strictObject({
        require: doc(
          z.array(z.enum(['code', 'kind', 'text'])).default([]),
          'What agents have to fill in before an incident that people reported closes, where the account has the fields.',
          ['code', 'text'],
        ),
        from_priority: doc(priority.default('low'), 'From which priority on.', 'high'),
        workaround_follow_up: doc(
          z.enum(['problem', 'none']).default('problem'),
          'Whether a workaround opens a Problem, so that the fix is not forgotten.',
          'problem',
        ),
      })
      .prefault({}),
    'What is written down about how it was solved.',
  ),
  phrases: doc(
    z
      .strictObject({
        yes: doc(builtIn('yes'), 'Means that it works again.', ['works again', 'läuft wieder']),
        no: doc(builtIn('no'), 'Means that it does not.', ['still broken', 'geht immer noch nicht']),
        thanks: doc(builtIn('thanks'), 'Is only polite: neither reopens nor confirms.', [
          'thank you',
          'danke',
        ]),
      })
      .prefault({}),
    'How replies of reporters are understood; a list given here replaces the built-in one.',
  ),
  reporter_texts: doc(
    z.record(z.string().regex(/^[a-z]{2}$/, 'must be a language of two letters'), reporterTexts).default({}),
    'Texts to reporters (HTML), by language, that replace the built-in ones.',
  ),
};

export const problems = z.strictObject({
  due_after: doc(positiveDuration.prefault('14d'), 'When a Problem should be solved.', '14d'),
  repeat: doc(
    z
      .strictObject({
        count: doc(z.int().min(2).default(5), 'This many alike …', 5),
        within: doc(
          duration.prefault('30d'),
          '… within this time, and a Problem is proposed. 0s for never.',
          '30d',
        ),
      })
      .prefault({}),
    'The same thing again and again.',
  ),
});
