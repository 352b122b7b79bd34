/** One page without a question: what is so, and what can be done. */
type Told = Readonly<{ title: string; lead: string }>;

/** Everything that the pages behind links say to people, plain text. */
export type AnswerTexts = Readonly<{
  ask: Readonly<{
    title: string;
    yesLead: string;
    yes: string;
    noLead: string;
    no: string;
    wordsLabel: string;
  }>;
  thanksYes: Told;
  thanksNo: Told;
  /** The time for an answer has passed, or the request has moved on since. */
  over: Told;
  /** The other answer was given before. */
  answered: Told;
  /** Tells nothing about whether there is such a request. */
  unknown: Told;
  /** The form was not sent by our page. */
  unreadable: Told;
  later: Told;
}>;

const en: AnswerTexts = {
  ask: {
    title: 'Does it work again?',
    yesLead:
      'If it does, please confirm it, so that we can close your request. If it does not work yet, use the other link in our e-mail.',
    yes: 'Yes, it works again',
    noLead: 'We are sorry. Send this, and we carry on with your request.',
    no: 'No, it does not work yet',
    wordsLabel: 'What does not work yet? (optional)',
  },
  thanksYes: {
    title: 'Thank you',
    lead: 'Your answer has been recorded: it works again. There is nothing more to do.',
  },
  thanksNo: {
    title: 'Thank you for telling us',
    lead: 'Your answer has been recorded: it does not work yet. We carry on and let you know.',
  },
  over: {
    title: 'This link is no longer valid',
    lead: 'To tell us something about your request, please reply to our e-mail.',
  },
  answered: {
    title: 'You have already answered',
    lead: 'The other answer was recorded before. To change it, please reply to our e-mail.',
  },
  unknown: {
    title: 'This link does not work',
    lead: 'It may have been cut off on its way. Please open it again from the e-mail, or reply to the e-mail.',
  },
  unreadable: {
    title: 'Your answer could not be read',
    lead: 'Nothing was recorded. Please open the link from the e-mail again and use the button on the page.',
  },
  later: {
    title: 'Please try again in a moment',
    lead: 'Your answer could not be recorded just now. Go back and try again in a minute.',
  },
};

const de: AnswerTexts = {
  ask: {
    title: 'Funktioniert es wieder?',
    yesLead:
      'Wenn ja, bestätigen Sie es bitte, damit wir Ihre Anfrage schließen können. Wenn es noch nicht funktioniert, benutzen Sie den anderen Link in unserer E-Mail.',
    yes: 'Ja, es funktioniert wieder',
    noLead: 'Das tut uns leid. Senden Sie dies ab, dann arbeiten wir weiter an Ihrer Anfrage.',
    no: 'Nein, es funktioniert noch nicht',
    wordsLabel: 'Was funktioniert noch nicht? (freiwillig)',
  },
  thanksYes: {
    title: 'Vielen Dank',
    lead: 'Ihre Antwort ist festgehalten: Es funktioniert wieder. Sie brauchen nichts weiter zu tun.',
  },
  thanksNo: {
    title: 'Danke für die Rückmeldung',
    lead: 'Ihre Antwort ist festgehalten: Es funktioniert noch nicht. Wir arbeiten weiter daran und melden uns.',
  },
  over: {
    title: 'Dieser Link gilt nicht mehr',
    lead: 'Wenn Sie uns etwas zu Ihrer Anfrage sagen möchten, antworten Sie bitte auf unsere E-Mail.',
  },
  answered: {
    title: 'Sie haben schon geantwortet',
    lead: 'Die andere Antwort wurde schon festgehalten. Um sie zu ändern, antworten Sie bitte auf unsere E-Mail.',
  },
  unknown: {
    title: 'Dieser Link funktioniert nicht',
    lead: 'Vielleicht wurde er unterwegs abgeschnitten. Öffnen Sie ihn bitte noch einmal aus der E-Mail, oder antworten Sie auf die E-Mail.',
  },
  unreadable: {
    title: 'Ihre Antwort war nicht lesbar',
    lead: 'Es wurde nichts festgehalten. Öffnen Sie bitte den Link aus der E-Mail noch einmal und benutzen Sie den Knopf auf der Seite.',
  },
  later: {
    title: 'Bitte versuchen Sie es gleich noch einmal',
    lead: 'Ihre Antwort konnte gerade nicht festgehalten werden. Gehen Sie zurück und versuchen Sie es in einer Minute noch einmal.',
  },
};

