import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opsviewEventKey } from '../../src/intake/event-key.ts';
import type { Macros } from '../../src/intake/opsview-envelope.ts';

const FIXTURES = new URL('../fixtures/opsview/', import.meta.url);
const recorded: Macros[] = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')).macros);

const aMacros = fc.constantFrom(...recorded);

describe('P2', () => {
  test('one event told to several contacts, a little later, has one key', () => {
    fc.assert(
      fc.property(aMacros, fc.string(), fc.string(), fc.nat(120), (macros, contact, groups, seconds) => {
        const toAnother = {
          ...macros,
          NAGIOS_CONTACTNAME: contact,
          NAGIOS_CONTACTEMAIL: `${contact}@example.com`,
          NAGIOS_CONTACTGROUPLIST: groups,
          NAGIOS_TIMET: String(Number(macros.NAGIOS_TIMET) + seconds),
          NAGIOS_LONGDATETIME: 'later',
          NAGIOS__CONTACTANYTHING: contact,
        };
        expect(opsviewEventKey(toAnother)).toBe(opsviewEventKey(macros));
      }),
    );
  });

  test('a re-notification, a worse state, a later check or another comment is another event', () => {
    const differing = [
      'NAGIOS_NOTIFICATIONNUMBER',
      'NAGIOS_NOTIFICATIONTYPE',
      'NAGIOS_HOSTNAME',
      'NAGIOS_NOTIFICATIONAUTHOR',
      'NAGIOS_NOTIFICATIONCOMMENT',
    ];
    fc.assert(
      fc.property(aMacros, fc.constantFrom(...differing), (macros, name) => {
        expect(opsviewEventKey({ ...macros, [name]: `${macros[name] ?? ''}9` })).not.toBe(
          opsviewEventKey(macros),
        );
      }),
    );
    fc.assert(
      fc.property(
        aMacros,
        fc.constantFrom('CHECK', 'STATECHANGE'),
        fc.integer({ min: 1 }),
        (macros, field, later) => {
          const name = `NAGIOS_LAST${macros.NAGIOS_SERVICEDESC === '' ? 'HOST' : 'SERVICE'}${field}`;
          const next = { ...macros, [name]: String(Number(macros[name]) + later) };
          expect(opsviewEventKey(next)).not.toBe(opsviewEventKey(macros));
        },
      ),
    );
  });

  test('the recorded alerts are all different events', () => {
    expect(new Set(recorded.map(opsviewEventKey))).toHaveLength(recorded.length);
  });
});

test('without a check time the time of the call tells events apart', () => {
  const macros = { NAGIOS_NOTIFICATIONTYPE: 'PROBLEM', NAGIOS_HOSTNAME: 'db01', NAGIOS_HOSTSTATE: 'DOWN' };
  const at = (time: string) => opsviewEventKey({ ...macros, NAGIOS_TIMET: time, NAGIOS_LASTHOSTCHECK: '0' });
  expect(at('1795196279')).toBe(at('1795196279'));
  expect(at('1795196279')).not.toBe(at('1795196280'));
});

test.each([
  [{}],
  [{ NAGIOS_NOTIFICATIONTYPE: 'PROBLEM', NAGIOS_TIMET: '1795196279' }],
  [{ NAGIOS_NOTIFICATIONTYPE: 'PROBLEM', NAGIOS_HOSTNAME: 'db01' }],
  [{ OPSVIEW_NAME: 'Web shop', OPSVIEW_STATETEXT: 'OFFLINE' }],
])('no key when only the id of the delivery tells: %j', (macros) => {
  expect(opsviewEventKey(macros)).toBeUndefined();
});

test('neighbouring fields cannot be moved into each other', () => {
  const macros = { NAGIOS_NOTIFICATIONTYPE: 'CUSTOM', NAGIOS_HOSTNAME: 'a', NAGIOS_TIMET: '1795196279' };
  expect(opsviewEventKey({ ...macros, NAGIOS_NOTIFICATIONAUTHOR: 'x","y' })).not.toBe(
    opsviewEventKey({ ...macros, NAGIOS_NOTIFICATIONAUTHOR: 'x', NAGIOS_NOTIFICATIONCOMMENT: 'y' }),
  );
});
