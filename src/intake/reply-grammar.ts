/**
 * The small words that turn the meaning of a reply around, in en, de, fr, es, it and nl: written as `readTokens` gives
 * them, without accents. They are grammar and no judgement, so policy does not list them. Where a word is harmless in one
 * language and a doubt in another it counts as a doubt: that costs a person a look, a wrong yes would close a ticket.
 */

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

export const NEGATORS = set(`
  not no never nothing none nobody neither nor without unable
  nicht nein kein keine keinen keiner keinem nie niemals nichts niemand weder ohne nix net ned
  ne n pas plus jamais rien aucun aucune personne sans ni
  nunca nada nadie ningun ninguna ninguno tampoco sin
  non mai nessun nessuno nessuna niente nulla senza
  niet nee geen nooit niets niemand zonder`);

/** Conditions, doubts, wishes, promises, limits, hearsay, giving up. */
export const HEDGES = set(`
  but however although though except if unless once when whenever until till whether how why what where which who then
  please unlike most old duplicate wrote writes report reports reported leave sick one two three first second third half some several somehow besides lose sometimes occasionally intermittently partly partially half almost nearly hardly barely mostly temporarily only   will would should could might may must need needs want wants try trying test testing check checking hope hopefully wish
  seems seem appears maybe perhaps probably possibly supposedly apparently allegedly think guess believe assume unsure
  said say says told marked claim claims tomorrow later soon yet still
  was were before previously minutes minute hours hour each every workaround instead meanwhile others else
  give given gave giving tired forget mind bought anyway useless cancel wait waiting sure unsure according hear heard alleged expect tell   aber jedoch allerdings trotzdem ausser wenn falls sobald bis ob wie warum wieso weshalb wann wer welche welcher dann
  bitte meisten dafur gemeldet schreibt krank alte alten schief erste zweite einer zwei drei halb halbe neues neuer weg irgendwie manchmal zeitweise teilweise gelegentlich beinahe fast kaum halbwegs meistens vorubergehend nur bloss
  laut gemass zufolge hiess angeblich sicher unsicher nehme werde wird werden sollte sollten soll musste muss mussen brauche brauchen mochte probiere probieren teste testen
  versuche versuchen prufe prufen schaue hoffe hoffentlich scheint scheinbar anscheinend angeblich vielleicht wohl vermutlich
  wahrscheinlich glaube denke vermute gesagt heisst morgen spater nachher bald noch war waren vorher zuvor minuten stunden stunde
  jedes jedesmal jeweils stattdessen aufgegeben egal gekauft warte warten melde   mais cependant pourtant sauf si quand lorsque ancien ancienne plupart moitie premier premiere autre jusqu jusque tant comment pourquoi puis parfois partiellement presque peine
  selon seulement uniquement essaie essaierai essayerai essayer teste testerai tester verifie verifierai verifier espere esperons semble
  parait probablement crois pense dit demain bientot encore etait avant minutes heures heure chaque attends
  faut faudrait doit devrait besoin tard provisoire provisoirement
  segun seguro pero aunque sino excepto salvo cuando hasta como porque luego veces parcialmente casi apenas solo solamente probare pruebo probar
  comprobare revisare espero parece ratos favor viejo mayoria quizas quiza talvez probablemente creo dicen dicho manana pronto todavia aun estaba funcionaba
  minutos horas hora cada debe deberia necesito   secondo sicuro ma pero tuttavia tranne eccetto quando finche appena come perche poi volte talvolta parzialmente quasi soltanto solo
  provo provero provare verifico verifichero controllo controllero spero sembra forse probabilmente credo penso detto dicono domani
  presto ancora era minuti ore ogni deve dovrebbe bisogna serve
  volgens zeker maar echter behalve als wanneer zodra totdat tot mits hoe waarom wie wat dan graag oude meeste soms gedeeltelijk bijna nauwelijks alleen slechts
  zal zou zullen moet moeten nodig probeer proberen test controleer hoop hopelijk lijkt blijkbaar misschien waarschijnlijk denk gezegd
  straks binnenkort nog minuten uur elke telkens tijdelijk wacht`);

/** Hedges only at the beginning of a clause, since they are common words of another language there. */
export const LEADING_HEDGES = set('se');

/** That it goes on; with a negator or a problem in the same clause it means no. */
export const PERSISTING = set(
  'still toujours encore weiterhin nog steeds sigue siguen todavia aun ancora noch immer nochmals continues keeps',
);
export const RECURRING = set('again wieder erneut nouveau nuevo vez nuovo weer opnieuw ancora encore');

/** What went wrong; beside a yes in the same clause they tell what is over. */
export const FAULTS = set(`
  problem problems issue issues error errors fault failure outage bug trouble incident
  probleme fehler fehlermeldung storung ausfall
  erreur erreurs panne
  problema problemas errores fallo fallos
  problemi errore errori guasto
  probleem problemen fout fouten foutmelding storing`);

/** How it is when it is not well; beside a yes they contradict it. */
export const BAD = set(`
  stops stopped spins fails fail failed failing broken crash crashes crashed crashing down offline slow slower slowly wrong worse worst unusable freezes
  frozen stuck hangs timeout timeouts bad badly poorly terrible terribly awful dead unable blank missing
  ausgefallen kaputt defekt langsam langsamer falsch absturz sturzt abgesturzt hangt schlimmer schlecht schlechter schleppend
  fehlt fehlen leer tot
  lent lente lenteur bloque plante planter pire mal mauvais lentement vide manque
  falla fallan fallando caido lento lenta roto bloqueado peor despacio
  bloccato lentissimo peggio male rotto caduto
  kapot traag trager vast erger slecht`);

