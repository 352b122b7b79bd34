import { list, type WordLists } from './word-list.ts';

export const FRENCH: WordLists = {
  incident: list(`
    erreur, erreurs, message d'erreur, panne, pannes, en panne, problème, problèmes, incident, dysfonctionnement, défaut, bug
    bogue, anomalie, coupure, hors service, hors ligne, indisponible, injoignable, inaccessible, cassé*, défectueux, mort
    ne ... plus, n' ... plus, ne ... pas, n' ... pas, ne ... rien, ne ... aucun, ne ... aucune, marche pas, marche plus
    fonctionne pas, fonctionne plus, répond pas, répond plus, j'arrive pas, j'arrive plus, arrive pas à, impossible
    impossible de, on ne peut, échoue, échec, échoué, bloqué, bloquée, bloqués, bloquées, verrouillé*, figé*, gelé, se fige
    plante, plantent, planté, plantage, se ferme, se coupe, se déconnecte, déconnecté*, déconnexion, coupé*, perdu*, perte de
    pas d'accès, pas de connexion, pas d'internet, pas de réseau, pas de son, plus d'accès, plus de connexion, plus d'internet
    plus de réseau, plus rien, aucun accès, aucune connexion, accès refusé, refusé*, expiré*, introuvable, disparu*
    manquant*, faux, fausse, incorrect*, vide, vides, page blanche, écran noir, écran blanc, écran bleu, clignote
    lent, lente, lenteur, lenteurs, très lent, rame, tourne en boucle, tourne dans le vide, délai dépassé, en double
    depuis ce matin, depuis hier, depuis cette nuit, depuis la mise à jour, depuis lundi, depuis mardi, depuis mercredi
    depuis jeudi, depuis vendredi, depuis l'ouverture, depuis ce week-end, après la mise à jour, bourrage, chez vous aussi
    mes collègues non plus, quelqu'un d'autre, tout le monde est bloqué, à l'arrêt
  `),
  question: list(`
    question, questions, une question, comment puis-je, comment peut-on, comment faire, comment on, comment je, comment est-ce que
    combien coûte, où puis-je, où peut-on, où trouver, où est, où se trouve, quel est, quelle est
    quels sont, quelles sont, quel délai, qui peut, qui est, à qui, quand est, est-il possible de, est-ce possible, peut-on, puis-je
    y a-t-il, existe-t-il, pouvez-vous m'expliquer, pourriez-vous m'expliquer, pouvez-vous me dire, pourriez-vous me dire
    pouvez-vous m'envoyer, pourriez-vous m'envoyer, pouvez-vous nous envoyer, merci de m'envoyer, savoir si, savoir comment
    j'aimerais savoir, je voudrais savoir, je souhaite savoir, je souhaiterais savoir, ne sais pas comment, ne sais pas où
    ne trouve pas où, renseignement*, information, informations, demande d'information, mode d'emploi, procédure, manuel
    documentation, formation, facture, devis, tarif, tarifs, contrat, licence, nouveau collaborateur, nouvelle collaboratrice
    nouveau collègue, nouvelle collègue, créer un compte, créer un utilisateur, nouveau compte, commander
    qu'est-ce que, que signifie, que veut dire, rapport d'incident
  `),
  feature_request: list(`
    demande d'évolution, évolution, amélioration, suggestion, suggère, proposition, propose, proposons, idée, souhait
    nouvelle fonctionnalité, fonctionnalité, serait bien, serait utile, serait pratique, serait super, serait bien si, serait top
    serait appréciable, serait-il possible d'ajouter, serait-il possible de prévoir, ce serait, pouvez-vous ajouter
    pourriez-vous ajouter, pourriez-vous prévoir, ajouter la, ajouter une, ajouter un, intégrer
    aimerions pouvoir, aimeraient pouvoir, aimerais pouvoir, souhaiterions pouvoir, souhaitons pouvoir, souhaiterais pouvoir
    voudrions pouvoir, voudrais pouvoir, prochaine version, à l'avenir, prévu, prévoyez-vous, feuille de route, mode sombre
    il manque une option, il manque la possibilité, il manque un bouton, il n'y a pas de bouton, il n'y a pas d'option
    il n'existe pas
  `),
  security: list(`
    hameçonnage, phishing, piraté*, piratage, pirate, virus, rançon, rançongiciel, ransomware, logiciel malveillant, cheval de troie
    fuite de données, violation de données, données personnelles, compte compromis, compromis*, volé*, connexion suspecte
    mail suspect, courriel suspect, lien suspect, cliqué sur le lien, donné mon mot de passe, données d'autres, visible par tous
  `),
  urgent: list(`
    urgent, urgente, urgence, en urgence, d'urgence, très urgent, au plus vite, le plus vite possible, immédiatement, tout de suite
    dès que possible, rapidement, critique, priorité haute, sans attendre
  `),
};
