import type { CheckEvent } from '../../src/model/check-event.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { Page } from '../../src/model/page.ts';
import type { PersonAction } from '../../src/model/person-event.ts';
import type { Policy } from '../../src/policy/schema.ts';
import { aCheckEvent } from '../support/check-event.ts';
import { minutes, World } from './world.ts';

type Outcome = 'delivered' | 'failed' | 'unknown';

/** An urgent alert in the web shop, with messages that arrive at once unless `arrives` says otherwise. */
export class EscalationWorld {
  readonly world: World;
  readonly #heard = new Set<string>();
  readonly #arrives: (page: Page) => Outcome;

  constructor(
    policy: Policy,
    { at, arrives = () => 'delivered' }: Readonly<{ at: Date; arrives?: (page: Page) => Outcome }>,
  ) {
    this.world = new World(policy);
    this.world.now = at;
    this.#arrives = arrives;
  }

  /** Opens the incident. */
  alert(given: Partial<CheckEvent> = {}): this {
    const { now } = this.world;
    this.world.deliver(
      aCheckEvent({ host: 'shop01', state: 'CRITICAL', occurredAt: now, stateSince: now, ...given }),
    );
    this.hear();
    return this;
  }

  get incident(): Incident {
    const [first] = this.world.incidents.values();
    if (first === undefined) throw new Error('no incident');
    return first;
  }

  act(action: PersonAction): string {
    const { rule } = this.world.tell({ kind: 'person', at: this.world.now, action }).why;
    this.hear();
    return rule;
  }

  acknowledge(by: string, person: string, ladder?: string): string {
    const { id: incidentId } = this.incident;
    return this.act({
      do: 'acknowledge',
      incidentId,
      by,
      person,
      via: 'telegram',
      ...(ladder === undefined ? {} : { ladder }),
    });
  }

  /** Time passes minute by minute, timers fire and messages arrive. */
  wait(count: number): this {
    for (let minute = 0; minute < count; minute++) {
      this.world.pass(minutes(1));
      this.world.fireTimers();
      this.hear();
    }
    return this;
  }

  /** Tells what became of messages that left. */
  hear(): void {
    for (let found = true; found; ) {
      found = false;
      for (const page of [...this.world.pages.values()]) {
        const { intent, incidentId, kind } = page;
        if (this.#heard.has(intent) || incidentId === undefined || kind === 'status') continue;
        this.#heard.add(intent);
        const outcome = this.#arrives(page);
        if (outcome === 'unknown') continue;
        const why = outcome === 'failed' ? 'The number is not in service.' : '';
        this.world.deliver({ kind: 'page', incidentId, intent, outcome, why, at: this.world.now });
        found = true;
      }
    }
  }

  /** `02:15 On call jo telegram`, in the order in which they left; messages that bring others up to date left out. */
  get told(): string[] {
    return this.pages.map((page) => {
      const { kind, rung, recipient, channel } = page;
      return [kind === 'escalation' ? (rung ?? '') : kind, recipient, channel].join(' ');
    });
  }

  get pages(): Page[] {
    return [...this.world.pages.values()].filter(({ kind }) => kind !== 'status');
  }

  /** Rules of the timeline that tell of ladders. */
  get rules(): string[] {
    return this.world.timeline.filter(({ kind }) => kind === 'escalation').map(({ rule }) => rule);
  }

  sentence(rule: string): string {
    return this.world.timeline.find((entry) => entry.rule === rule)?.sentence ?? `nothing of ${rule}`;
  }

  get field(): Readonly<Record<string, unknown>> {
    return this.world.tickets.get(this.incident.id)?.fields.custom ?? {};
  }
}
