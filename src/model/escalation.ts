/** Ways in which people are told. */
export const CHANNELS = [
  'email',
  'slack',
  'telegram',
  'sms',
  'voice',
  'webex',
  'teams',
  'google_chat',
  'webhook',
  'ntfy',
  'pushover',
] as const;
export type ChannelName = (typeof CHANNELS)[number];

export const LADDER_KINDS = ['technical', 'relationship', 'customer', 'vendor', 'duty'] as const;
export type LadderKind = (typeof LADDER_KINDS)[number];

/** What makes a relationship ladder start. */
export const TRIGGERS = [
  'field',
  'tag',
  'words',
  'low_rating',
  'second_reopen',
  'missed_update',
  'vip',
  'button',
] as const;
export type TriggerKind = (typeof TRIGGERS)[number];

/** `id` tells two triggers of one kind apart, such as a message's number; the same one never counts twice. */
export type Trigger = Readonly<{ kind: TriggerKind; id: string; at: Date; why: string }>;

/** How somebody said that they have it. */
export const ACKNOWLEDGED_VIA = [
  'freshdesk',
  'opsview',
  'link',
  'slack',
  'telegram',
  'sms',
  'voice',
  'console',
  'api',
] as const;
export type AcknowledgedVia = (typeof ACKNOWLEDGED_VIA)[number];
/** Absent: `person` when `by` is nobody in the policy; it is their key from `people`. */
export type Acknowledgement = Readonly<{ by: string; person?: string; via: AcknowledgedVia; at: Date }>;

/**
 * One try to tell somebody by one channel.
 *
 * Absent: `outcome` until the page is known to be delivered or to have failed; `why` unless it failed, or is not known in
 *         time: then the next channel is tried although this one may still arrive; `heldUntil` unless it waits for
 *         working hours.
 */
export type Attempt = Readonly<{
  channel: ChannelName;
  /** Identity of the page within its incident. */
  intent: string;
  at: Date;
  heldUntil?: Date;
  outcome?: 'delivered' | 'failed';
  outcomeAt?: Date;
  why?: string;
}>;

/** Somebody, or a room, whom a rung tells. */
export type Told = Readonly<{
  /** `dana` (a key from `people`), `room:ops`, `customer:acme:0` (index of the contact) or `vendor:isp`. */
  recipient: string;
  name: string;
  /** In the order in which they are tried; a room has exactly one. */
  channels: readonly ChannelName[];
  attempts: readonly Attempt[];
}>;

/**
 * A rung that fell due, and whom it told. `round` counts from 1 and grows when the rung is repeated or told again after an
 * acknowledgement that expired.
 *
 * Absent: `nobodyWhy` unless there was nobody to tell, which is a fault of the policy and no escalation; `again` the first
 *         time; `isLast` unless it is the catch-all after the last rung, which has no name of its own.
 */
export type RungRun = Readonly<{
  rung: string;
  level: number;
  round: number;
  /** When it should have been told, and when it was. */
  dueAt: Date;
  at: Date;
  told: readonly Told[];
  nobodyWhy?: string;
  again?: 'repeat' | 'resumed';
  isLast?: true;
}>;

/**
 * The Director's rung (promise P9): announced first, so that a person can stop it, then told at `firesAt`.
 *
 * Absent: `stopped` unless a person stopped it; `withheldWhy` unless a lower rung had nobody in it; `toldAt` until told.
 */
export type DirectorRung = Readonly<{
  rung: string;
  announcedAt: Date;
  firesAt: Date;
  /** Who can stop it. */
  announcedTo?: readonly Told[];
  stopped?: Readonly<{ by: string; reason: string; at: Date }>;
  withheldWhy?: string;
  toldAt?: Date;
}>;

/**
 * One run of a ladder on an incident. It counts time in stretches, so that a pause costs nothing: `counted` holds them, the
 * last without `to` while it runs.
 *
 * Absent: `resumesAt` unless paused for a limited time; `acknowledged` unless somebody has this ladder or its incident;
 *         `endedAt`, `endedWhy` until it ended; `silentSince` until a rest ran out: the last sign of work before that, so
 *         that only a newer one lets the ladder rest again.
 */
export type LadderRun = Readonly<{
  /** Key from `ladders`; rungs are known by their names, so that a changed policy goes on where the old one was. */
  ladder: string;
  kind: LadderKind;
  /** How often this ladder has started on this incident, from 1. */
  run: number;
  /** The incident's `reopenCount` when it started. */
  round: number;
  startedAt: Date;
  why: string;
  state: 'running' | 'paused' | 'ended';
  counted: readonly Readonly<{ from: Date; to?: Date }>[];
  resumesAt?: Date;
  silentSince?: Date;
  acknowledged?: Acknowledgement;
  rungs: readonly RungRun[];
  director?: DirectorRung;
  /** The catch-all after the last rung was told. */
  lastToldAt?: Date;
  endedAt?: Date;
  endedWhy?: string;
}>;

/**
 * Where the escalation of an incident stands.
 *
 * Absent: `acknowledged` until somebody took it in this round; `lookAt` when no ladder waits for an instant.
 */
export type EscalationState = Readonly<{
  /** Newest last; those that ended stay, up to LADDER_RUNS_KEPT. */
  ladders: readonly LadderRun[];
  triggers: readonly Trigger[];
  /** Who has the incident, and through what they said so. */
  acknowledged?: Acknowledgement;
  /** `<ladder>:<level>` of Directors told; each only once per incident, whatever happens later. */
  directorsTold: readonly string[];
  /** When ladders have to be looked at next: the instant of the incident's `escalation` timer. */
  lookAt?: Date;
}>;

export const LADDER_RUNS_KEPT = 20;
export const NO_ESCALATION: EscalationState = { ladders: [], triggers: [], directorsTold: [] };
