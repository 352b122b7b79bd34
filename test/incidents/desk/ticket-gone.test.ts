import { describe, expect, test } from 'vitest';
import { minutes } from '../world.ts';
import { event, readOk, recovery } from '../world-with.ts';
import { DeskTicket } from './desk-ticket.ts';
import { deskWorld, issueOf, rulesTold } from './desk-world.ts';

const SHOP = { host: 'shop1', check: 'HTTP' };

const raised = (world = deskWorld(), id = 7) =>
  new DeskTicket(world, id).raise({ subject: `Trouble with printer ${id}` });

function lose(ticket: DeskTicket, gone: 'spam' | 'deleted' | undefined) {
  ticket.world.pass(minutes(1));
  if (gone === undefined) delete ticket.gone;
  else ticket.gone = gone;
  return ticket.sync();
}

function merge(ticket: DeskTicket, into: number) {
  ticket.world.pass(minutes(1));
  ticket.mergedInto = into;
  return ticket.set('closed');
}

describe.each(['spam', 'deleted'] as const)('a ticket that is %s', (gone) => {
  test('P3 is withdrawn, and nothing is sent to it', () => {
    const ticket = raised();
    const told = ticket.world.commands.size;
    expect(lose(ticket, gone)[0]?.why.rule).toBe(`ticket_${gone}`);
    expect(ticket.issue).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'withdrawn' }],
      desk: { goneWhy: gone },
    });
    expect(ticket.world.commands.size).toBe(told);
    expect(ticket.world.tickets.get(ticket.issue.id)?.statusTurn).toBe(0);
    expect([...ticket.world.timers.values()].map(({ name }) => name)).not.toContain('confirm');
  });

  test('goes on by monitoring where alerts belong to it, says so once, and closes on that alone', () => {
    const world = deskWorld();
    const ticket = new DeskTicket(world).raise();
    world.pass(minutes(1)).tell(event(world, SHOP));
    lose(ticket, gone);
    expect(ticket.issue).toMatchObject({ status: 'new', memberCount: 1, desk: { goneWhy: gone } });
    ticket.sync();
    expect(rulesTold(world, ticket.issue).filter((one) => one === `ticket: ticket_${gone}`)).toHaveLength(1);
    world.pass(minutes(1)).tell(event(world, { ...SHOP, ...recovery }));
    const since = new Date(world.now);
    world.pass(minutes(40)).fireTimers();
    world.tell(world.proof(ticket.issue, [event(world, { ...SHOP, ...readOk, stateSince: since })]));
    expect(ticket.issue).toMatchObject({ status: 'closed', proofs: [{ kind: 'monitoring' }] });
  });

  test('is an issue again once it is back', () => {
    const ticket = raised();
    lose(ticket, gone);
    lose(ticket, undefined);
    expect(ticket.issue).toMatchObject({ status: 'new', proofs: [], reopenCount: 1 });
    expect(ticket.issue.desk.goneWhy).toBeUndefined();
    expect(ticket.status).toBe('open');
    ticket.world.pass(minutes(1));
    ticket.set('closed');
    expect(ticket.status).toBe('resolved');
  });

  test('P3 that comes back as it was resolved is to be proven', () => {
    const ticket = raised();
    ticket.world.pass(minutes(1));
    ticket.set('resolved');
    lose(ticket, gone);
    expect(ticket.issue.status).toBe('closed');
    lose(ticket, undefined);
    expect(ticket.issue).toMatchObject({ status: 'resolved', proofs: [] });
    expect(ticket.status).toBe('resolved');
    expect(ticket.world.intents('public_reply')).toEqual(['confirm:0', 'confirm:1']);
  });

  test('that was closed on proof before stays closed, gone and back', () => {
    const ticket = raised();
    ticket.say('It works again');
    expect(ticket.issue.status).toBe('closed');
    lose(ticket, gone);
    lose(ticket, undefined);
    expect(ticket.issue).toMatchObject({
      status: 'closed',
      reopenCount: 0,
      proofs: [{ kind: 'reporter_reply' }],
    });
  });
});

describe('a ticket that was merged', () => {
  test('into one that is known: what belonged to it belongs to that, and no gate', () => {
    const world = deskWorld();
    const [primary, secondary] = [raised(world, 7), raised(world, 8)];
    merge(secondary, 7);
    expect(secondary.issue).toMatchObject({
      status: 'closed',
      proofs: [{ kind: 'withdrawn' }],
      desk: { goneWhy: 'merged' },
    });
    expect(secondary.issue.desk.gate).toBeUndefined();
    expect(secondary.status).toBe('closed');
    expect(primary.issue.status).toBe('new');
    expect(rulesTold(world, primary.issue)).toContain('ticket: merged_in');
  });

  test('takes its alerts along, and reopens what is done when they are bad', () => {
    const world = deskWorld();
    const secondary = new DeskTicket(world, 8).raise();
    world.pass(minutes(1)).tell(event(world, SHOP));
    expect(secondary.issue).toMatchObject({ memberCount: 1 });
    const primary = raised(world, 7);
    primary.world.pass(minutes(1));
    primary.set('resolved');
    merge(secondary, 7);
    expect(secondary.issue).toMatchObject({ status: 'closed', memberCount: 0, badAlertCount: 0 });
    expect(primary.issue).toMatchObject({ memberCount: 1, badAlertCount: 1, status: 'new', cause: SHOP });
    expect(world.alert(SHOP).incidentId).toBe(primary.issue.id);
  });

  test('into one that is not known: that is the issue’s ticket from now on, and is read', () => {
    const ticket = raised();
    const { id } = ticket.issue;
    merge(ticket, 99);
    expect(issueOf(ticket.world, 99)).toMatchObject({ id, status: 'new' });
    expect(ticket.world.ticketsToRead).toEqual([99]);
  });

  test('P2 is merged once, however often it is read', () => {
    const world = deskWorld();
    raised(world, 7);
    const secondary = raised(world, 8);
    merge(secondary, 7);
    const { version } = secondary.issue;
    world.pass(minutes(1));
    secondary.set('resolved');
    expect(secondary.issue.version).toBe(version);
  });
});
