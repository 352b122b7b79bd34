/** How people are told; what is undefined is off. */
export type ChannelAccess = Readonly<{
  email?: Readonly<{ url: string; from?: string }>;
  slack?: Readonly<{ url: string; token: string; signingSecret?: string }>;
  telegram?: Readonly<{ url: string; token: string; webhookSecret?: string }>;
  twilio?: Readonly<{ url: string; accountSid: string; authToken: string; from: string }>;
  webex?: Readonly<{ url: string; token: string }>;
  /** Room name → address, which is a secret. */
  teams?: Readonly<Record<string, string>>;
  googleChat?: Readonly<Record<string, string>>;
  webhook?: Readonly<{ addresses: Readonly<Record<string, string>>; secret: string }>;
  ntfy?: Readonly<{ url: string; token?: string }>;
  pushover?: Readonly<{ url: string; token: string }>;
}>;
