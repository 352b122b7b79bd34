/**
 * What somebody wrote anew in a reply by e-mail: without the message that was answered, signatures and disclaimers.
 * Mail programs mark these in as many ways as there are programs; what is not recognised stays and is read too.
 */

/** Headers after which programs put the old message with `>` before each line, or as it was. */
const ATTRIBUTIONS: readonly RegExp[] = [
  /^on\b.{4,200}\bwrote\s*:$/i,
  /^am\b.{4,200}\bschrieb\b.{0,120}:$/i,
  /^.{3,160}\bschrieb am\b.{4,120}:$/i,
  /^le\b.{4,200}\ba [ée]crit\s*:$/i,
  /^el\b.{4,200}\bescribi[óo]\s*:$/i,
  /^(?:il giorno|il)\b.{4,200}\bha scritto\s*:$/i,
  /^op\b.{4,200}\bschreef\b.{0,120}:$/i,
  /^(?=.*(?:@|\d)).{3,160}\b(?:wrote|a [ée]crit|escribi[óo]|ha scritto|schreef)\s*:$/i,
];

/** Lines after which all is the old message, however it is laid out. */
const SEPARATORS: readonly RegExp[] = [
  /^-{2,}\s*(?:original message|forwarded message|urspr[üu]ngliche nachricht|originalnachricht|weitergeleitete nachricht|message d['’]origine|message original|message transf[ée]r[ée]|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk(?:e)? bericht|doorgestuurd bericht)\s*-{2,}/i,
  /^_{10,}$/,
  /^#{2,}.*(?:above this line|oberhalb dieser zeile|au-dessus de cette ligne|encima de esta línea|sopra questa riga|boven deze regel).*#{2,}/i,
];

/** `From:` begins a header block when the next lines go on with one of the others. */
const FROM = /^\*?(?:from|von|de|da|van)\s*:\*?\s*\S/i;
const SENT =
  /^\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoy[ée]|date|[àa]|objet|enviado(?: el)?|fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan|onderwerp)\s*:\*?/i;

const DEVICE_LINE =
  /^(?:(?:sent|get) (?:from|with|via|outlook)\b|(?:von meinem|gesendet (?:von|mit))\b|envoy[ée] (?:de|depuis|à partir)\b|enviado desde\b|inviato (?:da|con)\b|verzonden (?:vanaf|met|vanuit)\b|outlook f(?:ü|u)r\b)/i;

const SIGN_OFF = new RegExp(
  `^(?:${[
    '(?:with )?(?:best|kind|kindest|warm) (?:regards|wishes)|(?:with )?regards|all the best|best|cheers|sincerely|yours(?: sincerely| faithfully| truly)?',
    '(?:mit )?(?:(?:freundlich|best|lieb|viel|sch[öo]n|herzlich)(?:e|en|er)? )+(?:gr[üu](?:ss|ß)(?:e|en)?|gruss|gruß)|gr[üu](?:ss|ß)e?|gruss|gruß|lg|mfg|vg|fg',
    '(?:bien |tr[èe]s )?cordialement|bien [àa] vous|salutations(?: distingu[ée]es)?|meilleures salutations|(?:avec mes |mes )?sinc[èe]res salutations',
    '(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|atte',
    '(?:(?:cordiali|distinti|cari|un) )?salut[io]|cordialmente',
    '(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg',
  ].join('|')})(?=$|[\\s,.!-])`,
  'iu',
);
const SIGN_OFF_WORDS_MAX = 4;
const POSTSCRIPT = /^p\.?\s?s\b\.?/i;

const DISCLAIMER =
  /^(?:(?:confidentiality|disclaimer|important notice|legal notice|haftungsausschluss|vertraulichkeit|avis de confidentialit|aviso legal|avviso di riservatezza)\b|(?:this|the information in this|diese|ce|este|questa?|dit) (?:e-?mail|message|nachricht|courriel|courrier|correo|mensaje|messaggio|bericht)\b.{0,80}(?:confidential|intended|vertraulich|bestimmt|confidentiel|destin|confidencial|riservat|vertrouwelijk|bestemd)|please consider the environment|bitte denken sie an die umwelt)/i;

/** A signature after the dashes that mail programs put before it. */
const DASHES = /^--\s?$/;

type IsOwn = (line: string) => boolean;

/**
 * The new words of a reply. `isOwn` tells for a line that it is of a message of ours, quoted without any mark.
 * Lines between quotes stay; so does what follows a sign-off when it begins with a postscript.
 */
export const newWords = (text: string, isOwn: IsOwn = () => false): string => parts(text, isOwn).body;

/** What was left out as signature or disclaimer. */
export const signatureOf = (text: string, isOwn: IsOwn = () => false): string => parts(text, isOwn).signature;

function parts(text: string, isOwn: IsOwn): { body: string; signature: string } {
  const plain = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00a0\u200b]/g, ' ');
  const lines = withoutQuotes(plain.split('\n'), isOwn).filter((line) => !DEVICE_LINE.test(line));
  const begins = lines.findIndex(
    (line, index) => DASHES.test(line) || isSignOff(line, index) || DISCLAIMER.test(line),
  );
  if (begins < 0) return { body: joined(lines), signature: '' };
  const postscript = lines.findIndex((line, index) => index > begins && POSTSCRIPT.test(line));
  const end = postscript < 0 ? lines.length : postscript;
  return {
    body: joined([...lines.slice(0, begins), ...lines.slice(end)]),
    signature: joined(lines.slice(begins, end)),
  };
}

const joined = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

function withoutQuotes(lines: readonly string[], isOwn: (line: string) => boolean): string[] {
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? '').trim();
    if (isQuoted(line)) continue;
    if (SEPARATORS.some((one) => one.test(line)) || isHeaderBlock(lines, index) || isOwn(line)) break;
    const attribution = attributionAt(lines, index);
    if (attribution === 0) {
      kept.push(line);
      continue;
    }
    // Where the old message is marked line by line, more of the reporter's own may follow it.
    const next = lines.slice(index + attribution).find((one) => one.trim() !== '');
    if (next === undefined || !isQuoted(next.trim())) break;
    index += attribution - 1;
  }
  return kept;
}

const isQuoted = (line: string): boolean => /^(?:>|\|(?:\s|$))/.test(line);

/** How many lines the attribution that begins here has, 0 for none: long ones are wrapped. */
function attributionAt(lines: readonly string[], index: number): 0 | 1 | 2 | 3 {
  for (const count of [1, 2, 3] as const) {
    const part = lines.slice(index, index + count).map((line) => line.trim());
    if (part.some((line) => line === '' || isQuoted(line))) return 0;
    if (ATTRIBUTIONS.some((one) => one.test(part.join(' ')))) return count;
    if (!/^(?:on|am|le|el|il|op)\b/i.test(part[0] ?? '')) return 0;
  }
  return 0;
}

function isHeaderBlock(lines: readonly string[], index: number): boolean {
  if (!FROM.test((lines[index] ?? '').trim())) return false;
  const next = lines.slice(index + 1, index + 5).filter((line) => SENT.test(line.trim()));
  return next.length >= 2;
}

/** A line that is a sign-off and perhaps a name, not a sentence that begins like one. */
function isSignOff(line: string, index: number): boolean {
  const found = index > 0 ? SIGN_OFF.exec(line) : null;
  if (!found) return false;
  const rest = line.slice(found[0].length).match(/[\p{L}\p{N}]+/gu) ?? [];
  return rest.length <= SIGN_OFF_WORDS_MAX && rest.every((word) => /^\p{Lu}/u.test(word));
}
