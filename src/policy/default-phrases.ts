/** Phrases as they are listed: separated by commas, on any number of lines. */
const listed = (...languages: readonly string[]): readonly string[] =>
  languages.flatMap((phrases) => phrases.split(',').map((phrase) => phrase.trim()));

/**
 * Built-in phrases of reporters' replies, in en, de, fr, es, it and nl. Used where a policy gives none of its own. Letter
 * case, accents and words such as “now”, “again” or “everything” in between do not matter. One word counts as yes or no
 * only at the beginning of a sentence, and as yes only when nothing else is said.
 */
export const DEFAULT_PHRASES = {
  yes: listed(
    `
      yes, yep, yeah, confirmed, fixed, solved, resolved, works, working, it works, works now, works again,
      works fine, works well, works perfectly, works for me, works as expected, all works, everything works,
      is working, are working, working again, working now, working fine, up and running, back online,
      back to normal, is fixed, been fixed, all fixed, is solved, been solved, problem solved, issue solved,
      is resolved, been resolved, problem resolved, issue resolved, fixed now, all sorted, is sorted,
      been sorted, back in business, yes it does, yes it is, able to log in again, that worked,
      that fixed it, did the trick, that did it, all good, all fine, all ok, problem is gone, issue is gone,
      error is gone, problems are gone, errors are gone, no longer happens, no longer occurs,
      no longer appears, no more problems, no more errors, no more issues, no problems, no errors,
      no issues, can log in again, can login again, can work again, can print again, have access again,
      you can close, please close, can be closed, it works again`,
    `
      ja, jawohl, jep, bestätigt, behoben, gelöst, erledigt, funktioniert, läuft, klappt,
      funktioniert wieder, funktioniert jetzt, funktioniert alles, alles funktioniert, funktionieren wieder,
      geht wieder, gehen wieder, geht jetzt, jetzt geht es, jetzt gehts, läuft wieder, läuft jetzt,
      klappt wieder, klappt jetzt, klappt es wieder, jetzt klappt es, hat geklappt, wieder möglich,
      wieder erreichbar, wieder anmelden, wieder einloggen, wieder arbeiten, wieder drucken, druckt wieder,
      passt wieder, passt jetzt, steht wieder, ist behoben, wurde behoben, problem behoben, fehler behoben,
      ist gelöst, wurde gelöst, problem gelöst, ist erledigt, hat sich erledigt, alles bestens, alles gut,
      alles ok, alles in ordnung, kein fehler mehr, keine fehler mehr, kein problem mehr,
      keine probleme mehr, ohne probleme, tritt nicht mehr auf, kann geschlossen werden,
      können sie schliessen, kannst du schliessen`,
    `
      oui, confirmé, résolu, réglé, fonctionne, ça marche, ça fonctionne, cela fonctionne, cela marche,
      marche à nouveau, marche de nouveau, marche maintenant, remarche, refonctionne, fonctionne à nouveau,
      fonctionne de nouveau, fonctionne maintenant, fonctionne bien, fonctionne parfaitement,
      tout fonctionne, tout marche, est résolu, problème résolu, est réglé, problème réglé, est corrigé,
      tout est bon, rentré dans l ordre, de nouveau possible, tout va bien, c est bon, c est ok,
      plus de problème, plus aucun problème, plus d erreur, plus aucune erreur, vous pouvez fermer,
      vous pouvez clôturer, tu peux fermer`,
    `
      sí, confirmado, solucionado, resuelto, arreglado, funciona, ya funciona, funciona de nuevo,
      vuelve a funcionar, funciona bien, funciona correctamente, funciona perfectamente, todo funciona,
      ya va, está solucionado, está resuelto, está arreglado, quedó solucionado, quedó resuelto,
      se ha solucionado, se ha resuelto, se solucionó, problema resuelto, problema solucionado, todo bien,
      todo correcto, todo en orden, sin problemas, ya no da error, ya no aparece el error, pueden cerrar,
      puede cerrar, se puede cerrar`,
    `
      sì, confermo, confermato, risolto, sistemato, funziona, ora funziona, adesso funziona,
      funziona di nuovo, funziona tutto, tutto funziona, funziona bene, funziona perfettamente,
      funziona correttamente, è risolto, stato risolto, problema risolto, è sistemato, tutto a posto,
      tutto ok, tutto bene, nessun problema adesso, nessun errore, senza problemi, potete chiudere,
      può chiudere, si può chiudere`,
    `
      jawel, bevestigd, opgelost, verholpen, werkt, het werkt, werkt weer, werkt nu, werkt goed,
      werkt prima, alles werkt, doet het weer, doen het weer, is opgelost, zijn opgelost, probleem opgelost,
      is verholpen, kan weer inloggen, kan weer werken, alles in orde, alles goed, geen problemen meer,
      geen fouten meer, geen foutmelding meer, mag gesloten worden, mag dicht, kan gesloten worden`,
  ),
  no: listed(
    `
      no, nope, still broken, still down, still offline, still failing, still fails, still not, still no,
      still the same, still happening, still happens, not working, not fixed, not solved, not resolved,
      does not work, do not work, did not work, did not help, did not fix it, happening again, not ok,
      not really, no luck, not work, can not log in, can not login, can not access, no longer works,
      no longer working, stopped working, not yet fixed, not yet solved, no change, no improvement,
      nothing has changed, nothing changed, nothing works, same problem, same error, same issue,
      problem is back, error is back, issue is back, problem persists, issue persists, error persists,
      happened again, happens again, broken again, down again, fails again, please reopen, do not close,
      is worse`,
    `
      nein, nee, funktioniert nicht, funktioniert noch nicht, funktioniert leider nicht,
      funktionieren nicht, geht nicht, geht leider nicht, geht noch nicht, läuft nicht, klappt nicht,
      immer noch nicht, noch immer nicht, noch nicht gelöst, noch nicht behoben, nicht gelöst,
      nicht behoben, immer noch kaputt, immer noch defekt, immer noch das gleiche, gleicher fehler,
      derselbe fehler, dasselbe problem, das gleiche problem, wieder kaputt, wieder ausgefallen,
      problem besteht, fehler besteht, tritt weiterhin auf, tritt wieder auf, tritt immer noch auf,
      keine besserung, keine änderung, nichts geändert, nichts geht, hat nicht geholfen, nicht schliessen,
      bitte wieder öffnen`,
    `
      non, ne marche pas, ne marche toujours pas, ne fonctionne pas, ne fonctionne toujours pas,
      ne fonctionne plus, ne marche plus, marche pas, fonctionne pas, toujours pas, pas résolu, pas réglé,
      pas corrigé, toujours le même problème, toujours la même erreur, même problème, même erreur,
      toujours en panne, encore en panne, problème persiste, erreur persiste, rien n a changé,
      aucun changement, aucune amélioration, ne pas fermer`,
    `
      no funciona, sigue sin funcionar, sigue sin, siguen sin, sigue igual, sigue fallando,
      sigue el problema, sigue el error, sigue dando error, todavía no, aún no, no está resuelto,
      no está solucionado, no se ha solucionado, no va, mismo error, mismo problema, problema persiste,
      error persiste, ha vuelto a fallar, vuelve a fallar, nada funciona, no ha cambiado, no cerrar`,
    `
      non funziona, non funzionano, non va, non è risolto, non risolto, ancora non, non ancora,
      stesso errore, stesso problema, errore persiste, problema rimane, di nuovo guasto, nessun cambiamento,
      nessun miglioramento, niente è cambiato, non chiudere`,
    `
      werkt niet, werken niet, werkt nog niet, doet het niet, doet het nog niet, nog steeds niet,
      nog altijd niet, nog steeds kapot, nog steeds hetzelfde, niet opgelost, nog niet opgelost,
      niet verholpen, dezelfde fout, dezelfde foutmelding, hetzelfde probleem, zelfde probleem,
      probleem blijft, weer kapot, geen verbetering, geen verandering, niet sluiten`,
  ),
  thanks: listed(
    `
      thanks, thank you, thx, ty, many thanks, much appreciated, appreciate it, cheers, great, perfect,
      super, excellent, ok, okay, alright, noted, no problem, no worries, well done, for the help,
      for your help, for the support, for your support, for the update, for the information, for the info,
      for letting me know, for the feedback, for your reply, for the reply, for your time, for your effort,
      have a nice day, have a great day, have a good day, have a nice weekend`,
    `
      danke, danke dir, danke ihnen, dankeschön, besten dank, vielen dank, herzlichen dank, dank, merci,
      merci vielmals, prima, toll, klasse, perfekt, kein problem, alles klar, für die hilfe, für ihre hilfe,
      für deine hilfe, für die unterstützung, für ihre unterstützung, für die rückmeldung,
      für ihre rückmeldung, für die info, für die information, für ihre mühe, schönen tag,
      schönes wochenende`,
    `
      merci beaucoup, merci bien, mille mercis, parfait, génial, pour votre aide, pour l aide,
      pour votre réponse, pour votre retour, pour le retour, pour l information, bonne journée,
      bonne soirée, bon week end, pas de souci, pas de problème`,
    `
      gracias, muchas gracias, mil gracias, perfecto, genial, estupendo, por la ayuda, por su ayuda,
      por tu ayuda, por la respuesta, por la información, buen día, buen fin de semana, de nada`,
    `
      grazie, grazie mille, molte grazie, tante grazie, perfetto, ottimo, per l aiuto, per il supporto,
      per la risposta, per l informazione, buona giornata, buon fine settimana, nessun problema`,
    `
      bedankt, dank je, dank je wel, dank u, dank u wel, dankjewel, hartelijk dank, hartelijk bedankt,
      alvast bedankt, top, fijn, geen probleem, voor de hulp, voor uw hulp, voor je hulp, voor de reactie,
      voor de informatie, fijne dag, fijn weekend`,
  ),
} as const;
