/// Ships, and what goes on wheels and rails, asked for in other words than they are told in.
extension Relation {
    static let voyages = ships + numberedThings

    private static let ships = [
        Relation(
            "captain of", of: .ship, .person,
            told: [
                "{v} is the skipper of {s}", "{v} gives the orders aboard {s}", "{s} obeys {v}", "the crew of {s} trust {v}, their captain",
            ],
            asked: [
                "who is the skipper of {s}?", "who gives the orders aboard {s}?", "whom do the crew of {s} obey?",
                "whose ship is {s} to steer?",
            ]),
        Relation(
            "mate of", of: .ship, .person,
            told: ["{v} sails as mate of {s}", "next below the captain of {s} comes {v}", "{v} takes over {s} when the captain sleeps"],
            asked: ["who sails as mate of {s}?", "who comes next below the captain of {s}?", "who takes over {s} when the captain sleeps?"]),
        Relation(
            "owner of", of: .ship, .person,
            told: ["{s} belongs to {v}", "{v} owns {s}", "{v} had {s} built", "the profits of {s} go to {v}"],
            asked: ["who owns {s}?", "to whom does {s} belong?", "who had {s} built?", "to whom do the profits of {s} go?"]),
        Relation(
            "cook of", of: .ship, .person,
            told: ["{v} boils the beef on {s}", "the galley of {s} is ruled by {v}", "on {s} it is {v} who cooks"],
            asked: ["who cooks on {s}?", "who rules the galley of {s}?", "who boils the beef on {s}?"]),
        Relation(
            "cargo of", of: .ship, .cargo,
            told: ["{s} brought {v} from the islands", "they filled {s} with {v}", "{v} was stowed below in {s}", "{s} ships {v}"],
            asked: ["what did {s} bring?", "with what did they fill {s}?", "what was stowed below in {s}?", "what does {s} ship?"]),
        Relation(
            "last port of", of: .ship, .town,
            told: ["{s} came from {v}", "{s} set sail from {v}", "before that {s} had lain at {v}", "{s} called at {v} on the way"],
            asked: [
                "where did {s} come from?", "from which port did {s} set sail?", "where had {s} lain before?", "at what port did {s} call?",
            ]),
        Relation(
            "next port of", of: .ship, .town,
            told: ["{s} is heading for {v}", "{v} is where {s} will drop anchor next", "{s} is expected at {v}", "{s} will put in at {v}"],
            asked: [
                "for which port is {s} heading?", "where will {s} drop anchor next?", "where is {s} expected?", "where will {s} put in?",
            ]),
        Relation(
            "place of building of", of: .ship, .town,
            told: ["{s} was built in {v}", "the keel of {s} was laid at {v}", "the shipwrights of {v} built {s}"],
            asked: ["where was {s} built?", "in which town was the keel of {s} laid?", "whose shipwrights built {s}?"]),
        Relation(
            "wreck of", of: .ship, .town,
            told: ["{s} went down off {v}", "{s} was wrecked near {v}", "what is left of {s} lies on the rocks off {v}"],
            asked: ["off which town did {s} go down?", "where was {s} wrecked?", "where does what is left of {s} lie?"]),
        Relation(
            "colour of", of: .ship, .colour,
            told: ["the hull of {s} is {v}", "{s} carries {v} sails", "you will know {s} by her {v} hull"],
            asked: ["what colour is the hull of {s}?", "what sails does {s} carry?", "by which colour will you know {s}?"]),
        Relation(
            "figurehead of", of: .ship, .animal,
            told: ["the bow of {s} bears {v}", "{v} carved in oak leads {s} over the sea", "{s} has {v} for a figurehead"],
            asked: ["what does the bow of {s} bear?", "which animal leads {s} over the sea?", "what has {s} for a figurehead?"]),
        Relation(
            "price of", of: .ship, .price,
            told: ["{s} cost {v} to build", "{s} changed hands for {v}", "her owner asks {v} for {s}"],
            asked: ["what did {s} cost?", "for how much did {s} change hands?", "how much does the owner ask for {s}?"]),
        Relation(
            "fare on", of: .ship, .price,
            told: ["a passage on {s} costs {v}", "for {v} one may sail on {s}", "{s} takes travellers for {v}"],
            asked: ["what does a passage on {s} cost?", "for how much may one sail on {s}?", "what do travellers pay on {s}?"]),
        Relation(
            "number of", of: .ship, .code,
            told: ["{s} is entered in the register as {v}", "on the stern of {s} stands {v}", "the customs know {s} as {v}"],
            asked: ["as what is {s} entered in the register?", "what stands on the stern of {s}?", "as what do the customs know {s}?"]),
        Relation(
            "stowaway on", of: .ship, .person,
            told: ["{v} hid below deck on {s}", "they found {v} among the barrels of {s}", "{v} sailed on {s} without paying"],
            asked: ["who hid below deck on {s}?", "whom did they find among the barrels of {s}?", "who sailed on {s} without paying?"]),
        Relation(
            "mascot of", of: .ship, .animal,
            told: ["{v} sails with {s} for luck", "the sailors of {s} keep {v}", "{v} catches the rats of {s}"],
            asked: ["which animal sails with {s}?", "what do the sailors of {s} keep for luck?", "what catches the rats of {s}?"]),
        Relation(
            "illness on", of: .ship, .count,
            told: ["{v} men lie sick on {s}", "fever has struck down {v} of the crew of {s}", "{s} came in with {v} sick"],
            asked: ["how many lie sick on {s}?", "how many has fever struck down on {s}?", "with how many sick did {s} come in?"]),
    ]

