extension Relation {
    /// More relations to learn from, which nothing is tested with: that names and verbs of one family mean the same, and which value goes with
    /// which way to ask.
    static let further: [Relation] = [
        deeds, measures, households, trades, places, voyages, belongings, gatherings, furtherPeople, furtherPlaces, furtherThings,
    ].flatMap { $0 }

    private static let furtherPeople = [
        Relation(
            "brother of", of: .person, .person,
            told: ["{s} has a brother, {v}", "{s} and {v} are brother and sister", "{v} is brother to {s}"],
            asked: ["who is {s}'s brother?", "what is {s}'s brother called?"]),
        Relation(
            "friend of", of: .person, .person,
            told: ["{s} is a friend of {v}'s", "{v} has always been {s}'s best friend", "{s} made friends with {v}"],
            asked: ["who is {s}'s friend?", "with whom did {s} make friends?"]),
        Relation(
            "employer of", of: .person, .person, told: ["{s} is employed by {v}", "{v} employs {s}", "{s} is in the service of {v}"],
            asked: ["who employs {s}?", "for whom does {s} work?", "in whose service is {s}?"]),
        Relation(
            "salary of", of: .person, .price, told: ["{s} is paid {v} a year", "{s} earns {v}", "they give {s} {v} for the work"],
            asked: ["how much does {s} earn?", "how much is {s} paid?", "what does {s} earn?"]),
        Relation(
            "debt of", of: .person, .price, told: ["{s} owes {v}", "{s} has debts of {v}"],
            asked: ["how much does {s} owe?", "what does {s} owe?"]),
        Relation(
            "address of", of: .person, .room, told: ["letters for {s} go to {v}", "send what is for {s} to {v}"],
            asked: ["where do letters for {s} go?", "to what address does one write to {s}?"]),
        Relation(
            "native town of", of: .person, .town, told: ["{s} grew up in {v}", "{s} is a native of {v}", "{s} was born in {v}"],
            asked: ["where did {s} grow up?", "of which town is {s} a native?", "where was {s} born?"]),
        Relation(
            "instrument of", of: .person, .thing, told: ["{s} plays {v}", "{s} practises on {v}"],
            asked: ["what does {s} play?", "on what does {s} practise?"]),
        Relation(
            "dream of", of: .person, .animal, told: ["{s} dreamed of {v}", "{s} is afraid of {v}"],
            asked: ["of what did {s} dream?", "what is {s} afraid of?"]),
        Relation(
            "ware of", of: .person, .cargo, told: ["{s} trades in {v}", "{s} sells {v}", "{s} deals in nothing but {v}"],
            asked: ["in what does {s} trade?", "what does {s} sell?", "what does {s} deal in?"]),
        Relation(
            "room of", of: .person, .room, told: ["{s} was given {v}", "{s} has moved into {v}"],
            asked: ["which room was {s} given?", "into which room has {s} moved?"]),
        Relation(
            "year of death of", of: .person, .year, told: ["{s} died in {v}", "the year {v} was {s}'s last"],
            asked: ["when did {s} die?", "in which year did {s} die?"]),
        Relation(
            "arrival of", of: .person, .time, told: ["{s} arrived at {v}", "{s} came at {v}", "it struck {v} when {s} came in"],
            asked: ["when did {s} arrive?", "at what time did {s} come?"]),
    ]

