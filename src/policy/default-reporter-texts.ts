/** The built-in texts to reporters, used where a policy gives none of its own: one plain, honest sentence after another. */

export const REPORTER_TEXT_NAMES = [
  'confirmation_request',
  'confirmation_reminder',
  'closed_silent',
  'confirmed_thanks',
  'still_broken_received',
  'linked_to_incident',
  'update_passed_on',
  'recovered_ask',
] as const;
export type ReporterTextName = (typeof REPORTER_TEXT_NAMES)[number];

/** Sentences of one language. The layout is the same in all; links stand alone, so that they are easy to hit. */
type Sentences = Readonly<{
  solved: string;
  done: string;
  question: string;
  yes: string;
  no: string;
  orReply: string;
  validUntil: string;
  closesOn: string;
  staysOpen: string;
  reminder: string;
  closedSilent: string;
  howToReopen: string;
  confirmed: string;
  stillBroken: string;
  yourWords: string;
  linked: string;
  known: string;
  nextUpdate: string;
  noNextUpdate: string;
  update: string;
  restored: string;
}>;

const paragraph = (text: string): string => `<p>${text}</p>\n`;
const given = (name: string, text: string, otherwise?: string): string =>
  `{{#if ${name}}}\n${paragraph(text)}${otherwise === undefined ? '' : `{{else}}\n${paragraph(otherwise)}`}{{/if}}\n`;

function textsOf(say: Sentences): Readonly<Record<ReporterTextName, string>> {
  const ask =
    paragraph(say.question) +
    paragraph(`<a href="{{yesUrl}}">${say.yes}</a>`) +
    paragraph(`<a href="{{noUrl}}">${say.no}</a>`) +
    paragraph(say.orReply) +
    given('validUntil', say.validUntil) +
    given('closesOn', say.closesOn, say.staysOpen);
  return {
    confirmation_request: paragraph(say.solved) + given('resolution', say.done) + ask,
    confirmation_reminder: paragraph(say.reminder) + ask,
    closed_silent: paragraph(say.closedSilent) + paragraph(say.howToReopen),
    confirmed_thanks: paragraph(say.confirmed) + paragraph(say.howToReopen),
    still_broken_received: paragraph(say.stillBroken) + given('words', say.yourWords),
    linked_to_incident:
      paragraph(say.linked) + paragraph(say.known) + given('nextUpdateBy', say.nextUpdate, say.noNextUpdate),
    update_passed_on: `${paragraph(say.update)}{{#each textLines}}\n${paragraph('{{line}}')}{{/each}}\n`,
    recovered_ask: paragraph(say.restored) + ask,
  };
}

