import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/incidents/ledger.ts';
import { isNewlyBad, loadedRecords } from '../../src/incidents/loaded-records.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Decision } from '../../src/model/decision.ts';
import type { IncidentLink, Records } from '../../src/model/records.ts';
import { NOON, seconds } from './world.ts';

const SINCE = new Date(NOON.getTime() - seconds(120));
const LINKS = ['any', { host: 'h1' }, { hostGroup: 'g1' }, { serviceId: 's1' }] as const;

const alert = (host: string, check: string, given: Partial<Alert> = {}): Alert => ({
  host,
  check,
  hashtags: [],
  state: 'CRITICAL',
  stateType: 'HARD',
  stateSince: NOON,
  lastEventAt: NOON,
  output: '',
  longOutput: '',
  inDowntime: false,
  isFlapping: false,
  isAcknowledged: false,
  badSince: NOON,
  ...given,
});

const changing = (...alerts: Alert[]): Decision => ({
  why: { rule: 'test', sentence: 'what a decision would change' },
  alerts,
  incidents: [],
  timeline: [],
  timers: [],
  tickets: [],
  commands: [],
  pages: [],
  links: [],
  ticketsToRead: [],
  ticketMoves: [],
  takenOver: [],
});

const countOf = (records: Records, link: IncidentLink | 'any', except: Pick<Alert, 'host' | 'check'>) =>
  records.newlyBad({ link, since: SINCE, atMost: 1_000, except });

describe('the number of newly bad objects', () => {
  const { badSince: _badSince, ...healthy } = alert('h1', 'b', { state: 'OK', healthySince: NOON });
  const steps = [
    [alert('h1', 'a', { hostGroup: 'g1' })],
    [alert('h1', 'b'), alert('h2', 'a', { hostGroup: 'g1', serviceId: 's1' })],
    [healthy],
    [alert('h2', 'a', { hostGroup: 'g2' })],
    [alert('h3', 'a', { serviceId: 's1', badSince: new Date(0) })],
    [alert('h1', 'b', { serviceId: 's1' })],
  ];

  test.each([
    ['asked for before each change', true],
    ['asked for only at the end', false],
  ])('is right however alerts change, %s', (_name, isAskedAlways) => {
    const stored = [alert('h1', 'stored', { serviceId: 's1' }), alert('h9', 'stored')];
    const newlyBad = LINKS.map((link) => ({
      link,
      since: SINCE,
      count: stored.filter((one) => isNewlyBad(one, { link, since: SINCE })).length,
    }));
    const ledger = new Ledger(loadedRecords({ alerts: stored, incidents: [], newlyBad, urgentOpened: 0 }));
    const now = new Map(stored.map((one) => [`${one.host} ${one.check}`, one]));
    const check = () => {
      for (const link of LINKS) {
        for (const except of [...now.values(), alert('h0', 'unknown')]) {
          const counted = [...now.values()].filter(
            (one) =>
              isNewlyBad(one, { link, since: SINCE }) &&
              !(one.host === except.host && one.check === except.check),
          );
          expect(countOf(ledger, link, except)).toBe(counted.length);
        }
      }
    };
    for (const step of steps) {
      if (isAskedAlways) check();
      ledger.apply(changing(...step));
      for (const one of step) now.set(`${one.host} ${one.check}`, one);
    }
    check();
  });

  test('costs the same for the last object of a big batch as for the first', () => {
    let reads = 0;
    const base = loadedRecords({
      alerts: [],
      incidents: [],
      newlyBad: [{ link: 'any', since: SINCE, count: 0 }],
      urgentOpened: 0,
    });
    const counting: Records = {
      ...base,
      alert: (key) => {
        reads++;
        return base.alert(key);
      },
    };
    const ledger = new Ledger(counting);
    const size = 1_000;
    for (let n = 0; n < size; n++) {
      const one = alert(`h${n}`, 'a');
      expect(countOf(ledger, 'any', one)).toBe(n);
      ledger.apply(changing(one));
    }
    expect(reads).toBeLessThan(size * 10);
  });
});
