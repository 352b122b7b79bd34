import { withAcknowledgement } from '../../escalation/acknowledged.ts';
import { viaText } from '../../escalation/channel-text.ts';
import type { Why } from '../../model/decision.ts';
import type { Acknowledgement, LadderRun } from '../../model/escalation.ts';
import { type Incident, incidentReference, isActive } from '../../model/incident.ts';
import type { PersonAction } from '../../model/person-event.ts';
import type { DecisionDraft } from '../decision-draft.ts';
import { isSteadilyHealthy } from '../next-alert.ts';

type Acknowledge = Extract<PersonAction, { do: 'acknowledge' }>;

/** Somebody has it: the incident as by assignment in Freshdesk, or what one ladder alone asks for. */
export function acknowledge(draft: DecisionDraft, action: Acknowledge): Why {
  const { by, person, via } = action;
  const incident = draft.incidentOf(action.incidentId);
  const said: Acknowledgement = { by, ...(person === undefined ? {} : { person }), via, at: draft.now };
  const run = incident.escalation?.ladders.findLast(({ ladder }) => ladder === action.ladder);
  if (action.ladder !== undefined && (run === undefined || run.state === 'ended')) {
    const name = nameOf(draft, action.ladder);
    const over = run?.endedWhy === undefined ? 'is not running' : `is over: ${run.endedWhy}`;
    const sentence = `${by} acknowledged ${name} of ${incidentReference(incident)} ${viaText(via)}, which ${over}`;
    return { rule: 'acknowledged_too_late', sentence: sentence.endsWith('.') ? sentence : `${sentence}.` };
  }
  return run !== undefined && isOwnDuty(draft, run)
    ? acknowledgeLadder(draft, { incident, run, said })
    : acknowledgeIncident(draft, incident, said);
}

/** What this ladder asks for is its own matter, and does not say that anybody works on the incident. */
function isOwnDuty({ policy }: DecisionDraft, run: LadderRun): boolean {
  const watches = policy.ladders[run.ladder]?.watches;
  return watches === 'accept' || watches === 'trigger' || run.director?.toldAt !== undefined;
}

type OfLadder = Readonly<{ incident: Incident; run: LadderRun; said: Acknowledgement }>;

function acknowledgeLadder(draft: DecisionDraft, { incident, run, said }: OfLadder): Why {
  const { escalation } = incident;
  if (escalation === undefined) throw new Error('a run of a ladder without an escalation');
  const before = run.acknowledged === undefined ? '' : `; ${run.acknowledged.by} had done so before`;
  draft.putIncident({
    ...incident,
    escalation: {
      ...escalation,
      ladders: escalation.ladders.map((one) => (one === run ? { ...run, acknowledged: said } : one)),
    },
  });
  const sentence = `${said.by} acknowledged ${nameOf(draft, run.ladder)} of ${incidentReference(incident)} ${viaText(said.via)}${before}.`;
  const why = { rule: 'ladder_acknowledged', sentence };
  draft.tell(incident.id, 'escalation', why);
  return why;
}

function acknowledgeIncident(draft: DecisionDraft, incident: Incident, said: Acknowledgement): Why {
  const reference = incidentReference(incident);
  const does = `${said.by} acknowledged ${reference} ${viaText(said.via)}`;
  if (!isActive(incident)) {
    return { rule: 'acknowledged_too_late', sentence: `${does}, which is ${incident.status} already.` };
  }
  const had = incident.status === 'acknowledged' ? incident.owner : undefined;
  const taken = withAcknowledgement(incident, said);
  draft.putIncident({
    ...taken,
    status: 'acknowledged',
    owner: said.by,
    acknowledgedAt: incident.acknowledgedAt ?? draft.now,
  });
  for (const alert of draft.members(incident.id))
    if (!isSteadilyHealthy(alert)) draft.acknowledge(incident, alert);
  const from = had === undefined || had === said.by ? '' : `; until now ${had} had it`;
  const why = {
    rule: incident.status === 'new' ? 'acknowledged' : 'acknowledged_again',
    sentence: `${does}${from}.`,
  };
  draft.tell(incident.id, 'acknowledged', why);
  return why;
}

const nameOf = ({ policy }: DecisionDraft, ladder: string): string =>
  `“${policy.ladders[ladder]?.name ?? ladder}”`;
