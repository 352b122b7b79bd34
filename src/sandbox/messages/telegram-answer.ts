export type TelegramAnswer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

export const telegramResult = (result: unknown): TelegramAnswer => ({
  status: 200,
  body: { ok: true, result },
});

export const telegramRefusal = (status: number, description: string): TelegramAnswer => ({
  status,
  body: { ok: false, error_code: status, description },
});
