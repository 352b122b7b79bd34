import { Router } from 'express';
import { createFaults, type Faults } from '../faults.ts';
import { jsonFile } from '../json-file.ts';
import { freshdeskPages } from '../pages/freshdesk-routes.ts';
import { type AccountPeople, accountPeople } from './account-people.ts';
import { type ActingAgent, actingAgent, actingCustomers, type Customers } from './actors.ts';
import { freshdeskApi, type LoggedCall } from './api.ts';
import { carryByHttp, sendDueWebhooks } from './automation.ts';
import { completed, freshData } from './fresh-data.ts';
import { furnish } from './furnish.ts';
import { type Minute, RateLimiter } from './rate-limit.ts';
import {
  type FreshdeskSettings,
  SANDBOX_API_KEY,
  type SandboxFreshdeskOptions,
  settingsFrom,
} from './settings.ts';
import { type Conversation, type Data, HUMAN_AGENT_ID, type Ticket } from './state.ts';
import { runDueTasks } from './tasks.ts';
import { type CreationRule, findTicket, saveChanges, type World } from './world.ts';

/** What tests and pages may look at; read it, change things through the API or the settings. */
export type SandboxFreshdeskState = Readonly<{
  data: Data;
  /** Every call of the API, oldest first, the last 20,000. */
  calls: readonly LoggedCall[];
  /** Calls per minute window of the rate limit. */
  minutes: readonly Minute[];
  ticket(id: number): Ticket | undefined;
  conversations(ticketId: number): Conversation[];
}>;

export type SandboxFreshdesk = Readonly<{
  /** Mount at `/sandbox/freshdesk`: then the base URL is `http://host/sandbox/freshdesk`, the API below `/api/v2`. */
  router: Router;
  apiKey: string;
  state: SandboxFreshdeskState;
  settings: FreshdeskSettings;
  faults: Faults;
  /** Who there is: agents, groups, contacts and companies, as an administrator keeps them. */
  people: AccountPeople;
  customers: Customers;
  /** What an agent does in the pages of Freshdesk; by default the person who works in the pages here. */
  agent(id?: number): ActingAgent;
  /** What the account's creation rules set on a new ticket, a second after its creation. */
  onCreation(rule: CreationRule | undefined): void;
  /** Runs what is due by the clock and sends due webhooks; resolves when they were answered. */
  tick(): Promise<void>;
  close(): void;
}>;

/** A stand-in for a Freshdesk account over HTTP, faithful to what is known of the API v2. */
export function createSandboxFreshdesk(options: SandboxFreshdeskOptions): SandboxFreshdesk {
  const { clock } = options;
  const file = jsonFile<Data>(options.persistPath);
  const kept = file.load();
  const settings = settingsFrom(options);
  const world: World = {
    clock,
    settings,
    data: kept ? completed(kept) : freshData(),
    file,
    creationRule: undefined,
    unsaved: false,
  };
  if (options.isFurnished) furnish(world);
  const apiKey = options.apiKey ?? SANDBOX_API_KEY;
  const limiter = new RateLimiter(clock, () => settings.limits);
  const calls: LoggedCall[] = [];
  const faults = createFaults();
  const carry = options.onWebhook ?? carryByHttp;
  let sending: Promise<void> | undefined;

  const router = Router();
  router.use('/api/v2', faults.middleware, freshdeskApi({ world, clock, apiKey, limiter, calls }));
  router.use(freshdeskPages({ world, faults, callsThisMinute: () => limiter.usedNow() }));

  return {
    router,
    apiKey,
    settings,
    faults,
    state: {
      data: world.data,
      calls,
      minutes: limiter.minutes,
      ticket: (id) => {
        runDueTasks(world);
        return findTicket(world, id);
      },
      conversations: (ticketId) => world.data.conversations.filter((one) => one.ticket_id === ticketId),
    },
    people: accountPeople(world),
    customers: actingCustomers(world),
    agent: (id = HUMAN_AGENT_ID) => actingAgent(world, id),
    onCreation: (rule) => {
      world.creationRule = rule;
    },
    async tick() {
      runDueTasks(world);
      saveChanges(world);
      sending ??= sendDueWebhooks(world, carry).finally(() => {
        sending = undefined;
        saveChanges(world);
      });
      await sending;
    },
    close: () => saveChanges(world),
  };
}
