import { describe, expect, test } from 'vitest';
import * as tickets from '../../src/store/tickets.ts';
import { reports, SHOP_POLICY, shopFails } from '../flows/desk-family.ts';
import { flowsOn } from '../flows/flows.ts';
import { databases } from '../support/database.ts';
import { MINUTE, SECOND } from '../support/manual-clock.ts';

describe.each(databases)('what is loaded for a report (%s)', (kind) => {
  const open = flowsOn(kind);

  test('P6 a main ticket that a report makes more urgent goes on saying what monitoring said', async () => {
    const desk = await open({
      policy: {
        ...SHOP_POLICY,
        tickets: { linking: { raise_impact: [{ reporters: 2, impact: 'high' }] } },
      },
      sandbox: { freshdesk: { isFurnished: true } },
    });
    await shopFails(desk);
    const [main] = await desk.incidents();
    const wanted = async () => (await tickets.load(desk.database.prisma, main?.id ?? ''))?.wanted;
    const before = await wanted();
    expect(before?.custom).toMatchObject({ host: 'web01', state: 'CRITICAL' });
    for (const who of [1, 2]) {
      reports(desk, who);
      await desk.advance(2 * MINUTE, 20 * SECOND);
    }
    const after = await wanted();
    expect(after?.priority).not.toBe(before?.priority);
    expect(after?.subject).toBe(before?.subject);
    expect(after?.custom).toMatchObject({ host: 'web01', state: 'CRITICAL', since: before?.custom?.since });
  });
});
