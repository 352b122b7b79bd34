import { list, type WordLists } from './word-list.ts';

export const GERMAN: WordLists = {
  incident: list(`
    fehler, fehlers, fehlermeldung*, fehlercode, *fehler, fehlerhaft*, störung*, *störung, gestört, problem, probleme, problemen
    ausfall, ausfälle, ausgefallen, fällt aus, fallen aus, panne, defekt*, kaputt, beschädigt*, hinüber, tot, offline
    geht nicht, gehen nicht, geht wieder nicht, geht ... nicht, gehen ... nicht, geht gar nichts, geht nichts, nichts geht
    funktioniert nicht, funktionieren nicht, funktioniert ... nicht, funktionieren ... nicht, funzt nicht, klappt nicht
    klappt ... nicht, läuft nicht, laufen nicht, läuft ... nicht, tut nicht, tut ... nicht, nicht mehr, nix mehr, nichts mehr
    kann ... nicht, können ... nicht, kann man nicht, lässt sich ... nicht, lassen sich ... nicht, lädt nicht, laden nicht
    öffnet nicht, öffnet sich nicht, startet nicht, startet ... nicht, druckt nicht, druckt ... nicht, reagiert nicht
    reagiert ... nicht, erkennt ... nicht, verbindet ... nicht, kommt nicht an, kommen nicht an, komme nicht
    komme ... nicht, kommen ... nicht, kommt niemand, nicht möglich, unmöglich, nicht erreichbar, nicht verfügbar
    nicht angezeigt, nicht gefunden, nicht erkannt, nicht einloggen, nicht anmelden, nicht speichern
    passiert nichts, tut sich nichts, geschieht nichts, hat nichts gebracht, nichts gebracht, ohne erfolg, erfolglos
 nur noch
    kein internet, kein netz, kein wlan, kein empfang, kein zugriff, kein zugang, kein strom, kein ton, kein bild, kein signal
    keine verbindung, keinen zugriff, keinen zugang, keinen ton, keine anzeige, keine reaktion, keine mails, keine e-mails
 zieht ... kein*
    abgestürzt, stürzt ... ab, stürzen ... ab, absturz, abstürze, hängt, hängt sich ... auf, hängen sich ... auf, aufgehängt, hängen geblieben, eingefroren
    friert ein, friert ... ein, bleibt hängen, bleibt stehen, bleibt schwarz, bleibt leer, bleibt weiss, steht still, blockiert*
    gesperrt, ausgesperrt, verweigert, abgelehnt, abgelaufen, unterbrochen, unterbricht, bricht ... ab, brechen ... ab, abbruch
    abgebrochen, getrennt, fliege raus, rausgeworfen, langsam*, lahm*, ruckelt, dauert ewig, zeitüberschreitung
    falsch*, verschwunden, ist weg, sind weg, alles weg, plötzlich weg, gelöscht worden, fehlen seit, fehlen plötzlich
    doppelt seit, kommen doppelt, kommt doppelt, leere seite, leeren bildschirm, schwarzer bildschirm, weisse seite
    weisser bildschirm, schwarz, blinkt, flackert, papierstau, rauscht, bei euch auch, bei ihnen auch, bei euch auch nicht
    noch jemand, seit heute, seit gestern, seit dem update, seit update
    seit der umstellung, seit der aktualisierung, seit dem wochenende, seit montag, seit dienstag, seit mittwoch
    seit donnerstag, seit freitag, seit ein paar tagen, nach dem update, nach update, spinnt, streikt, macht nicht mit
    steht seit, steht komplett, meldet keine, ohne funktion, schon neu gestartet
    bitte beheben, bitte reparieren, darf nicht passieren, stehen wir, stillstand, wann geht es wieder
  `),
  question: list(`
    frage, kurze frage, rückfrage, anfrage, wie kann ich, wie kann man, wie können wir, wie mache ich, wie macht man
    wie geht das, wie geht man, wie stelle ich, wie stellt man, wie richte ich, wie ändere ich, wie buche ich, wie finde ich
    wie bekomme ich, wie komme ich, wie erstelle ich, wie lege ich, wie lange, wie oft, wie viele, wie viel, wie man, wie ich
    wie lautet, wie heisst, wie funktioniert, wie soll ich, wie sollen wir, wie gehe ich, wie setze ich
    wo finde ich, wo kann ich, wo kann man, wo finden wir, wo ist die, wo ist der, wo ist das, wo sehe ich, wo stelle ich
    wo bekomme ich, wo ich, was bedeutet, was heisst, was muss ich, was brauche ich, was kostet, was ist der unterschied
    welche version*, welcher browser, wer ist, wer darf, wer hat, wer kann, wann ist, wann wird, wann kommt, an wen, gibt es eine
    anleitung, gibt es eine möglichkeit, ist es möglich, kann man, darf man, können sie mir, könnten sie mir, können sie uns
    kannst du mir, könnt ihr mir, bitte erklären, erklären, auskunft, wissen ob, wissen wie, möchte wissen, wüsste gern*
    würde gerne wissen, ich möchte nur wissen, handbuch, dokumentation, schulung, unterlagen, rechnung, rechnungskopie, angebot
    preisliste, vertrag, lizenz, lizenzen, neuer mitarbeiter, neue mitarbeiterin, neuen mitarbeiter, neue kollegin
    neuer kollege, neuen kollegen, bitte anlegen, konto anlegen, benutzer anlegen, bitte bestellen, bestellen, bitte zusenden
    zuschicken, berechtigung für, bitte ... hinzufügen, verteiler, störungsbericht, fehlerprotokoll, fehlercodes,
    was passiert wenn, was passiert falls
  `),
  feature_request: list(`
    verbesserungsvorschlag, vorschlag, idee, wunsch, wünsche, wünschen uns, würden uns wünschen, feature, neue funktion
    funktionswunsch, erweiterung, erweiterungswunsch, anregung, wäre schön, wäre toll, wäre super, wäre gut, wäre hilfreich
    wäre sehr hilfreich, wäre praktisch, wäre nützlich, wäre cool, wäre es möglich, wäre das möglich, wäre das machbar
    wäre das denkbar, wäre denkbar, schön wäre, toll wäre, hilfreich wäre, praktisch wäre, könnte man, könnte man ... einbauen
    könntet ihr ... einbauen, einbauen, ergänzen, verbessern, bitte ergänzen, aufnehmen, roadmap, geplant
    ist geplant, in zukunft, künftig, nächste version, nächsten version, mir fehlt eine, uns fehlt eine, fehlt uns, fehlt mir
    fehlt eine funktion, vermissen, vermisse, es gibt keine möglichkeit, gibt es leider nicht
    keine möglichkeit zu, schnittstelle, würden gerne, hätten gerne, dunkelmodus,
  `),
  security: list(`
    phishing, gehackt, hacker, gekapert, datenpanne, datenleck, datenschutzverletzung, sicherheitsvorfall, sicherheitslücke
    virus, viren, trojaner, schadsoftware, erpress*, verschlüsselt alle, alle dateien verschlüsselt, gestohlen, geklaut
    verdächtige mail, verdächtige e-mail, verdächtiger link, verdächtige anmeldung, unbefugt*, fremder zugriff, auf den link geklickt
    link angeklickt, passwort eingegeben, fremde daten, daten anderer, daten von anderen, für alle sichtbar
  `),
  urgent: list(`
    dringend*, eilig, eilt, sofort, so schnell wie möglich, schnellstmöglich, asap, umgehend, notfall, ganz schnell, bitte schnell
    höchste priorität, pressiert, frist, heute noch, produktion steht, kritisch
  `),
};
