/** What the pages say on which a reporter answers whether it works again. Plain text, to be escaped where it is shown. */
export type PageTexts = Readonly<{
  title: string;
  question: string;
  yes: string;
  no: string;
  /** Above the field for the reporter's own words, which may stay empty. */
  wordsLabel: string;
  thanksYes: string;
  thanksNo: string;
  /** The link is too old. */
  expired: string;
  /** The link was used with the other answer. */
  used: string;
  /** No such link; says nothing about any ticket. */
  unknown: string;
  /** The same answer was given before. */
  alreadyAnswered: string;
}>;

const en: PageTexts = {
  title: 'Does it work again?',
  question: 'Does what you reported work again?',
  yes: 'Yes, it works again',
  no: 'No, it still does not work',
  wordsLabel: 'Would you like to add something? (optional)',
  thanksYes: 'Thank you. Your report is confirmed as solved.',
  thanksNo: 'Thank you. We are working on it again.',
  expired: 'This link is no longer valid. Please answer our message instead.',
  used: 'You have given the other answer already. If it has changed, please answer our message.',
  unknown: 'This link is not valid. Please use the link in our message, or answer it.',
  alreadyAnswered: 'You have answered already. There is nothing more to do.',
};
const de: PageTexts = {
  title: 'Funktioniert es wieder?',
  question: 'Funktioniert wieder, was Sie gemeldet haben?',
  yes: 'Ja, es funktioniert wieder',
  no: 'Nein, es funktioniert noch nicht',
  wordsLabel: 'Möchten Sie etwas hinzufügen? (freiwillig)',
  thanksYes: 'Vielen Dank. Ihre Meldung ist als gelöst bestätigt.',
  thanksNo: 'Vielen Dank. Wir arbeiten wieder daran.',
  expired: 'Dieser Link ist nicht mehr gültig. Bitte antworten Sie stattdessen auf unsere Nachricht.',
  used: 'Sie haben bereits die andere Antwort gegeben. Wenn sich das geändert hat, antworten Sie bitte auf unsere Nachricht.',
  unknown:
    'Dieser Link ist nicht gültig. Bitte benutzen Sie den Link in unserer Nachricht, oder antworten Sie darauf.',
  alreadyAnswered: 'Sie haben bereits geantwortet. Mehr ist nicht zu tun.',
};
const fr: PageTexts = {
  title: 'Est-ce que cela fonctionne de nouveau ?',
  question: 'Ce que vous avez signalé fonctionne-t-il de nouveau ?',
  yes: 'Oui, cela fonctionne de nouveau',
  no: 'Non, cela ne fonctionne toujours pas',
  wordsLabel: 'Souhaitez-vous ajouter quelque chose ? (facultatif)',
  thanksYes: 'Merci. Votre demande est confirmée comme résolue.',
  thanksNo: 'Merci. Nous y travaillons de nouveau.',
  expired: 'Ce lien n’est plus valable. Veuillez plutôt répondre à notre message.',
  used: 'Vous avez déjà donné l’autre réponse. Si cela a changé, veuillez répondre à notre message.',
  unknown: 'Ce lien n’est pas valable. Veuillez utiliser le lien de notre message, ou y répondre.',
  alreadyAnswered: 'Vous avez déjà répondu. Il n’y a plus rien à faire.',
};
const es: PageTexts = {
  title: '¿Vuelve a funcionar?',
  question: '¿Vuelve a funcionar lo que usted comunicó?',
  yes: 'Sí, vuelve a funcionar',
  no: 'No, sigue sin funcionar',
  wordsLabel: '¿Desea añadir algo? (opcional)',
  thanksYes: 'Gracias. Su aviso queda confirmado como resuelto.',
  thanksNo: 'Gracias. Estamos trabajando de nuevo en ello.',
  expired: 'Este enlace ya no es válido. Por favor, responda a nuestro mensaje.',
  used: 'Ya dio la otra respuesta. Si ha cambiado, por favor, responda a nuestro mensaje.',
  unknown: 'Este enlace no es válido. Por favor, use el enlace de nuestro mensaje o respóndalo.',
  alreadyAnswered: 'Ya ha respondido. No hay nada más que hacer.',
};
const it: PageTexts = {
  title: 'Funziona di nuovo?',
  question: 'Quello che ha segnalato funziona di nuovo?',
  yes: 'Sì, funziona di nuovo',
  no: 'No, non funziona ancora',
  wordsLabel: 'Desidera aggiungere qualcosa? (facoltativo)',
  thanksYes: 'Grazie. La Sua segnalazione è confermata come risolta.',
  thanksNo: 'Grazie. Ci stiamo lavorando di nuovo.',
  expired: 'Questo link non è più valido. Risponda invece al nostro messaggio.',
  used: 'Ha già dato l’altra risposta. Se è cambiata, risponda al nostro messaggio.',
  unknown: 'Questo link non è valido. Usi il link nel nostro messaggio, oppure risponda al messaggio.',
  alreadyAnswered: 'Ha già risposto. Non c’è altro da fare.',
};
const nl: PageTexts = {
  title: 'Werkt het weer?',
  question: 'Werkt wat u meldde weer?',
  yes: 'Ja, het werkt weer',
  no: 'Nee, het werkt nog niet',
  wordsLabel: 'Wilt u iets toevoegen? (niet verplicht)',
  thanksYes: 'Dank u. Uw melding is bevestigd als opgelost.',
  thanksNo: 'Dank u. Wij werken er weer aan.',
  expired: 'Deze link is niet meer geldig. Beantwoord in plaats daarvan ons bericht.',
  used: 'U hebt het andere antwoord al gegeven. Is dat veranderd, beantwoord dan ons bericht.',
  unknown: 'Deze link is niet geldig. Gebruik de link in ons bericht, of beantwoord het.',
  alreadyAnswered: 'U hebt al geantwoord. Er is niets meer te doen.',
};

const TEXTS: Readonly<Record<string, PageTexts>> = { de, en, es, fr, it, nl };

/** The page's language: two letters for its `lang` attribute, English where none is built in for it. */
export function pageLanguage(language: string | undefined): string {
  const wanted = language?.slice(0, 2).toLowerCase() ?? '';
  return Object.hasOwn(TEXTS, wanted) ? wanted : 'en';
}

/** `language` may be longer than two letters (`de-CH`). */
export const pageTexts = (language: string | undefined): PageTexts => TEXTS[pageLanguage(language)] ?? en;
