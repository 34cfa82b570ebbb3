/// What somebody did, told in one verb and asked for in another that means the same, or by what one is called who does it.
extension Relation {
    static let deeds: [Relation] = [craftDeeds, tradeDeeds, careDeeds, journeyDeeds, publicDeeds, personDeeds].flatMap { $0.joined() }

    /// Relations to the one who did something, one for each kind of thing that it can be done to.
    /// - Parameters:
    ///   - names: what such a person is called, in words that mean the same, parted by commas.
    ///   - verbs: verbs that mean the same: "wrote/written", or one form where past and participle are the same.
    ///   - phrases: more verbs, that have no passive.
    private static func deeds(_ names: String, _ verbs: String, also phrases: String = "", of subjects: [LookupSubject]) -> [Relation] {
        let names = names.parts, pairs = verbs.parts.map { $0.split(separator: "/").map(String.init) }
        let pasts = pairs.map { $0[0] } + phrases.parts, participles = pairs.map { $0[$0.count - 1] }
        let told =
            pasts.flatMap { ["{v} \($0) {s}", "it was {v} who \($0) {s}"] }
            + participles.flatMap { ["{s} was \($0) by {v}", "{s}, \($0) by {v}, came to mind again"] }
            + names.flatMap { ["{v} was the \($0) of {s}", "in {v} we see the \($0) of {s}"] }
        let asked =
            pasts.flatMap { ["who \($0) {s}?", "who is the one that \($0) {s}?", "of whom is it told that he \($0) {s}?"] }
            + participles.flatMap { ["by whom was {s} \($0)?", "whose doing was it that {s} was \($0)?"] }
            + names.dropFirst().flatMap { ["who was the \($0) of {s}?", "what was the \($0) of {s} called?"] }
        return subjects.map { Relation("\(names[0]) of", of: $0, .person, told: told, asked: asked) }
    }

    private static let craftDeeds = [
        deeds("author, writer", "wrote/written, penned, composed", also: "put down on paper", of: [.thing, .event]),
        deeds("builder, constructor", "built, erected, constructed, raised", of: [.guarded, .ship, .possession, .part]),
        deeds("inventor, deviser", "invented, devised, thought up", also: "had the idea of", of: [.thing, .event]),
        deeds("painter, artist", "painted, portrayed, did in oils/done in oils", of: [.thing, .guarded, .animal, .town]),
        deeds("draughtsman, sketcher", "drew/drawn, sketched, outlined", also: "made a drawing of", of: [.animal, .town, .guarded]),
        deeds("repairer, mender", "repaired, mended, fixed up, patched up", of: [.thing, .guarded, .ship, .part]),
        deeds("restorer, renewer", "restored, renewed", also: "brought back the splendour of", of: [.thing, .guarded, .possession]),
        deeds("cleaner, washer", "cleaned, scrubbed, washed, swept", of: [.thing, .guarded, .part, .street]),
        deeds("polisher", "polished, burnished, rubbed bright", also: "put a shine on", of: [.thing, .part]),
        deeds("decorator, adorner", "decorated, adorned, hung with flowers", of: [.guarded, .thing, .ship, .street]),
        deeds("carver, whittler", "carved, cut, whittled", of: [.thing, .part]),
        deeds("forger, faker", "forged, faked, counterfeited", also: "made a false copy of", of: [.thing]),
        deeds("copyist, copier", "copied, transcribed, imitated", also: "made a copy of", of: [.thing, .part]),
        deeds("printer", "printed, ran off/run off", also: "put through the press", of: [.thing]),
        deeds("publisher, editor", "published, brought out, issued, edited", of: [.thing]),
        deeds("translator, interpreter", "translated, turned into English, rendered in English", of: [.thing, .event]),
        deeds("weaver", "wove/woven, made on the loom", also: "worked at the loom on", of: [.thing, .possession]),
        deeds("embroiderer, seamstress", "embroidered, stitched, sewed/sewn", also: "did the needlework on", of: [.thing, .possession]),
        deeds("engraver", "engraved, etched, chased", of: [.thing, .possession]),
        deeds("enlarger, extender", "enlarged, extended, widened", also: "added to", of: [.guarded, .street, .firm]),
        deeds("destroyer, wrecker", "destroyed, wrecked, ruined", also: "made an end of", of: [.thing, .guarded, .town, .ship]),
        deeds("breaker", "broke/broken, smashed, shattered", also: "made pieces of", of: [.thing, .possession, .part]),
        deeds("burner, fire-raiser", "burnt, set on fire, set alight", also: "put a match to", of: [.guarded, .ship]),
        deeds("signer, signatory", "signed, initialled, inscribed", also: "put a name to", of: [.thing, .possession]),
        deeds(
            "photographer", "photographed, snapped", also: "took a picture of, pointed a camera at", of: [.animal, .guarded, .town, .event]),
    ]

