import type { WebhookCall } from './settings.ts';

/** All instants here are texts as Freshdesk writes them: UTC, whole seconds, `2026-03-02T09:00:00Z`. */
export type Instant = string;

export type Ticket = {
  id: number;
  subject: string;
  description: string;
  description_text: string;
  status: number;
  priority: number;
  source: number;
  type: string | null;
  requester_id: number;
  responder_id: number | null;
  group_id: number | null;
  company_id: number | null;
  product_id: number | null;
  email_config_id: number | null;
  cc_emails: string[];
  fwd_emails: string[];
  reply_cc_emails: string[];
  ticket_cc_emails: string[];
  ticket_bcc_emails: string[];
  spam: boolean;
  deleted: boolean;
  due_by: Instant | null;
  fr_due_by: Instant | null;
  is_escalated: boolean;
  fr_escalated: boolean;
  custom_fields: Record<string, unknown>;
  tags: string[];
  association_type: number | null;
  associated_tickets_list: number[];
  created_at: Instant;
  updated_at: Instant;
  stats: TicketStats;
  /** Who did what, for the pages; newest last, cut at ACTIVITIES_KEPT. */
  activities: Activity[];
};

export type TicketStats = {
  agent_responded_at: Instant | null;
  requester_responded_at: Instant | null;
  first_responded_at: Instant | null;
  status_updated_at: Instant | null;
  reopened_at: Instant | null;
  resolved_at: Instant | null;
  closed_at: Instant | null;
  pending_since: Instant | null;
};

export type Activity = Readonly<{ at: Instant; who: string; what: string }>;

/** `source` 0 is a reply, 2 a note. */
export type Conversation = {
  id: number;
  ticket_id: number;
  user_id: number;
  source: number;
  body: string;
  body_text: string;
  private: boolean;
  incoming: boolean;
  from_email: string | null;
  to_emails: string[];
  cc_emails: string[];
  bcc_emails: string[];
  created_at: Instant;
  updated_at: Instant;
};

export type Contact = {
  id: number;
  name: string;
  email: string | null;
  phone: string | null;
  company_id: number | null;
  /** As Freshdesk writes it: `de`, `pt-BR`. */
  language: string;
  created_at: Instant;
};
export type Company = { id: number; name: string; domains: string[]; created_at: Instant };
export type Agent = {
  id: number;
  name: string;
  email: string;
  group_ids: number[];
  available: boolean;
  deactivated: boolean;
  occasional: boolean;
};
export type Group = { id: number; name: string; description: string; agent_ids: number[] };
export type SolutionCategory = { id: number; name: string; description: string };
export type SolutionFolder = { id: number; category_id: number; name: string; description: string };
/** `status` 1 is a draft, 2 published; `type` 1 is a permanent article. */
export type SolutionArticle = {
  id: number;
  folder_id: number;
  agent_id: number;
  type: number;
  status: number;
  title: string;
  description: string;
  description_text: string;
  tags: string[];
  created_at: Instant;
  updated_at: Instant;
};
export type Solutions = {
  categories: SolutionCategory[];
  folders: SolutionFolder[];
  articles: SolutionArticle[];
};
/** `ratings` by question; -103 is the worst, 100 neutral, 103 the best. */
export type SatisfactionRating = {
  id: number;
  survey_id: number;
  user_id: number;
  agent_id: number | null;
  group_id: number | null;
  ticket_id: number;
  feedback: string;
  ratings: Record<string, number>;
  created_at: Instant;
  updated_at: Instant;
};
export type CustomField = {
  id: number;
  name: string;
  label: string;
  type: string;
  choices: string[];
  created_at: Instant;
};

/** As it was made through the API; `type` 1 runs on creation, 3 hourly, 4 on updates. */
export type AutomationRule = {
  id: number;
  type: number;
  name: string;
  active: boolean;
  conditions: Record<string, unknown>[];
  actions: Record<string, unknown>[];
  created_at: Instant;
  updated_at: Instant;
};

/** What the search knows of a ticket: as it was when it was last indexed. */
export type IndexEntry = Readonly<
  Pick<
    Ticket,
    'status' | 'priority' | 'type' | 'group_id' | 'tags' | 'custom_fields' | 'due_by' | 'fr_due_by'
  > & {
    agent_id: number | null;
    created_at: Instant;
    updated_at: Instant;
  }
>;

/** Work that happens some time after a call; `dueAt` in ms since 1970. */
export type Task = Readonly<{ dueAt: number }> &
  (
    | Readonly<{ kind: 'settle'; ticketId: number }>
    | Readonly<{ kind: 'index'; ticketId: number }>
    | Readonly<{ kind: 'bulk'; jobId: string; ids: number[]; properties: Record<string, unknown> | 'delete' }>
    | Readonly<{ kind: 'webhook'; call: WebhookCall; tries: number }>
  );

export type Job = { id: string; status: 'QUEUED' | 'COMPLETED'; failed: number[] };

export type Data = {
  nextTicketId: number;
  nextConversationId: number;
  nextOtherId: number;
  tickets: Ticket[];
  conversations: Conversation[];
  contacts: Contact[];
  companies: Company[];
  agents: Agent[];
  groups: Group[];
  solutions: Solutions;
  ratings: SatisfactionRating[];
  customFields: CustomField[];
  /** Names of deleted fields, which Freshdesk does not give again. */
  formerFieldNames?: string[];
  automationRules?: AutomationRule[];
  index: Record<string, IndexEntry>;
  tasks: Task[];
  jobs: Record<string, Job>;
};

/** The agent whose key Watchdesk uses, and the person who works in the pages. */
export const BOT_AGENT_ID = 158018000001;
export const HUMAN_AGENT_ID = 158018000002;

export const ACTIVITIES_KEPT = 100;