const fr: AnswerTexts = {
  ask: {
    title: 'Est-ce que cela fonctionne à nouveau ?',
    yesLead:
      'Si oui, merci de le confirmer, afin que nous puissions clôturer votre demande. Si cela ne fonctionne pas encore, utilisez l’autre lien de notre e-mail.',
    yes: 'Oui, cela fonctionne',
    noLead: 'Nous en sommes désolés. Envoyez ceci, et nous reprenons votre demande.',
    no: 'Non, pas encore',
    wordsLabel: 'Qu’est-ce qui ne fonctionne pas encore ? (facultatif)',
  },
  thanksYes: {
    title: 'Merci',
    lead: 'Votre réponse est enregistrée : cela fonctionne à nouveau. Vous n’avez rien d’autre à faire.',
  },
  thanksNo: {
    title: 'Merci de nous l’avoir dit',
    lead: 'Votre réponse est enregistrée : cela ne fonctionne pas encore. Nous poursuivons et vous tiendrons au courant.',
  },
  over: {
    title: 'Ce lien n’est plus valable',
    lead: 'Pour nous dire quelque chose au sujet de votre demande, répondez à notre e-mail.',
  },
  answered: {
    title: 'Vous avez déjà répondu',
    lead: 'L’autre réponse a déjà été enregistrée. Pour la changer, répondez à notre e-mail.',
  },
  unknown: {
    title: 'Ce lien ne fonctionne pas',
    lead: 'Il a peut-être été coupé en chemin. Ouvrez-le à nouveau depuis l’e-mail, ou répondez à l’e-mail.',
  },
  unreadable: {
    title: 'Votre réponse n’a pas pu être lue',
    lead: 'Rien n’a été enregistré. Ouvrez à nouveau le lien depuis l’e-mail et utilisez le bouton de la page.',
  },
  later: {
    title: 'Merci de réessayer dans un instant',
    lead: 'Votre réponse n’a pas pu être enregistrée pour le moment. Revenez en arrière et réessayez dans une minute.',
  },
};

const es: AnswerTexts = {
  ask: {
    title: '¿Vuelve a funcionar?',
    yesLead:
      'Si es así, confírmelo, por favor, para que podamos cerrar su solicitud. Si todavía no funciona, use el otro enlace de nuestro correo.',
    yes: 'Sí, vuelve a funcionar',
    noLead: 'Lo sentimos. Envíe esto y seguiremos con su solicitud.',
    no: 'No, todavía no funciona',
    wordsLabel: '¿Qué no funciona todavía? (opcional)',
  },
  thanksYes: {
    title: 'Gracias',
    lead: 'Su respuesta ha quedado registrada: vuelve a funcionar. No tiene que hacer nada más.',
  },
  thanksNo: {
    title: 'Gracias por avisarnos',
    lead: 'Su respuesta ha quedado registrada: todavía no funciona. Seguimos con ello y le informaremos.',
  },
  over: {
    title: 'Este enlace ya no es válido',
    lead: 'Si desea decirnos algo sobre su solicitud, responda a nuestro correo.',
  },
  answered: {
    title: 'Ya ha respondido',
    lead: 'La otra respuesta ya quedó registrada. Para cambiarla, responda a nuestro correo.',
  },
  unknown: {
    title: 'Este enlace no funciona',
    lead: 'Puede que se haya cortado por el camino. Ábralo de nuevo desde el correo, o responda al correo.',
  },
  unreadable: {
    title: 'No se ha podido leer su respuesta',
    lead: 'No se ha registrado nada. Abra de nuevo el enlace desde el correo y use el botón de la página.',
  },
  later: {
    title: 'Inténtelo de nuevo en un momento',
    lead: 'Ahora mismo no se ha podido registrar su respuesta. Vuelva atrás e inténtelo de nuevo en un minuto.',
  },
};