/** Words that may stand between the words of a phrase, and that say nothing by themselves. */
export const FILLERS = set(`
  now again all everything perfectly perfect fine well really absolutely very much so the a an also since today it this that these
  i we you they he she me my us our your its is am are has have been be s m ve re and or to for of in on at with as from
  quickly quick fast great good nice finally already here both completely fully normally normal properly correctly do does can
  ticket lot am pm tried checked restarted rebooted confirm confirming hereby side far too more end guys team everyone morning afternoon hi hello hey dear
  vielmals uhr getestet gepruft neu gestartet raschen rasche schnellen jetzt wieder alles einwandfrei bestens super gut sehr auch seit heute es das der die den dem ein eine ich wir sie du ihr mir
  mich uns mein meine ist sind hat haben sich und zum zur fur mit bei im in an auf von endlich schnell schnelle problemlos tadellos
  nun soweit mittlerweile inzwischen tiptop ja so kann konnen hallo guten tag liebe lieber zusammen
  redemarre moi bon maintenant a nouveau tout bien parfaitement tres aussi depuis ce cela ca c il elle je j nous vous on le la les l un une de d du et
  est sont ai avons matin enfin rapide correctement pour votre avec merci bonjour madame monsieur que y
  ahora ya todo correctamente perfectamente muy tambien desde hoy el lo los las esta este esto es son ha han he hemos y con por para
  su sus nos me mi al en que hola buenos dias buenas tardes rapida
  adesso ora tutto bene perfettamente correttamente molto anche da oggi questo questa e i gli abbiamo ho per con vi ci mi mio ciao
  buongiorno finalmente di veloce
  nu alles weer goed prima heel erg ook sinds vandaag het de een dit dat ik wij we mijn ons is zijn heeft hebben en voor met bij
  snelle snel eindelijk hallo beste dag hoi u je er op`);

/** A sentence that begins so is a question, with or without its mark. */
export const QUESTION_STARTS: readonly string[] = [
  ...[
    'is it',
    'is this',
    'is that',
    'is the',
    'are you',
    'has it',
    'has this',
    'has the',
    'was it',
    'was this',
    'did you',
    'did it',
    'do you',
    'does it',
    'can you',
    'can we',
    'can i',
    'could you',
    'would you',
    'will it',
    'will you',
    'any news',
    'any update',
  ],
  ...[
    'ist es',
    'ist das',
    'ist der',
    'ist die',
    'wurde das',
    'wurde es',
    'geht es',
    'geht das',
    'funktioniert es',
    'funktioniert das',
    'konnen sie',
    'kannst du',
    'konnten sie',
    'haben sie',
    'hast du',
    'gibt es',
    'lauft es',
    'klappt es',
  ],
  ...['est ce', 'avez vous', 'pouvez vous', 'pourriez vous', 'peux tu', 'as tu', 'y a t', 'a t il'],
  ...['esta ya', 'han podido', 'pueden ustedes', 'podrian', 'podria', 'hay novedades'],
  ...['e stato', 'e gia', 'avete', 'potete dirmi', 'potreste', 'ci sono novita'],
  ...[
    'is het',
    'is dit',
    'is dat',
    'werkt het al',
    'heeft u',
    'heb je',
    'kunt u',
    'kun je',
    'kan u',
    'zijn er',
  ],
];

/** What programs answer while people are away. */
export const AUTOMATIC: readonly string[] = [
  ...[
    'out of office',
    'out of the office',
    'automatic reply',
    'auto reply',
    'autoreply',
    'automated response',
    'automated reply',
    'automatic response',
    'on annual leave',
    'on vacation',
    'on holiday',
    'on leave until',
    'away from my desk',
    'limited access to email',
    'limited access to my email',
    'do not reply to this',
    'delivery has failed',
    'delivery status notification',
    'undeliverable',
    'mail delivery',
  ],
  ...[
    'abwesenheitsnotiz',
    'abwesenheitsmeldung',
    'automatische antwort',
    'nicht im buro',
    'nicht im haus',
    'bin abwesend',
    'in den ferien',
    'in urlaub',
    'im urlaub',
    'ausser haus',
    'unzustellbar',
    'nicht erreichbar bis',
    'nicht zugestellt',
  ],
  ...[
    'reponse automatique',
    'absent du bureau',
    'absente du bureau',
    'suis absent',
    'suis absente',
    'en conges',
    'en vacances',
    'message d absence',
    'non remis',
  ],
  ...[
    'respuesta automatica',
    'fuera de la oficina',
    'de vacaciones',
    'estoy ausente',
    'estare ausente',
    'no se ha podido entregar',
  ],
  ...['risposta automatica', 'fuori ufficio', 'fuori sede', 'in ferie', 'sono assente', 'saro assente'],
  ...[
    'automatisch antwoord',
    'automatisch bericht',
    'automatische reactie',
    'afwezigheidsbericht',
    'ben afwezig',
    'niet op kantoor',
    'met vakantie',
    'op vakantie',
  ],
];