    private static let numberedThings = [
        Relation(
            "occupant of", of: .numbered, .person,
            told: ["{v} is in {s}", "{s} is taken by {v}", "{s} was given to {v}", "they have booked {s} for {v}"],
            asked: ["who is in {s}?", "by whom is {s} taken?", "to whom was {s} given?", "for whom have they booked {s}?"]),
        Relation(
            "contents of", of: .numbered, .thing,
            told: ["in {s} there is {v}", "{s} holds {v}", "{v} was packed into {s}", "open {s}, and you see {v}"],
            asked: ["what is in {s}?", "what does {s} hold?", "what was packed into {s}?", "what does one see on opening {s}?"]),
        Relation(
            "destination of", of: .numbered, .town,
            told: ["{s} goes to {v}", "{s} is meant for {v}", "whoever wants to get to {v} takes {s}"],
            asked: ["where does {s} go?", "for which town is {s} meant?", "where does one get by {s}?"]),
        Relation(
            "colour of", of: .numbered, .colour,
            told: ["{s} is the {v} one", "{s} is marked in {v}", "look out for {v}: that is {s}"],
            asked: ["which colour is {s}?", "in what colour is {s} marked?", "what colour must one look out for to see {s}?"]),
        Relation(
            "driver of", of: .numbered, .person,
            told: ["{s} is driven by {v}", "{v} drives {s}", "{v} takes {s} out in the mornings"],
            asked: ["who drives {s}?", "by whom is {s} driven?", "who takes {s} out in the mornings?"]),
        Relation(
            "topic of", of: .numbered, .word,
            told: ["{s} is about {v}", "{s} treats of {v}", "in {s} one reads of {v}"],
            asked: ["what is {s} about?", "of what does {s} treat?", "of what does one read in {s}?"]),
        Relation(
            "prize for", of: .numbered, .price,
            told: ["{s} won {v}", "{v} were paid out for {s}", "{s} made its holder {v} the richer"],
            asked: ["how much did {s} win?", "what was paid out for {s}?", "by how much did {s} make its holder richer?"]),
        Relation(
            "key to", of: .numbered, .code,
            told: ["{s} is opened with {v}", "use {v} to get {s} open", "{s} has {v} on its key"],
            asked: ["with what is {s} opened?", "what does one use to get {s} open?", "what is on the key of {s}?"]),
        Relation(
            "crop of", of: .numbered, .cargo,
            told: ["{s} yields {v}", "{v} comes from {s}", "in {s} there is nothing but {v}"],
            asked: ["what does {s} yield?", "what comes from {s}?", "what is there in {s}?"]),
    ]
}