const it: AnswerTexts = {
  ask: {
    title: 'Funziona di nuovo?',
    yesLead:
      'Se sì, La preghiamo di confermarlo, così possiamo chiudere la Sua richiesta. Se non funziona ancora, usi l’altro link della nostra e-mail.',
    yes: 'Sì, funziona di nuovo',
    noLead: 'Ci dispiace. Invii questo messaggio e riprenderemo la Sua richiesta.',
    no: 'No, non funziona ancora',
    wordsLabel: 'Che cosa non funziona ancora? (facoltativo)',
  },
  thanksYes: {
    title: 'Grazie',
    lead: 'La Sua risposta è stata registrata: funziona di nuovo. Non deve fare altro.',
  },
  thanksNo: {
    title: 'Grazie per avercelo detto',
    lead: 'La Sua risposta è stata registrata: non funziona ancora. Continuiamo a lavorarci e La terremo informata.',
  },
  over: {
    title: 'Questo link non è più valido',
    lead: 'Per dirci qualcosa sulla Sua richiesta, risponda alla nostra e-mail.',
  },
  answered: {
    title: 'Ha già risposto',
    lead: 'L’altra risposta è già stata registrata. Per cambiarla, risponda alla nostra e-mail.',
  },
  unknown: {
    title: 'Questo link non funziona',
    lead: 'Forse è stato troncato lungo la strada. Lo apra di nuovo dall’e-mail, oppure risponda all’e-mail.',
  },
  unreadable: {
    title: 'Non è stato possibile leggere la Sua risposta',
    lead: 'Non è stato registrato nulla. Apra di nuovo il link dall’e-mail e usi il pulsante della pagina.',
  },
  later: {
    title: 'Riprovi tra un momento',
    lead: 'In questo momento non è stato possibile registrare la Sua risposta. Torni indietro e riprovi tra un minuto.',
  },
};

const nl: AnswerTexts = {
  ask: {
    title: 'Werkt het weer?',
    yesLead:
      'Zo ja, bevestig het dan, zodat wij uw aanvraag kunnen sluiten. Werkt het nog niet, gebruik dan de andere link in onze e-mail.',
    yes: 'Ja, het werkt weer',
    noLead: 'Dat spijt ons. Verstuur dit, dan gaan wij verder met uw aanvraag.',
    no: 'Nee, het werkt nog niet',
    wordsLabel: 'Wat werkt er nog niet? (niet verplicht)',
  },
  thanksYes: {
    title: 'Dank u wel',
    lead: 'Uw antwoord is vastgelegd: het werkt weer. U hoeft verder niets te doen.',
  },
  thanksNo: {
    title: 'Bedankt voor uw bericht',
    lead: 'Uw antwoord is vastgelegd: het werkt nog niet. Wij gaan verder en laten het u weten.',
  },
  over: {
    title: 'Deze link is niet meer geldig',
    lead: 'Wilt u ons iets over uw aanvraag laten weten, beantwoord dan onze e-mail.',
  },
  answered: {
    title: 'U hebt al geantwoord',
    lead: 'Het andere antwoord is al vastgelegd. Beantwoord onze e-mail om het te wijzigen.',
  },
  unknown: {
    title: 'Deze link werkt niet',
    lead: 'Misschien is hij onderweg afgebroken. Open hem opnieuw vanuit de e-mail, of beantwoord de e-mail.',
  },
  unreadable: {
    title: 'Uw antwoord kon niet worden gelezen',
    lead: 'Er is niets vastgelegd. Open de link opnieuw vanuit de e-mail en gebruik de knop op de pagina.',
  },
  later: {
    title: 'Probeer het zo dadelijk nog eens',
    lead: 'Uw antwoord kon nu niet worden vastgelegd. Ga terug en probeer het over een minuut nog eens.',
  },
};

const TEXTS = { en, de, fr, es, it, nl };
export type AnswerLanguage = keyof typeof TEXTS;
export const ANSWER_LANGUAGES = Object.keys(TEXTS) as AnswerLanguage[];

export const answerTexts = (language: AnswerLanguage): AnswerTexts => TEXTS[language];