    private static let furtherPlaces = [
        Relation(
            "population of", of: .town, .number, told: ["{s} has {v} inhabitants", "{v} people live in {s}", "{s} counts {v} souls"],
            asked: ["how many people live in {s}?", "how many inhabitants has {s}?"]),
        Relation(
            "bishop of", of: .town, .person, told: ["{v} preaches in {s}", "{s} has {v} for a bishop"],
            asked: ["who preaches in {s}?", "who is bishop of {s}?"]),
        Relation(
            "market day of", of: .town, .date, told: ["the market at {s} opens on {v}", "{s} holds its market on {v}"],
            asked: ["when is the market at {s}?", "on what day does {s} hold its market?"]),
        Relation(
            "rent of", of: .guarded, .price, told: ["{s} is let for {v}", "the rent for {s} comes to {v}"],
            asked: ["for how much is {s} let?", "what rent does {s} bring?"]),
        Relation(
            "depth of", of: .guarded, .count, told: ["{s} is {v} yards deep", "{s} goes down {v} yards"],
            asked: ["how deep is {s}?", "how many yards deep is {s}?"]),
        Relation(
            "opening time of", of: .guarded, .time,
            told: ["{s} opens at {v}", "nobody gets into {s} before {v}", "they unlock {s} at {v}"],
            asked: ["when does {s} open?", "at what time do they unlock {s}?"]),
        Relation(
            "tenant of", of: .guarded, .person, told: ["{v} rents {s}", "{s} is let to {v}", "{v} lives in {s}"],
            asked: ["who rents {s}?", "to whom is {s} let?", "who lives in {s}?"]),
        Relation(
            "year of", of: .event, .year, told: ["{s} was in {v}", "{s} goes back to {v}"],
            asked: ["in which year was {s}?", "to which year does {s} go back?"]),
        Relation(
            "speaker at", of: .event, .person, told: ["{v} spoke at {s}", "{s} was opened by {v}"],
            asked: ["who spoke at {s}?", "who opened {s}?"]),
        Relation(
            "beginning of", of: .event, .time, told: ["{s} begins at {v}", "{s} starts at {v}"],
            asked: ["when does {s} begin?", "at what time does {s} start?"]),
    ]

    private static let furtherThings = [
        Relation(
            "colour of", of: .thing, .colour, told: ["{s} is {v}", "{s} was dyed {v}", "somebody painted {s} {v}"],
            asked: ["what colour is {s}?", "what colour was {s} dyed?"]),
        Relation(
            "age of", of: .thing, .count, told: ["{s} is {v} years old", "{s} was made {v} years ago"],
            asked: ["how old is {s}?", "how many years ago was {s} made?"]),
        Relation(
            "contents of", of: .thing, .cargo, told: ["{s} is full of {v}", "{s} contains {v}", "there is {v} in {s}"],
            asked: ["what is in {s}?", "what does {s} contain?", "what is {s} full of?"]),
        Relation(
            "origin of", of: .thing, .town, told: ["{s} comes from {v}", "{s} was brought from {v}", "they made {s} in {v}"],
            asked: ["where does {s} come from?", "where was {s} made?", "from which town was {s} brought?"]),
        Relation(
            "destination of", of: .ship, .town, told: ["{s} is bound for {v}", "{s} makes for {v}", "{s} is on her way to {v}"],
            asked: ["where is {s} bound?", "for which port is {s} bound?", "where is {s} going?"]),
        Relation(
            "crew of", of: .ship, .count, told: ["{s} has a crew of {v}", "{v} sailors serve on {s}"],
            asked: ["how many sailors serve on {s}?", "how large is the crew of {s}?"]),
        Relation(
            "builder of", of: .ship, .person, told: ["{v} built {s}", "{s} was built by {v}"],
            asked: ["who built {s}?", "by whom was {s} built?"]),
        Relation(
            "berth of", of: .ship, .code, told: ["{s} lies at berth {v}", "{s} is moored at {v}"],
            asked: ["at which berth does {s} lie?", "where is {s} moored?"]),
        Relation(
            "age of", of: .animal, .count, told: ["{s} is {v} months old", "{s} has lived for {v} months"],
            asked: ["how old is {s}?", "how many months old is {s}?"]),
        Relation(
            "colour of", of: .animal, .colour, told: ["{s} has a {v} coat", "{s} is {v} all over"],
            asked: ["what colour is {s}?", "what coat has {s}?"]),
        Relation(
            "owner of", of: .animal, .person, told: ["{s} belongs to {v}", "{v} keeps {s}"],
            asked: ["whose is {s}?", "to whom does {s} belong?", "who keeps {s}?"]),
        Relation(
            "price of", of: .animal, .price, told: ["{s} was sold for {v}", "they gave {v} for {s}"],
            asked: ["what did {s} cost?", "for how much was {s} sold?"]),
    ]
}
