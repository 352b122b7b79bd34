import { list, type WordLists } from './word-list.ts';

export const ITALIAN: WordLists = {
  incident: list(`
    errore, errori, messaggio di errore, guasto, guasta, guasti, problema, problemi, malfunzionamento, disservizio, anomalia
    incidente, rotto, rotta, danneggiato, difettoso, fuori servizio, fuori uso, offline, irraggiungibile, non raggiungibile
    non disponibile, non funziona, non funzionano, non funzionava, non va, non vanno, non riesco, non riesce, non riescono
    non riusciamo, non posso, non possiamo, non può, non possono, non si, non parte, non si apre, non si aprono, non apre
    non carica, non stampa, non risponde, non arriva, non arrivano, non ricevo, non riceviamo, non vedo, non vediamo, non vede
    non trova, non legge, non riconosce, non salva, non si connette, non si collega, non si accende, non mi fa, non fa
    non ... più, nessuno riesce, nessuno può, impossibile, si blocca, bloccato, bloccata, bloccati, bloccate, si chiude
 si spegne, si riavvia, si è bloccato, si è spento, si disconnette, disconnesso, cade, caduto, caduta
    crash, congelato, fermo, ferma, fermi, lento, lenta, lentissimo, lentezza, molto lento, ci mette, negato, accesso negato
    rifiutato, scaduto, scaduta, sparito, sparita, spariti, sparite, scomparso*, perso, persi, mancano, sbagliato, sbagliati
    errato, errata, vuota, pagina vuota, pagina bianca, schermo nero, schermo bianco, lampeggia, nessuna connessione
    senza connessione, senza internet, senza rete, senza linea, manca la linea, manca la connessione, manca la rete, da stamattina
    da ieri, da oggi, da stanotte, da lunedì, dopo l'aggiornamento, dall'aggiornamento,
    abbiamo già provato, ho già provato, carta inceppata, anche da voi, anche voi, qualcun altro
  `),
  question: list(`
    domanda, domande, una domanda, come posso, come possiamo, come si fa, come faccio, come fare, come si, come devo, dove posso
    dove trovo, dove si trova, dove si trovano, dove si, dove è, dov'è, quanto costa, quanto, quando, qual è, quali sono, chi può
    chi è, a chi, cosa significa, che cosa significa, cosa devo, cosa serve, è possibile, si può, si possono, posso usare, c'è un modo
    esiste un, vorrei sapere, volevo sapere, volevo chiedere, vorrei chiedere, desidero sapere, potete dirmi, può dirmi, potreste dirmi
    potete spiegarmi, potreste spiegarmi, potete inviarmi, potreste inviarmi, può inviarmi, mi potete mandare, sapere se
    sapere come, sapere dove, richiesta informazioni, informazione, informazioni, chiarimento, chiarimenti, manuale, guida, istruzioni
    documentazione, formazione, fattura, preventivo, tariffa, contratto, licenza, licenze, nuovo dipendente, nuova dipendente
    nuovo collega, nuova collega, creare un account, creare un utente, nuovo account, nuovo utente, procedura
  `),
  feature_request: list(`
    proposta, propongo, proponiamo, suggerimento, suggerisco, miglioramento, miglioria, idea, nuova funzione, nuova funzionalità
    funzionalità, funzione, sarebbe bello, sarebbe utile, sarebbe comodo, sarebbe ottimo, sarebbe possibile aggiungere
    sarebbe l'ideale, ci piacerebbe, mi piacerebbe, vorremmo poter, vorremmo poter, vorrei poter, potreste aggiungere
    potete aggiungere, potreste aggiungerla, aggiungere, aggiungerla, aggiungerlo, integrare, prevedere, manca la possibilità
    manca una funzione, manca un'opzione, manca un pulsante, non esiste un'opzione, non c'è un'opzione, prossima versione
    in futuro, è previsto, modalità scura
  `),
  security: list(`
    phishing, hackerato, hackerati, violato, violazione dei dati, virus, trojan, malware, ransomware, riscatto, furto, rubato
    rubata, compromesso, fuga di dati, mail sospetta, email sospetta, link sospetto, accesso sospetto, accesso non autorizzato
    ho cliccato, inserito la password, dati di altri, dati personali, visibile a tutti
  `),
  urgent: list(`
    urgente, urgentemente, urgenza, con urgenza, subito, immediatamente, al più presto, il prima possibile, prima possibile, adesso
    emergenza, critico, massima priorità
  `),
};
