import type { DeskAgent } from '../../../src/model/desk-agent.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { PRIORITIES, TICKET_TYPES } from '../../../src/model/priority.ts';
import type { TicketFields } from '../../../src/model/ticket.ts';
import type { TakenOver, TicketEvent } from '../../../src/model/ticket-event.ts';
import type { Policy } from '../../../src/policy/schema.ts';
import { aPolicy } from '../../support/policy.ts';
import { aTicketEvent } from '../../support/ticket-event.ts';
import { World } from '../world.ts';

export const OPERATIONS_GROUP = 901;
export const NETWORK_GROUP = 902;

/** Two teams with groups, a service, a customer, a technical manager. */
export const deskPolicy = (more: object = {}): Policy =>
  aPolicy({
    defaults: { team: 'operations', technical_manager: 'tina' },
    people: {
      jo: { name: 'Jo Moss', email: 'jo@acme-it.example' },
      tina: { name: 'Tina Lang', email: 'tina@acme-it.example' },
    },
    teams: {
      operations: { name: 'Operations', members: ['jo'], freshdesk_group_id: OPERATIONS_GROUP },
      network: { name: 'Network', freshdesk_group_id: NETWORK_GROUP },
    },
    customers: { acme: { name: 'Acme Retail', domains: ['acme.example'] } },
    services: {
      webshop: {
        name: 'Web shop',
        customers: ['acme'],
        criticality: 'high',
        owner: 'operations',
        match: [{ host: 'shop*' }],
      },
    },
    ...more,
  });

export const anAgent = (given: Partial<DeskAgent> = {}): DeskAgent => ({
  id: 71,
  name: 'Jo Moss',
  email: 'jo@acme-it.example',
  isAvailable: true,
  isDeactivated: false,
  groupIds: [OPERATIONS_GROUP],
  openCount: 0,
  ...given,
});

export const TINA = anAgent({ id: 72, name: 'Tina Lang', email: 'Tina@acme-it.example', groupIds: [] });

export function deskWorld(policy: Policy = deskPolicy()): World {
  const world = new World(policy);
  world.agents = [anAgent(), TINA];
  return world;
}

/** The issue of ticket #7. */
export function issueOf(world: World, ticketId = 7): Incident {
  const id = [...world.ticketNumbers].find(([, number]) => number === ticketId)?.[0];
  const issue = id === undefined ? undefined : world.incidents.get(id);
  if (issue === undefined) throw new Error(`ticket #${ticketId} has no issue`);
  return issue;
}

/** HTML of the private note with this intent. */
export function noteOf(world: World, intent: string): string {
  const notes = [...world.commands.values()].filter((one) => one.intent === intent);
  const [note] = notes;
  if (note?.kind !== 'private_note' || notes.length > 1)
    throw new Error(`${notes.length} notes with intent ${intent}`);
  return note.html;
}

export const rulesTold = (world: World, issue: Incident): string[] =>
  world.timeline
    .filter(({ incidentId }) => incidentId === issue.id)
    .map(({ kind, rule }) => `${kind}: ${rule}`);

/** The ticket as it stands once its wish was written, with what people took over and changed since, read now. */
export function nextReading(
  world: World,
  { fields, ...given }: Partial<Omit<TicketEvent, 'fields'>> & { fields?: Partial<TicketFields> } = {},
): TicketEvent {
  const ticketId = given.ticketId ?? 7;
  const issue = issueOf(world, ticketId);
  const wished = world.tickets.get(issue.id)?.fields;
  const hasNoGroup =
    given.takenOver?.some(({ field, chosen }) => field === 'groupId' && chosen === '') === true;
  const {
    requester: _r,
    company: _c,
    ...known
  } = aTicketEvent({ readAt: world.now, createdAt: issue.startedAt });
  return {
    ...known,
    descriptionText: '',
    fields: {
      ...known.fields,
      ...(wished && { priority: wished.priority, type: wished.type }),
      ...(wished?.groupId === undefined || hasNoGroup ? {} : { groupId: wished.groupId }),
      ...chosenIn(given.takenOver ?? []),
      ...fields,
    },
    ...given,
  };
}

function chosenIn(takenOver: readonly TakenOver[]): Partial<TicketFields> {
  const chosen = (field: TakenOver['field']) => takenOver.find((one) => one.field === field)?.chosen;
  const [priority, group, agent] = [chosen('priority'), chosen('groupId'), chosen('responderId')];
  const type = TICKET_TYPES.find((one) => one === chosen('type'));
  return {
    ...(priority === undefined ? {} : { priority: PRIORITIES.find((one) => one === priority) ?? 'low' }),
    ...(type === undefined ? {} : { type }),
    ...(group === undefined || group === '' ? {} : { groupId: Number(group) }),
    ...(agent === undefined || agent === '' ? {} : { responderId: Number(agent) }),
  };
}
