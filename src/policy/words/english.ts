import { list, type WordLists } from './word-list.ts';

export const ENGLISH: WordLists = {
  incident: list(`
    error, errors, error message, fail, fails, failed, failing, failure, fault, faulty, problem, problems, issue, issues, bug
    trouble, incident, outage, down, offline, dead, unreachable, unavailable, not available, not reachable, not responding
    does not respond, unresponsive, no response, broken, broke, breaks, corrupt, corrupted, damaged, defective
    does not work, did not work, do not work, doesnt work, didnt work, dont work, not working, no longer works, wont work
    stopped, stops working, no longer, not any more, ... any more it, anymore
    crash, crashes, crashed, crashing, freeze, freezes, freezing, froze, frozen, hang, hangs, hanging, hung, stuck
    cannot, can not, cant, could not, couldnt, unable, not able to, not possible, impossible, fails to, failed to, refuses to
    does not, doesnt, do not get, dont get, did not, didnt, is not, isnt, are not, arent, wont, will not, not showing
    not receiving, not received, never received, never arrive*, not arriv*, nothing happens, nothing works, nobody can
    no connection, no internet, no network, no access, no signal, no sound, no picture, no power, no dial tone, no values
    no data, no longer see, lost connection, loses connection, connection lost, lost the connection, lose the connection
    lose my, loses my, lost my, lose the, loses the, lost the, lost all, disconnects, disconnected, keeps dropping, drops
    keeps *ing, dropping, cuts off, cut off, logs me out, logs ... off, logged out, kicked out, kicks me out, locked out
    locked, blocked, denied, access denied, rejected, refused, expired, disabled
    slow, slowly, very slow, laggy, lagging, takes ages, takes forever, times out, timed out, timeout, time out
    wrong, incorrect, garbled, missing, gone, vanished, disappeared, deleted by, empty page, blank, blank page, blank screen
    black screen, white screen, blue screen, stays black, stays blank, stays empty, flicker*, blinking,
    spinning, keeps loading, duplicate, duplicated, twice since, print twice, prints twice
    restart* by itself, reboots by itself, rebooted twice, shuts off, shuts down, turns off, closes itself, closes by itself
    since this morning, since yesterday, since last night, since the update, since the weekend, since today
    since monday, since tuesday, since wednesday, since thursday, since friday, after the update, after update
    after the import, after the upgrade, after windows update, went wrong, something went wrong, goes wrong, acting up
    paper jam, leak*, exposed, overheating, smoke, for you too, anyone else, anybody else, everyone else, does it work for you
 works for nobody, please fix, pls fix, fix this, fix it, fix the, third time
  `),
  question: list(`
    how do i, how can i, how do you, how do we, how can we, how to, how does one, how should i, how should we, how would i
    how am i supposed to, how long, how often, how many, how much, how does, how is, where do i, where can i, where do we
    where can we, where is the, where are the, where would i, where to find, what do i need, what is the, what are the
    what does ... mean, what is meant by, what should i do, whats the, which ... is supported, which ... are supported
    which version, which address, which browser*, who is, who do i, whom do i, who can, who gets, when is the, when will the next
    is it possible to, is there a way to, is there a guide, is there a template, is there a manual, is there any way
    could you tell me, can you tell me, please tell me, could you explain, can you explain, please explain, please advise
    can someone tell me, let me know how, let me know where, let me know whether, would like to know, want to know
    id like to know, i wonder, wondering, just wondering, just asking, out of curiosity, question, questions, quick question
    enquiry, inquiry, clarify, clarification, information about, info about, documentation, manual, guide, instructions
    tutorial, training, invoice, quote, quotation, price list, contract, licence, license, could you send me, can you send me
    please send me, send us, new employee, new colleague, new starter, new joiner, onboarding, create ... account*
    create a user, new account, new user, please order, order a, set up a new, request access, please grant
    please add my colleague, please add ... to the distribution list, please add ... to the group, add ... to the list
    error codes, what does error, report of, outage report, incident report
    is ... documented, what happens if, what happens when
  `),
  feature_request: list(`
    feature request, feature, new feature, feature idea, enhancement, improvement, suggestion, suggest, suggesting, proposal
    idea, wish, wishlist, wish list, would be nice, would be great, would be good, would be helpful, would be useful
    would be lovely, would be cool, would be handy, would help if, would love, wed love, itd be nice, itd be great
    itd be helpful, it be possible to add, please add, could you add, can you add, add support for, add an option
    add the option, add a button, please consider, consider adding, please build,
    please include, please implement, implement, could you implement, please support, should support, should allow
    should be able to choose, should have, does not support, doesnt support, no option to, no way to, there is no option
    there is no way, there is no button, lacks, lacking, missing feature, any plans, are there plans, on the roadmap, roadmap
    is it planned, planned for, next version, next release, future version, future release, in the future, bring back
    dark mode, make it possible, allow us to, let us choose, we miss, i miss, ability to
 save us time, would save us, it would save
  `),
  security: list(`
    phishing, phished, hacked, hacker*, hijacked, compromised, breach, breached, data breach, data leak, leaked, malware
    virus, trojan, ransomware, ransom, bitcoin, encrypted all, files are encrypted, stolen, stole, spyware, keylogger
    unauthorised access, unauthorized access, unauthorised login, suspicious login, suspicious mail, suspicious email
    suspicious link, strange mail, clicked on a link, clicked the link, gave my password, entered my password
    typed my password, typed in my password, somebody signed in, someone signed in, someone logged in, it was not me
    payslips of somebody else, payslip of somebody else, somebody elses data, someone elses data, other peoples data
    see other customers, sees the data of, visible to everyone, personal data, gdpr breach
  `),
  urgent: list(`
    urgent, urgently, asap, as soon as possible, immediately, right now, right away, straight away, emergency, critical
    at once, hurry, top priority, high priority, deadline, now please, call me, cannot wait, production down
    production stopped, patients are waiting, customers are waiting, people are waiting
  `),
};