    private static let tradeDeeds = [
        deeds("producer, maker", "produced, manufactured, turned out", also: "was the maker of", of: [.thing, .possession]),
        deeds("sponsor, backer", "sponsored, backed, financed", also: "stood behind, bore the cost of", of: [.event, .thing, .firm]),
        deeds("buyer, purchaser", "bought, purchased, acquired", of: [.thing, .guarded, .ship, .animal, .firm]),
        deeds("seller, vendor", "sold, traded away", also: "parted with, found a buyer for", of: [.thing, .guarded, .animal, .firm]),
        deeds("thief, robber", "stole/stolen, pinched, carried off", also: "made off with", of: [.thing, .animal, .possession]),
        deeds(
            "finder, discoverer", "found, discovered, unearthed", also: "came upon, came across",
            of: [.thing, .animal, .possession, .guarded]),
        deeds("loser", "lost, mislaid, dropped", also: "could not find", of: [.thing, .possession]),
        deeds("lender", "lent, lent out", also: "gave the loan of", of: [.thing, .possession]),
        deeds("borrower", "borrowed", also: "had the loan of, took away for a week", of: [.thing, .animal, .ship]),
        deeds("donor, giver", "donated, presented, bestowed", also: "made a present of", of: [.thing, .guarded, .animal]),
        deeds("heir, inheritor", "inherited", also: "came into, fell heir to", of: [.thing, .guarded, .firm]),
        deeds("collector, gatherer", "collected, gathered, picked up", of: [.thing, .part]),
        deeds("smuggler", "smuggled, brought in secretly", also: "slipped past the customs with", of: [.thing, .animal]),
        deeds("hirer, renter", "hired, rented, chartered", also: "had the use of", of: [.ship, .guarded, .animal]),
        deeds("deliverer, bringer", "delivered, brought, fetched, handed over", of: [.thing, .animal, .possession, .numbered]),
        deeds("sender, dispatcher", "sent, posted, dispatched, sent off", of: [.thing, .possession, .numbered]),
        deeds("valuer, appraiser", "valued, appraised, estimated", also: "put a figure on", of: [.thing, .guarded, .possession]),
        deeds("bidder", "bid for", also: "made an offer for, called out a sum for", of: [.thing, .guarded, .animal]),
        deeds("supplier, provider", "supplied, provided, furnished", of: [.thing, .numbered]),
        deeds("pawner", "pawned, pledged", also: "took to the pawnshop", of: [.thing, .possession]),
        deeds("hider, concealer", "hid/hidden, concealed, buried, stowed away", of: [.thing, .possession]),
        deeds("exchanger", "exchanged, swapped, bartered", of: [.thing, .animal]),
        deeds("owner of old", "once owned, formerly owned", also: "used to have, was once the master of", of: [.ship, .guarded, .thing]),
        deeds("bankrupter, ruiner", "ruined, bankrupted", also: "was the ruin of, brought down", of: [.firm]),
        deeds("manager, director", "managed, directed, ran/run", also: "was at the head of", of: [.firm, .guarded]),
    ]

    private static let careDeeds = [
        deeds("rescuer, saver", "rescued, saved, pulled out of danger", of: [.animal, .ship, .person]),
        deeds("guardian, protector", "guarded, protected, defended", also: "kept harm from", of: [.thing, .animal, .town]),
        deeds("feeder", "fed", also: "gave food to, filled the bowl of", of: [.animal]),
        deeds("trainer, tamer", "trained, tamed, schooled", also: "broke in", of: [.animal]),
        deeds("rider", "rode/ridden, mounted", also: "was in the saddle of, sat on", of: [.animal]),
        deeds("breeder", "bred, reared, raised, brought up", of: [.animal]),
        deeds("hunter, pursuer", "hunted, chased, pursued", also: "was after", of: [.animal]),
        deeds("killer, slayer", "killed, shot, slew/slain", also: "made an end of", of: [.animal]),
        deeds("catcher, trapper", "caught, captured, trapped", also: "laid a snare for", of: [.animal]),
        deeds("nurse", "nursed, tended, cared for", also: "sat up with", of: [.animal, .person]),
        deeds("healer", "cured, healed, made well again", also: "did away with the illness of", of: [.person, .animal]),
        deeds("doctor, physician", "treated, attended, examined", also: "prescribed for", of: [.person, .animal]),
        deeds("groom", "groomed, brushed, rubbed down", also: "combed the coat of", of: [.animal]),
        deeds("liberator", "freed, released, set free, let loose", of: [.animal, .person]),
        deeds("waker", "woke/woken, roused", also: "knocked at the door of", of: [.person]),
        deeds("tenant farmer, tiller", "ploughed, tilled, farmed", of: [.part, .numbered]),
    ]

