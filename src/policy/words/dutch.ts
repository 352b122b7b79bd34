import { list, type WordLists } from './word-list.ts';

export const DUTCH: WordLists = {
  incident: list(`
    fout, fouten, foutmelding*, foutcode, storing*, *storing, probleem, problemen, incident, defect, kapot, stuk, kwijt, uitval
    uitgevallen, valt uit, vallen uit, ligt eruit, ligt plat, liggen eruit, eruit, plat, offline, onbereikbaar, niet bereikbaar
    niet beschikbaar, werkt niet, werken niet, werkt ... niet, werken ... niet, werkte niet, doet het niet, doet ... niet
    doen het niet, doet niets, doet niks, gebeurt niets, gebeurt er niets, gebeurt niks, niet meer, kan niet, kan ... niet
    kunnen niet, kunnen ... niet, lukt niet, lukt ... niet, wil niet, opent niet, start niet, laadt niet, print niet, reageert niet
    herkent ... niet, verbindt niet, komt niet aan, komen niet aan, krijg geen, krijgen geen, onmogelijk, niet mogelijk
    geen verbinding, geen internet, geen netwerk, geen wifi, geen toegang, geen stroom, geen geluid, geen beeld, geen mail
    geen enkele, vastgelopen, loopt vast, lopen vast, vast, hangt, blijft hangen, blijft draaien, blijft laden, blijft zwart, bevroren
    crasht, gecrasht, crash, sluit vanzelf, sluit zichzelf, sluit af, valt weg, vallen weg, verbroken, verbinding kwijt, uitgelogd
    eruit gegooid, geblokkeerd, vergrendeld, geweigerd, verlopen, traag, trage, langzaam, heel traag, duurt eeuwen, time-out
    verkeerd*, onjuist*, verdwenen, weg, leeg scherm, lege pagina, wit scherm, zwart scherm, blauw scherm, knippert, dubbel
    sinds vanochtend, sinds vanmorgen, sinds gisteren, sinds vandaag, sinds de update, sinds maandag, sinds dinsdag
    sinds woensdag, sinds donderdag, sinds vrijdag, sinds het weekend, na de update, papierstoring, bij jullie ook, bij ons
    nog iemand, meer mensen last, last van, stilstand, ligt stil
  `),
  question: list(`
    vraag, vragen, vraagje, korte vraag, hoe kan ik, hoe kunnen we, hoe kun je, hoe doe ik, hoe moet ik, hoe stel ik, hoe maak ik
 hoe zet ik, hoe krijg ik, hoe werkt, hoe lang, hoe vaak, hoeveel, hoe wijzig ik, hoe verander ik, waar kan ik
    waar vind ik, waar vinden we, waar staat, waar staan, wat betekent, wat moet ik, wat kost, wat is het, wat is de
    wat gebeurt er als, welke, welke versie, wie kan, wie mag, wie is, wanneer is, wanneer komt, is het mogelijk, kan ik ook, mag ik
    is er een manier, is er een handleiding, kunt u mij, kunnen jullie mij, kun je mij, kun je me, kunt u uitleggen, uitleggen
    graag weten, ik wil weten, wil graag weten, zou graag willen weten, weten of, weten hoe, informatie, handleiding, documentatie
    training, factuur, offerte, prijslijst, contract, licentie, licenties, nieuwe collega, nieuwe medewerker, account aanvragen
    account aanmaken, nieuw account, gebruiker aanmaken, bestellen, aanvragen, graag toevoegen aan
  `),
  feature_request: list(`
    voorstel, suggestie, idee, wens, wensen, verbetering, verbeterpunt, nieuwe functie, functie, uitbreiding, zou fijn zijn
    zou handig zijn, zou mooi zijn, zou leuk zijn, zou prettig zijn, zou geweldig zijn, fijn zijn als, handig zijn als
    mooi zijn als, zouden graag, kunnen jullie ... toevoegen, kunt u ... toevoegen, toevoegen, inbouwen, we missen, ik mis
    ontbreekt een optie, er is geen optie, er is geen knop, volgende versie, in de toekomst, gepland, op de planning staat
    donkere modus, zou veel schelen, zou ... schelen, graag zouden we
  `),
  security: list(`
    phishing, gehackt, hacker, virus, trojan, malware, ransomware, losgeld, datalek, gelekt, gestolen, verdachte mail
    verdachte e-mail, verdachte link, verdachte inlog*, onbevoegd*, op de link geklikt, wachtwoord ingevuld, gegevens van anderen
    persoonsgegevens, zichtbaar voor iedereen
  `),
  urgent: list(`
    dringend, spoed, met spoed, spoedeisend, zo snel mogelijk, zsm, onmiddellijk, direct, meteen, nu meteen, haast, kritiek
    hoogste prioriteit, noodgeval
  `),
};