const en = textsOf({
  solved: 'We believe that your report {{reference}} “{{subject}}” is solved.',
  done: 'What was done: {{resolution}}',
  question: 'Does it work again for you?',
  yes: 'Yes, it works again',
  no: 'No, it still does not work',
  orReply: 'You may also answer this message in your own words.',
  validUntil: 'Both links can be used until {{validUntil}}.',
  closesOn: 'If we do not hear from you, we will close your report on {{closesOn}}.',
  staysOpen: 'If we do not hear from you, one of us will decide how to go on.',
  reminder:
    'We asked whether your report {{reference}} “{{subject}}” is solved and have not heard from you yet.',
  closedSilent: 'We closed your report {{reference}} “{{subject}}” because our questions were not answered.',
  howToReopen: 'If it happens again, please answer this message and we will look at it again.',
  confirmed:
    'Thank you for telling us that it works again; your report {{reference}} “{{subject}}” is confirmed as solved.',
  stillBroken:
    'Thank you for telling us that it does not work yet; we are working on your report {{reference}} “{{subject}}” again.',
  yourWords: 'You wrote: {{words}}',
  linked:
    'Your report “{{subject}}” belongs to a problem that we know and are working on: {{title}} ({{reference}}).',
  known: 'It has been going on since {{since}}.',
  nextUpdate: 'We will write to you again by {{nextUpdateBy}}.',
  noNextUpdate: 'We will write to you when there is news.',
  update: 'News about {{title}} ({{reference}}), to which your report belongs:',
  restored: 'Our monitoring shows that the problem behind your report {{reference}} “{{subject}}” is over.',
});
const de = textsOf({
  solved: 'Wir gehen davon aus, dass Ihre Meldung {{reference}} «{{subject}}» gelöst ist.',
  done: 'Was getan wurde: {{resolution}}',
  question: 'Funktioniert es bei Ihnen wieder?',
  yes: 'Ja, es funktioniert wieder',
  no: 'Nein, es funktioniert noch nicht',
  orReply: 'Sie können auch in eigenen Worten auf diese Nachricht antworten.',
  validUntil: 'Beide Links können bis {{validUntil}} benutzt werden.',
  closesOn: 'Wenn wir nichts von Ihnen hören, schliessen wir Ihre Meldung am {{closesOn}}.',
  staysOpen: 'Wenn wir nichts von Ihnen hören, entscheidet jemand von uns, wie es weitergeht.',
  reminder:
    'Wir haben gefragt, ob Ihre Meldung {{reference}} «{{subject}}» gelöst ist, und noch nichts von Ihnen gehört.',
  closedSilent:
    'Wir haben Ihre Meldung {{reference}} «{{subject}}» geschlossen, weil unsere Fragen unbeantwortet blieben.',
  howToReopen:
    'Sollte es wieder auftreten, antworten Sie bitte auf diese Nachricht, und wir sehen es uns erneut an.',
  confirmed:
    'Danke für die Bestätigung, dass es wieder funktioniert; Ihre Meldung {{reference}} «{{subject}}» ist damit als gelöst bestätigt.',
  stillBroken:
    'Danke für den Hinweis, dass es noch nicht funktioniert; wir arbeiten wieder an Ihrer Meldung {{reference}} «{{subject}}».',
  yourWords: 'Sie schrieben: {{words}}',
  linked:
    'Ihre Meldung «{{subject}}» gehört zu einer Störung, die wir kennen und an der wir arbeiten: {{title}} ({{reference}}).',
  known: 'Sie besteht seit {{since}}.',
  nextUpdate: 'Wir schreiben Ihnen wieder bis {{nextUpdateBy}}.',
  noNextUpdate: 'Wir schreiben Ihnen, sobald es Neues gibt.',
  update: 'Neues zu {{title}} ({{reference}}), wozu Ihre Meldung gehört:',
  restored:
    'Unsere Überwachung zeigt, dass die Störung hinter Ihrer Meldung {{reference}} «{{subject}}» vorbei ist.',
});
const fr = textsOf({
  solved: 'Nous pensons que votre demande {{reference}} « {{subject}} » est résolue.',
  done: 'Ce qui a été fait : {{resolution}}',
  question: 'Est-ce que cela fonctionne de nouveau chez vous ?',
  yes: 'Oui, cela fonctionne de nouveau',
  no: 'Non, cela ne fonctionne toujours pas',
  orReply: 'Vous pouvez aussi répondre à ce message avec vos propres mots.',
  validUntil: 'Les deux liens sont utilisables jusqu’au {{validUntil}}.',
  closesOn: 'Sans nouvelles de votre part, nous clôturerons votre demande le {{closesOn}}.',
  staysOpen: 'Sans nouvelles de votre part, l’un de nous décidera de la suite.',
  reminder:
    'Nous vous avons demandé si votre demande {{reference}} « {{subject}} » est résolue et n’avons pas encore eu de réponse.',
  closedSilent:
    'Nous avons clôturé votre demande {{reference}} « {{subject}} », car nos questions sont restées sans réponse.',
  howToReopen: 'Si cela se reproduit, répondez à ce message et nous l’examinerons de nouveau.',
  confirmed:
    'Merci de nous avoir confirmé que cela fonctionne de nouveau ; votre demande {{reference}} « {{subject}} » est confirmée comme résolue.',
  stillBroken:
    'Merci de nous avoir signalé que cela ne fonctionne pas encore ; nous travaillons de nouveau sur votre demande {{reference}} « {{subject}} ».',
  yourWords: 'Vous avez écrit : {{words}}',
  linked:
    'Votre demande « {{subject}} » fait partie d’un problème que nous connaissons et que nous traitons : {{title}} ({{reference}}).',
  known: 'Il dure depuis le {{since}}.',
  nextUpdate: 'Nous vous écrirons de nouveau au plus tard le {{nextUpdateBy}}.',
  noNextUpdate: 'Nous vous écrirons dès qu’il y aura du nouveau.',
  update: 'Des nouvelles de {{title}} ({{reference}}), dont votre demande fait partie :',
  restored:
    'Notre surveillance montre que le problème à l’origine de votre demande {{reference}} « {{subject}} » est terminé.',
});
const es = textsOf({
  solved: 'Creemos que su aviso {{reference}} «{{subject}}» está resuelto.',
  done: 'Lo que se ha hecho: {{resolution}}',
  question: '¿Le vuelve a funcionar?',
  yes: 'Sí, vuelve a funcionar',
  no: 'No, sigue sin funcionar',
  orReply: 'También puede responder a este mensaje con sus propias palabras.',
  validUntil: 'Ambos enlaces se pueden usar hasta el {{validUntil}}.',
  closesOn: 'Si no tenemos noticias suyas, cerraremos su aviso el {{closesOn}}.',
  staysOpen: 'Si no tenemos noticias suyas, uno de nosotros decidirá cómo seguir.',
  reminder:
    'Le preguntamos si su aviso {{reference}} «{{subject}}» está resuelto y todavía no hemos tenido respuesta.',
  closedSilent:
    'Hemos cerrado su aviso {{reference}} «{{subject}}» porque nuestras preguntas quedaron sin respuesta.',
  howToReopen: 'Si vuelve a ocurrir, responda a este mensaje y lo revisaremos de nuevo.',
  confirmed:
    'Gracias por decirnos que vuelve a funcionar; su aviso {{reference}} «{{subject}}» queda confirmado como resuelto.',
  stillBroken:
    'Gracias por decirnos que todavía no funciona; estamos trabajando de nuevo en su aviso {{reference}} «{{subject}}».',
  yourWords: 'Usted escribió: {{words}}',
  linked:
    'Su aviso «{{subject}}» forma parte de un problema que conocemos y en el que trabajamos: {{title}} ({{reference}}).',
  known: 'Dura desde el {{since}}.',
  nextUpdate: 'Le escribiremos de nuevo a más tardar el {{nextUpdateBy}}.',
  noNextUpdate: 'Le escribiremos en cuanto haya novedades.',
  update: 'Novedades sobre {{title}} ({{reference}}), del que forma parte su aviso:',
  restored:
    'Nuestra supervisión muestra que el problema de su aviso {{reference}} «{{subject}}» ha terminado.',
});
const it = textsOf({
  solved: 'Riteniamo che la Sua segnalazione {{reference}} «{{subject}}» sia risolta.',
  done: 'Che cosa è stato fatto: {{resolution}}',
  question: 'Da Lei funziona di nuovo?',
  yes: 'Sì, funziona di nuovo',
  no: 'No, non funziona ancora',
  orReply: 'Può anche rispondere a questo messaggio con parole Sue.',
  validUntil: 'I due link si possono usare fino al giorno {{validUntil}}.',
  closesOn: 'Se non riceviamo Sue notizie, chiuderemo la segnalazione il giorno {{closesOn}}.',
  staysOpen: 'Se non riceviamo Sue notizie, uno di noi deciderà come procedere.',
  reminder:
    'Le abbiamo chiesto se la Sua segnalazione {{reference}} «{{subject}}» è risolta e non abbiamo ancora ricevuto risposta.',
  closedSilent:
    'Abbiamo chiuso la Sua segnalazione {{reference}} «{{subject}}» perché le nostre domande sono rimaste senza risposta.',
  howToReopen: 'Se succede di nuovo, risponda a questo messaggio e la esamineremo ancora.',
  confirmed:
    'Grazie per averci detto che funziona di nuovo; la Sua segnalazione {{reference}} «{{subject}}» è confermata come risolta.',
  stillBroken:
    'Grazie per averci detto che non funziona ancora; stiamo di nuovo lavorando alla Sua segnalazione {{reference}} «{{subject}}».',
  yourWords: 'Lei ha scritto: {{words}}',
  linked:
    'La Sua segnalazione «{{subject}}» fa parte di un problema che conosciamo e su cui lavoriamo: {{title}} ({{reference}}).',
  known: 'È in corso da: {{since}}.',
  nextUpdate: 'Le scriveremo di nuovo entro: {{nextUpdateBy}}.',
  noNextUpdate: 'Le scriveremo appena ci saranno novità.',
  update: 'Novità su {{title}} ({{reference}}), di cui fa parte la Sua segnalazione:',
  restored:
    'Il nostro monitoraggio mostra che il problema della Sua segnalazione {{reference}} «{{subject}}» è terminato.',
});
const nl = textsOf({
  solved: 'Wij denken dat uw melding {{reference}} “{{subject}}” is opgelost.',
  done: 'Wat er is gedaan: {{resolution}}',
  question: 'Werkt het bij u weer?',
  yes: 'Ja, het werkt weer',
  no: 'Nee, het werkt nog niet',
  orReply: 'U kunt ook in uw eigen woorden op dit bericht antwoorden.',
  validUntil: 'Beide links zijn te gebruiken tot en met {{validUntil}}.',
  closesOn: 'Als wij niets van u horen, sluiten wij uw melding op {{closesOn}}.',
  staysOpen: 'Als wij niets van u horen, beslist een van ons hoe het verder gaat.',
  reminder:
    'Wij vroegen of uw melding {{reference}} “{{subject}}” is opgelost en hebben nog niets van u gehoord.',
  closedSilent:
    'Wij hebben uw melding {{reference}} “{{subject}}” gesloten omdat onze vragen onbeantwoord bleven.',
  howToReopen: 'Gebeurt het opnieuw, antwoord dan op dit bericht en wij kijken er weer naar.',
  confirmed:
    'Dank u voor het bericht dat het weer werkt; uw melding {{reference}} “{{subject}}” is bevestigd als opgelost.',
  stillBroken:
    'Dank u voor het bericht dat het nog niet werkt; wij werken weer aan uw melding {{reference}} “{{subject}}”.',
  yourWords: 'U schreef: {{words}}',
  linked:
    'Uw melding “{{subject}}” hoort bij een probleem dat wij kennen en waaraan wij werken: {{title}} ({{reference}}).',
  known: 'Het duurt al sinds {{since}}.',
  nextUpdate: 'Wij schrijven u weer, uiterlijk {{nextUpdateBy}}.',
  noNextUpdate: 'Wij schrijven u zodra er nieuws is.',
  update: 'Nieuws over {{title}} ({{reference}}), waar uw melding bij hoort:',
  restored:
    'Onze bewaking laat zien dat het probleem achter uw melding {{reference}} “{{subject}}” voorbij is.',
});

export const DEFAULT_REPORTER_TEXTS = { de, en, es, fr, it, nl } as const;
