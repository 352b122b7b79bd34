import { wordFinder } from './recognise-words.ts';

/**
 * The small words that turn the meaning of others round, in all built-in languages at once. They belong to how text is
 * read and not to a policy, whose lists say what is looked for.
 */
const list = (text: string): string[] => text.split(/[,\n]/).map((phrase) => phrase.trim());

/** Right before a failure's word, they say that there is none. */
const NEGATORS = new Set(
  list(
    'no, not, without, nor, kein, keine, keinen, keinem, keiner, nicht, ohne, sin, ningun, ninguna, ningunos, sans',
  ).concat(list('aucun, aucune, pas, senza, nessun, nessuno, nessuna, non, geen, zonder, niet')),
);
/** May stand between such a word and the failure's. */
const FILLERS = new Set(
  list(
    'a, an, any, more, further, the, such, real, longer, hay, es, un, una, de, d, autre, altro, altri, ein, eine, einen',
  ).concat(list('weiteren, weitere, mehr, andere, een, ander, enkele, est')),
);

/** Whether the words before `from` say that what follows is not the case: `no error`, `kein Fehler`, `pas d'erreur`. */
export function isNegated(words: readonly string[], from: number): boolean {
  const [before, earlier] = [words[from - 1] ?? '', words[from - 2] ?? ''];
  return NEGATORS.has(before) || (FILLERS.has(before) && NEGATORS.has(earlier));
}

/** Says that it is over. */
export const findsOver = wordFinder(
  list(`works again, works now, works fine, working again, all works, everything works, everything is running, all is running
    is solved, has been solved, was solved, is fixed, has been fixed, problem solved, is over, all good, all fine, nothing is
    nothing wrong, no longer an issue, läuft wieder, laufen wieder, geht wieder, gehen wieder, funktioniert wieder, klappt wieder
    alles läuft, läuft alles, alles funktioniert, behoben, erledigt, hat sich gelöst, ist gelöst, kein fehler mehr
    fonctionne à nouveau, refonctionne, remarche, marche à nouveau, tout fonctionne, tout marche, réglé, est résolu, problème résolu
    ya funciona, funciona de nuevo, funciona otra vez, todo funciona, solucionado, está resuelto, funziona di nuovo
    ora funziona, tutto funziona, risolto, werkt weer, doet het weer, alles werkt, opgelost, verholpen`),
);

/** Speaks against what was said before it: `it was fixed, but …`. */
export const findsContrast = wordFinder(
  list('but, however, again not, aber, jedoch, mais, pourtant, pero, sin embargo, ma, però, maar'),
);

/** Begins a case that is only thought of. */
export const findsCondition = wordFinder(
  list(
    'if, in case, in the event, suppose, falls, wenn, sollte, im fall, im falle, si, en cas, en caso, se, in caso, als, indien, mocht',
  ),
);

/** Tells that something was otherwise before, or should be: whatever is asked or wished for, it may have failed. */
export const findsDoubt = wordFinder(
  list(`again, today, now, yesterday, since, this morning, suddenly, still, normal, normally, supposed to, why, status, as usual
    where are, where is my, where did, where has, shows, showing, says, reads, stop, prevent, get my ... back, get our ... back, get ... back, busy
    wieder, heute, jetzt, gestern, seit, plötzlich, immer noch, warum, wieso, weshalb, wo sind, wo ist mein*, wo bleib*, stand der
    zeigt, zeigen, meldet, verhindern
    encore, de nouveau, à nouveau, aujourd'hui, maintenant, hier, depuis, soudain, pourquoi, où sont, où est mon, où est ma, affiche, indique, empêcher
    otra vez, de nuevo, hoy, ahora, ayer, desde, de repente, por qué, dónde están, dónde está mi, estado, muestra, evitar
    di nuovo, oggi, adesso, ieri, da quando, improvvisamente, perché, normale, dove sono, dov'è il mio, dov'è la mia, stato, mostra, segna, evitare
    weer, opnieuw, vandaag, nu, gisteren, sinds, plotseling, waarom, waar is, waar zijn, normaal, toont, voorkomen`),
);

/** Begins a clause that tells what is the case, inside a question: `how can I work if …`. */
export const findsClause = wordFinder(
  list(`if, when, while, although, though, whereas, because, wenn, falls, sobald, obwohl, während, weil, quand, alors que, parce que
    si le, si la, si les, cuando, mientras, aunque, porque, si el, si los, si las, quando, mentre, anche se, se il, se la, terwijl
    hoewel, wanneer, omdat, als de, als het`),
);

/** Asks for something to be told, where a sentence that ends in a question mark holds one. */
export const findsInterrogative = wordFinder(
  list(`what, which, who, whom, whose, when, where, how, was, welche, welcher, welches, welchen, wer, wem, wen, wann, wo, wie, woher
    que, quel, quelle, quels, quelles, qui, quand, où, comment, combien, qué, cuál, cuáles, quién, cuándo, dónde, cómo, cuánto
    cosa, quale, quali, chi, quando, dove, come, quanto, wat, welk, welke, wie, wanneer, waar, hoe, hoeveel`),
);

/** Words of greetings and thanks: a sentence that begins with one tells nothing about the matter. */
const COURTESIES = new Set(
  list(`hello, hi, hey, dear, good, morning, thanks, thank, many, please, sorry, fyi, hallo, guten, liebe, lieber, sehr, danke, vielen
    besten, bitte, grusse, bonjour, bonsoir, salut, madame, monsieur, merci, hola, buenos, buenas, estimados, estimado, gracias
    muchas, saludos, buongiorno, buonasera, salve, ciao, gentili, gentile, grazie, goedemorgen, goedemiddag, beste, geachte, bedankt
    dank, groet, alvast`),
);
export const isCourtesy = (words: readonly string[]): boolean =>
  words.length < 3 || (words.length < 7 && COURTESIES.has(words[0] ?? ''));
