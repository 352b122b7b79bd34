import { describe, expect, test } from 'vitest';
import { databases } from '../support/database.ts';
import { MINUTE } from '../support/manual-clock.ts';
import { CLOSED, flowsOn, hosts, OPEN, onlyTicket, ticketAbout } from './flows.ts';

const CUSTOMERS = { acme: { name: 'Acme' }, beta: { name: 'Beta' } };
const WEBSHOP = {
  customers: CUSTOMERS,
  services: {
    webshop: {
      name: 'Web shop',
      customers: ['acme'],
      criticality: 'medium',
      match: [{ host: 'web*', check: 'HTTP*' }],
    },
  },
};

describe.each(databases)('alerts that belong together (%s)', (kind) => {
  const open = flowsOn(kind);

  test('two checks of one business service are one ticket, whose note lists the second', async () => {
    const desk = await open({ policy: WEBSHOP });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(4 * MINUTE);
    desk.checks.setState('web02', 'HTTPS certificate', 'CRITICAL', 'certificate <b>expired</b>');
    await desk.advance(2 * MINUTE);
    const ticket = onlyTicket(desk);
    expect(ticket.subject).toContain('Acme');
    const [note, ...more] = desk.notes(ticket.id);
    expect(more).toEqual([]);
    expect(note).toContain('web02 HTTPS certificate');
    expect(note).toContain('certificate &lt;b&gt;expired&lt;/b&gt;');
    expect(note).not.toContain('web01 HTTP</strong>'); // the ticket was opened with it
  });

  test('outside the window the second gets its own ticket', async () => {
    const desk = await open({ policy: WEBSHOP });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    await desk.advance(11 * MINUTE, 4 * MINUTE);
    desk.checks.setState('web02', 'HTTP', 'CRITICAL');
    await desk.settle();
    expect(desk.tickets()).toHaveLength(2);
  });

  test('a host group joins from the fifth alert on; the first four have their own tickets', async () => {
    const desk = await open({
      sandbox: { opsview: { inventory: hosts(['a', 'b', 'c', 'd', 'e', 'f'], ['Ping']) } },
    });
    for (const host of ['a', 'b', 'c', 'd', 'e', 'f']) {
      desk.checks.setState(host, 'Ping', 'CRITICAL');
      await desk.settle();
    }
    expect(desk.tickets()).toHaveLength(4);
    await desk.advance(2 * MINUTE);
    const [note] = desk.notes(ticketAbout(desk, 'a Ping').id);
    expect(note).toContain('2 alerts joined');
    expect(note).toContain('e Ping');
    expect(note).toContain('f Ping');
  });

  test('those of a group close together, when the last of them is proven healthy', async () => {
    const desk = await open({ policy: WEBSHOP });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    desk.checks.setState('web02', 'HTTP', 'CRITICAL');
    await desk.advance(MINUTE);
    desk.checks.setState('web01', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 4 * MINUTE);
    expect(onlyTicket(desk).status).toBe(OPEN);
    desk.checks.setState('web02', 'HTTP', 'OK');
    await desk.advance(20 * MINUTE, 2 * MINUTE);
    expect(onlyTicket(desk).status).toBe(CLOSED);
  });

  test('alerts of two customers never share a ticket: neither on one host nor under a host that is down', async () => {
    const desk = await open({
      policy: {
        customers: CUSTOMERS,
        services: {
          shop: {
            name: 'Shop',
            customers: ['acme'],
            criticality: 'medium',
            match: [{ host: '*', check: 'HTTP' }],
          },
          files: {
            name: 'Files',
            customers: ['beta'],
            criticality: 'medium',
            match: [{ host: '*', check: 'Disk*' }],
          },
        },
      },
    });
    desk.checks.setState('web01', 'HTTP', 'CRITICAL');
    desk.checks.setState('web01', 'Disk: /var/log', 'CRITICAL');
    desk.checks.setState('web02', '', 'DOWN');
    await desk.advance(3 * MINUTE);
    const incidents = await desk.incidents();
    const { database } = desk;
    const mixed = await database.query(
      'SELECT incident_id FROM alert WHERE incident_id IS NOT NULL GROUP BY incident_id HAVING count(DISTINCT customer_id) > 1',
    );
    expect(mixed).toEqual([]);
    expect(new Set(incidents.map(({ customerId }) => customerId))).toEqual(new Set(['acme', 'beta']));
    expect(desk.tickets()).toHaveLength(incidents.length);
  });
});
