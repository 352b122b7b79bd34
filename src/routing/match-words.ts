/**
 * What two texts have in common: shared words weigh more the fewer of the candidates have them, so that no list of
 * important words is needed. Words that every ticket has are left out by list.
 */

/** A text as matching sees it. `words` maps each specific word's stem to the word as written first. */
export type MatchText = Readonly<{ words: ReadonlyMap<string, string>; language?: string }>;

/** Longer texts are cut, so that a pasted log does not cost time or drown the words that count. */
const TEXT_LENGTH_MAX = 4_000;
const WORD_LENGTH_MIN = 3;

/** Words that tell in which language a text is, and nothing about its subject. */
const COMMON_WORDS: Readonly<Record<string, string>> = {
  en: 'the and for with this that are was were has have had been not but you your our can cannot could would when what why how from since they them there here any all some just get got does did doing its it is i we my me on in at to of a an be or if so no yes do please',
  de: 'der die das und ist ich wir sie nicht mit ein eine einen einem einer auf bei fur von zu den dem des im in am an es hat habe haben kann konnen wird werden wurde sich auch noch nur aber wenn wie was warum seit aus nach uber bitte mein meine unser unsere uns mir kein keine mehr hier dass sind war zum zur',
  fr: 'le la les un une des et est je nous vous ne pas avec pour sur dans que qui ce cette ces mon ma mes notre nos votre vos il elle ils depuis plus mais ou du au aux en de se son sa ses ont sont peut quand comment pourquoi merci tout tous',
  es: 'el la los las un una unos y es yo nosotros no con para por que en de del al se su sus mi mis nuestro nuestra este esta esto desde mas pero cuando como hay ha han puede puedo son estan muy favor',
  it: 'il lo la gli le un una uno e di che non con per su nel nella del della dei delle da dal ho ha hanno mi ci si il mio mia nostro nostra questo questa sono stato quando come perche puo posso piu ma anche al alla',
  nl: 'de het een en is ik wij we niet met voor van op in te dat die dit deze er maar als wat hoe waarom heeft hebben kan kunnen wordt naar bij uit ook nog mijn onze ons u geen meer sinds aan zijn wel',
};

/** Words of nearly every report: they say that something is wrong, not what. */
const GENERIC_WORDS = `
  problem problems issue issues error errors fail fails failed failing failure broken down work works working help urgent asap
  hello hi dear thanks thank regards team support ticket request user users colleague colleagues customer customers today
  morning yesterday now again since still page system server service client office computer critical warning unknown
  message messages see attached screenshot try tried getting show shows
  fehler storung geht funktioniert funktionieren kaputt hilfe dringend hallo guten tag danke gruss grusse freundlichen
  freundliche kollegen kunde kunden benutzer heute morgen jetzt wieder immer seite dienst meldung anbei versuch
  probleme erreur erreurs panne marche fonctionne bonjour merci cordialement urgent aide client clients aujourd hui
  matin maintenant encore toujours systeme serveur service message
  problema problemas fallo falla funciona hola gracias saludos urgente ayuda usuario usuarios cliente clientes hoy
  manana ahora sistema servidor servicio mensaje pagina
  problemi errore errori guasto funziona buongiorno grazie saluti aiuto utente utenti oggi adesso sempre servizio messaggio
  storing fout fouten werkt werken hulp dringend bedankt groet groeten gebruiker gebruikers klant klanten vandaag
  probleem problemen melding dienst pagina systeem`;

const LANGUAGES_OF = new Map<string, string[]>();
for (const [language, words] of Object.entries(COMMON_WORDS))
  for (const word of new Set(words.split(' ')))
    LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), language]);
const GENERIC_STEMS = new Set(GENERIC_WORDS.split(/\s+/).map(stem));

/** Reads texts together, the most telling first. */
export function matchText(...texts: readonly (string | undefined)[]): MatchText {
  const words = new Map<string, string>();
  const votes = new Map<string, number>();
  for (const written of wordsOf(texts.filter((text) => text !== undefined).join('\n'))) {
    const word = fold(written);
    const languages = LANGUAGES_OF.get(word);
    for (const language of languages ?? [])
      votes.set(language, (votes.get(language) ?? 0) + 1 / (languages?.length ?? 1));
    if (languages !== undefined || word.length < WORD_LENGTH_MIN) continue;
    const root = stem(word);
    if (!GENERIC_STEMS.has(root) && !words.has(root)) words.set(root, written);
  }
  const [best, second] = [...votes].toSorted(([, a], [, b]) => b - a);
  const language = best && best[1] >= 2 && best[1] > 1.5 * (second?.[1] ?? 0) ? best[0] : undefined;
  return { words, ...(language === undefined ? {} : { language }) };
}

/** How much a word tells, 0 to 1, by how many of the candidates have it: 1 for one that a single candidate has. */
export type Rarity = (stem: string) => number;

export function rarityAmong(texts: readonly MatchText[]): Rarity {
  const counts = new Map<string, number>();
  for (const { words } of texts)
    for (const root of words.keys()) counts.set(root, (counts.get(root) ?? 0) + 1);
  const scale = Math.log(2 + texts.length);
  return (root) => Math.log((2 + texts.length) / Math.max(1, counts.get(root) ?? 1)) / scale;
}

/**
 * How alike two texts are, 0 to 1, and the shared words that tell most, as the report writes them. Both how much is
 * shared and which part of the shorter text that is count: long texts share a word or two by chance.
 */
export function alike(
  report: MatchText,
  candidate: MatchText,
  rarity: Rarity,
): { likeness: number; shared: readonly string[] } {
  const shared: { word: string; weight: number }[] = [];
  for (const [root, word] of report.words)
    if (candidate.words.has(root)) shared.push({ word, weight: rarity(root) });
  const mass = sum(shared.map(({ weight }) => weight));
  if (mass === 0) return { likeness: 0, shared: [] };
  const whole = (text: MatchText) => sum([...text.words.keys()].map(rarity));
  const coverage = Math.min(1, mass / Math.min(whole(report), whole(candidate)));
  const likeness = (1 - Math.exp(-mass / 2)) * Math.sqrt(coverage);
  return { likeness, shared: shared.toSorted((a, b) => b.weight - a.weight).map(({ word }) => word) };
}

/** Two texts of one language that both say something specific: only then does it mean anything that they share nothing. */
export const isComparable = (a: MatchText, b: MatchText): boolean =>
  a.language !== undefined && a.language === b.language && a.words.size >= 2 && b.words.size >= 2;

export const without = (text: MatchText, left: MatchText): MatchText => ({
  ...text,
  words: new Map([...text.words].filter(([root]) => !left.words.has(root))),
});

const wordsOf = (text: string): readonly string[] =>
  text
    .slice(0, TEXT_LENGTH_MAX)
    .match(/[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*/gu)
    ?.flatMap(withParts) ?? [];

/** `web-01` counts as a whole and by its parts. */
const withParts = (word: string): readonly string[] =>
  /[-_]/.test(word) ? [word, ...word.split(/[-_]/).filter((part) => part !== '')] : [word];

const fold = (word: string): string =>
  word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** Plurals and the like of six languages, cut so coarsely that no language has to be known. */
function stem(word: string): string {
  const cut = word.replace(
    /(?:ings?|edly|ed|ungen|ung|aciones|acion|azioni|azione|ations?|en|es|er|s|n|e|i|o|a)$/,
    '',
  );
  return cut.length >= 4 ? cut : word;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