    private static let journeyDeeds = [
        deeds("driver", "drove/driven", also: "was at the wheel of, held the reins of", of: [.numbered]),
        deeds("pilot, steersman", "piloted, steered, guided into harbour", also: "was at the helm of", of: [.ship]),
        deeds("carrier, bearer", "carried, bore/borne, transported, lugged", of: [.thing, .possession, .numbered]),
        deeds("explorer", "explored, surveyed, mapped", also: "made a map of", of: [.town, .guarded, .street]),
        deeds("visitor, caller", "visited, called on", also: "paid a visit to, stopped by at", of: [.town, .guarded, .street]),
        deeds("conqueror, captor", "conquered, captured, took by storm/taken by storm", of: [.town, .guarded]),
        deeds("besieger", "besieged, surrounded", also: "laid siege to", of: [.town]),
        deeds("sinker", "sank/sunk, scuttled, sent to the bottom", of: [.ship]),
        deeds("sighter", "sighted, spied", also: "was the first to see, caught sight of", of: [.ship]),
        deeds("christener", "christened, named", also: "broke a bottle over", of: [.ship]),
        deeds("salvager", "salvaged, recovered, raised from the seabed", of: [.ship]),
        deeds("tower", "towed, hauled home, took in tow/taken in tow", of: [.ship]),
        deeds("follower, pursuer", "followed, shadowed, trailed", also: "went after", of: [.person, .animal]),
        deeds("companion, escort", "accompanied, escorted", also: "went along with, kept company with", of: [.person]),
        deeds("outfitter", "fitted out, equipped, rigged", of: [.ship]),
        deeds("pillager", "plundered, pillaged, looted", also: "carried off all there was in", of: [.town, .guarded, .ship]),
    ]

    private static let publicDeeds = [
        deeds("organiser, arranger", "organised, arranged, prepared, got up/got up", of: [.event]),
        deeds("leader, head", "led, headed, directed", also: "went before all others at", of: [.event]),
        deeds("judge, umpire", "judged, decided", also: "sat in judgement at", of: [.event, .thing]),
        deeds("disturber", "disturbed, upset, interrupted", also: "broke in on", of: [.event]),
        deeds("composer", "composed, set to music", also: "wrote the music of", of: [.event]),
        deeds("singer", "sang/sung, performed", also: "lent a voice to", of: [.event]),
        deeds("conductor", "conducted", also: "beat time at, waved the baton at", of: [.event]),
        deeds("opener", "opened, inaugurated", also: "spoke the first words at", of: [.event, .guarded]),
        deeds("closer", "closed, ended, concluded", also: "brought to an end", of: [.event]),
        deeds("critic, fault-finder", "criticised, blamed, ran down/run down", also: "found fault with", of: [.event, .thing, .firm]),
        deeds("praiser, admirer", "praised, admired, spoke well of/spoken well of", of: [.event, .thing, .animal]),
        deeds("reporter", "reported on, described", also: "wrote for the newspaper about", of: [.event, .town]),
        deeds("inspector, examiner", "inspected, examined, looked over", of: [.guarded, .thing, .ship, .firm]),
        deeds("reformer", "reformed, improved, set to rights", of: [.town, .firm, .guarded]),
        deeds(
            "successor at the head", "took over/taken over", also: "stepped in at the head of, became the new chief of", of: [.firm, .town]),
        deeds("namer, name-giver", "named, christened", also: "found a name for", of: [.street, .animal, .town]),
        deeds("blesser", "blessed, hallowed", also: "said a prayer over", of: [.guarded, .ship, .street]),
        deeds("forbidder", "forbade/forbidden, banned, prohibited", also: "would not allow", of: [.event]),
        deeds("sweeper", "swept, brushed", also: "went with a broom over", of: [.street, .part]),
        deeds("lamplighter", "lit, lighted", also: "brought light to", of: [.street, .guarded]),
    ]

    private static let personDeeds = [
        deeds("accuser, denouncer", "accused, denounced, charged", also: "brought a charge against", of: [.person]),
        deeds("defender, advocate", "defended, spoke for/spoken for", also: "took the part of, stood up for", of: [.person]),
        deeds("employer, master", "employed, hired, engaged", also: "gave work to", of: [.person]),
        deeds("dismisser", "dismissed, sent away, turned out of the house", also: "had no more use for", of: [.person]),
        deeds("deceiver, cheat", "deceived, cheated, tricked", also: "made a fool of", of: [.person]),
        deeds("betrayer", "betrayed, gave away/given away", also: "told the enemy of", of: [.person]),
        deeds("admirer", "admired, adored, looked up to", also: "thought the world of", of: [.person]),
        deeds("adviser, counsellor", "advised, counselled", also: "gave good counsel to", of: [.person]),
        deeds("insulter", "insulted, offended, abused", also: "was rude to", of: [.person]),
        deeds("creditor", "trusted with money", also: "lent money to, advanced money to", of: [.person]),
        deeds("guide", "guided", also: "went ahead of", of: [.person]),
        deeds("portrait painter", "painted, portrayed", also: "made a portrait of", of: [.person]),
        deeds("tailor, dressmaker", "dressed, clothed", also: "made the clothes of", of: [.person]),
        deeds("murderer", "murdered, poisoned, slew/slain", also: "took the life of", of: [.person]),
        deeds("rival, competitor", "rivalled, opposed", also: "competed with, was always up against", of: [.person, .firm]),
        deeds("guest-friend", "entertained, sheltered, took in/taken in", also: "kept a bed for", of: [.person]),
        deeds("arrester", "arrested, seized, led away", also: "put handcuffs on", of: [.person]),
    ]
}

extension String {
    /// What stands between commas.
    var parts: [String] { split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init) }
}
