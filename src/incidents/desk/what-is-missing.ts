import type { Alert } from '../../model/alert.ts';
import { type AskedField, DESK_FIELDS } from '../../model/desk-field.ts';
import { type Incident, incidentReference } from '../../model/incident.ts';
import { priorityRank } from '../../model/priority.ts';
import { inWords } from '../../routing/in-words.ts';
import { closingNeeds, missingProofs, type Need } from '../closing-needs.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { isSteadilyHealthy } from '../next-alert.ts';
import { soakMsOf } from '../soak.ts';

/** Something without which an incident does not close, in words, and every way to give it. */
export type Missing = Readonly<{
  what: string;
  ways: readonly string[];
  /** Nobody but an agent can give it. */
  isAgents: boolean;
}>;

/** What keeps an incident from closing; empty when nothing does, and for what is no incident. */
export function whatIsMissing(draft: DecisionDraft, incident: Incident): readonly Missing[] {
  if (incident.type !== 'Incident' || incident.proofs.some(({ kind }) => kind === 'withdrawn')) return [];
  return [
    ...badAlerts(draft, incident),
    ...neededStill(draft, incident).map((need) =>
      need === 'monitoring' ? soakMissing(draft, incident) : reporterMissing(draft, incident),
    ),
    ...unclearReply(incident),
    ...openChildren(draft, incident),
    ...emptyFields(draft, incident),
  ];
}

/** `a, b and c`. */
export function missingText(missing: readonly Missing[]): string {
  const all = missing.map(({ what }) => what);
  const last = all.pop() ?? 'nothing is missing';
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
}

/** Objects that Opsview no longer knows can never be proven healthy: there, an agent's record counts in its place. */
function vanished(draft: DecisionDraft, { id, proofs }: Incident): readonly Alert[] {
  if (!proofs.some(({ kind }) => kind === 'agent_record')) return [];
  return draft.members(id).filter(({ missingSince }) => missingSince !== undefined);
}

const neededStill = (draft: DecisionDraft, incident: Incident): readonly Need[] =>
  missingProofs(incident, draft.policy).filter(
    (need) => need !== 'monitoring' || vanished(draft, incident).length === 0,
  );

/** How many alerts keep the incident from being resolved: bad or flapping, as far as Opsview can still tell. */
export const stillBad = (draft: DecisionDraft, incident: Incident): number =>
  incident.badAlertCount - vanished(draft, incident).filter((one) => !isSteadilyHealthy(one)).length;

function badAlerts(draft: DecisionDraft, incident: Incident): readonly Missing[] {
  const count = stillBad(draft, incident);
  if (count === 0) return [];
  const what = `monitoring still shows ${count} of ${incident.memberCount} alerts bad or flapping`;
  const ways = [
    'Restore what Opsview shows bad; Watchdesk sees that by itself.',
    ...wayIfLost(draft, incident),
  ];
  return [{ what, ways, isAgents: false }];
}

const wayIfLost = (draft: DecisionDraft, { id }: Incident): readonly string[] =>
  draft.members(id).some(({ missingSince }) => missingSince !== undefined)
    ? ['What Opsview does not know any more: record who confirmed that it works, and close again.']
    : [];

function soakMissing(draft: DecisionDraft, incident: Incident): Missing {
  const held = inWords(soakMsOf(incident, draft));
  const what = `Opsview has not shown everything healthy for ${held} when read back`;
  const ways = [`Wait: Watchdesk reads Opsview once everything has been healthy for ${held}.`];
  return {
    what,
    ways: [...ways, ...wayIfLost(draft, incident), ...eitherWay(draft, incident)],
    isAgents: false,
  };
}

const eitherWay = (draft: DecisionDraft, incident: Incident): readonly string[] =>
  closingNeeds(incident, draft.policy).isEither ? ['This or the reporter’s confirmation is enough.'] : [];

function reporterMissing(draft: DecisionDraft, incident: Incident): Missing {
  const { deskFields, links } = draft.context;
  const [by, how, on] = [DESK_FIELDS.confirmed_by, DESK_FIELDS.confirmed_how, DESK_FIELDS.confirmed_on];
  const hasFields = deskFields.has('confirmed_by') && deskFields.has('confirmed_how');
  const url = links.watchdeskUrl(incident);
  const ways = [
    ...(incident.reporter === undefined
      ? []
      : ['The reporter says by the link in our question, or in a reply, that it works again.']),
    ...(hasFields
      ? [
          `You record who confirmed it to you, and how, in the fields “${by.label}”, “${how.label}” and “${on.label}”.`,
        ]
      : []),
    ...(url === undefined ? [] : [`You record the same in Watchdesk: ${url}`]),
    ...(incident.origin === 'ticket' ? ['If it is no incident, set the ticket’s type to what it is.'] : []),
  ];
  return { what: 'the reporter has not confirmed that it works again', ways, isAgents: false };
}

function unclearReply({ desk }: Incident): readonly Missing[] {
  if (desk.unclearReplyId === undefined) return [];
  const what = 'a reply came that Watchdesk cannot understand';
  const ways = ['Read the reply; answer it, or resolve the ticket if the reply means that it works again.'];
  return [{ what, ways, isAgents: true }];
}

function openChildren({ policy }: DecisionDraft, { openChildCount: count }: Incident): readonly Missing[] {
  if (policy.closing.children !== 'all_closed' || count === 0) return [];
  const what = count === 1 ? 'one linked ticket is not closed' : `${count} linked tickets are not closed`;
  return [{ what, ways: ['Each linked ticket closes on its own reporter’s confirmation.'], isAgents: false }];
}

const RESOLUTION_FIELDS = {
  code: 'resolution_code',
  kind: 'resolution_kind',
  text: 'resolution_text',
} as const satisfies Record<string, AskedField>;

/** Only what people reported, and not what only repeats another: there, the main ticket tells how it was solved. */
function emptyFields({ policy, context }: DecisionDraft, incident: Incident): readonly Missing[] {
  const { require, from_priority } = policy.closing.resolution;
  if (incident.origin !== 'ticket' || incident.parentId !== undefined) return [];
  if (priorityRank(incident.priority) < priorityRank(from_priority)) return [];
  const isEmpty = (field: AskedField): boolean =>
    context.deskFields.has(field) && String(incident.desk.answers?.[field] ?? '').trim() === '';
  return require
    .map((name) => RESOLUTION_FIELDS[name])
    .filter(isEmpty)
    .map((field) => ({
      what: `the field “${DESK_FIELDS[field].label}” is empty`,
      ways: [`Fill in “${DESK_FIELDS[field].label}” in this ticket.`],
      isAgents: true,
    }));
}

/** `WD-7 closes once …`: what an incident that is resolved waits for; undefined when nothing is missing. */
export function waitsFor(draft: DecisionDraft, incident: Incident): string | undefined {
  const missing = whatIsMissing(draft, incident);
  if (missing.length === 0) return undefined;
  return `${incidentReference(incident)} is not closed yet: ${missingText(missing)}.`;
}
