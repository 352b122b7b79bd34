/** What somebody wants who answers a text message. `stop`: Twilio itself acts on these words, and answers them. */
export type SmsAnswer =
  | Readonly<{ kind: 'take' }>
  | Readonly<{ kind: 'take_these'; digits: readonly number[]; references: readonly string[] }>
  | Readonly<{ kind: 'stop' }>
  | Readonly<{ kind: 'unclear' }>;

/** Source: Twilio's default keywords for opting out, in and for help. */
const STOP = new Set(
  'stop stopall unsubscribe cancel end quit revoke optout start unstop help info'.split(' '),
);

/** Alone they say that the reader has it: English, German, French, Italian, Spanish, Dutch. */
const TAKE = new Set(
  [
    'ok okay okey k ack acknowledge acknowledged yes yep yeah y sure take taking taken mine confirm confirmed on it got it',
    'i have it i got it i take it i will take it i m on it i ll take it',
    'ja jawohl jep übernehme übernommen ich übernehme ich übernehme es mache ich mach ich bestätigt hab ich',
    'oui ouais d accord je prends je le prends je m en occupe je men occupe confirmé pris',
    'si certo va bene prendo io lo prendo io ci penso io me ne occupo io me ne occupo confermo',
    'sí vale de acuerdo lo tomo me encargo yo me encargo confirmado',
    'jawel prima akkoord ik neem het ik pak het ik doe het bevestigd neem ik',
  ]
    .join(' ')
    .split(' ')
    .map(bare),
);
/** Beside numbers and references they change nothing. */
const FILLERS = new Set('and und et e y en & for für pour per para voor please bitte'.split(' ').map(bare));

const WORDS_MAX = 12;

function bare(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/**
 * Pure. Only what says nothing else counts as taking: “not WD-42” or “WD-42 is not mine” does not, since an issue that is
 * taken by mistake wakes nobody any more.
 */
export function readSmsAnswer(body: string): SmsAnswer {
  const words = bare(body)
    .replaceAll(/['’]/g, ' ')
    .replaceAll(/\bwd[\s-]*(\d{1,9})\b/g, 'wd-$1')
    .split(/[^\p{L}\p{N}&-]+/u)
    .filter((word) => word !== '' && word !== '-');
  const [first] = words;
  if (first === undefined || words.length > WORDS_MAX || body.includes('?')) return { kind: 'unclear' };
  if (words.length === 1 && STOP.has(first)) return { kind: 'stop' };

  const digits: number[] = [];
  const references: string[] = [];
  let isTaking = false;
  for (const word of words) {
    const [, number] = /^wd-(\d{1,9})$/.exec(word) ?? [];
    if (number !== undefined) references.push(`WD-${Number(number)}`);
    else if (/^\d{1,9}$/.test(word)) digits.push(Number(word));
    else if (TAKE.has(word)) isTaking = true;
    else if (!FILLERS.has(word)) return { kind: 'unclear' };
  }
  if (digits.length + references.length > 0) return { kind: 'take_these', digits, references };
  return { kind: isTaking ? 'take' : 'unclear' };
}
