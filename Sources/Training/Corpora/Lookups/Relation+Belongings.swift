/// Things, asked for in other words than they are told in.
extension Relation {
    static let belongings = ownership + sites + qualities

    private static let ownership = [
        Relation(
            "owner of", of: .thing, .person,
            told: ["{v} calls {s} his own", "{s} is {v}'s", "{v} has {s} and means to keep it", "nobody but {v} may use {s}"],
            asked: ["who calls {s} his own?", "who has {s}?", "who may use {s}?", "who means to keep {s}?"]),
        Relation(
            "wearer of", of: .thing, .person,
            told: ["{v} wore {s} that day", "one saw {s} on {v}", "{s} looked well on {v}"],
            asked: ["who wore {s}?", "on whom did one see {s}?", "whom did {s} suit?"]),
        Relation(
            "user of", of: .thing, .person,
            told: ["{v} cannot work without {s}", "{s} is used by {v} every day", "{v} always has {s} at hand"],
            asked: ["who cannot work without {s}?", "by whom is {s} used?", "who always has {s} at hand?"]),
        Relation(
            "next owner of", of: .thing, .person,
            told: ["{s} will go to {v}", "{v} is to have {s} one day", "the will leaves {s} to {v}", "{s} was promised to {v}"],
            asked: ["to whom will {s} go?", "who is to have {s} one day?", "to whom does the will leave {s}?", "to whom was {s} promised?"]),
        Relation(
            "addressee of", of: .thing, .person,
            told: ["{s} is meant for {v}", "{s} was sent to {v}", "take {s} to {v}", "{v} is waiting for {s}"],
            asked: ["for whom is {s} meant?", "to whom was {s} sent?", "who is waiting for {s}?", "to whom must one take {s}?"]),
        Relation(
            "price of", of: .thing, .price,
            told: ["{v} will buy {s}", "the shop asks {v} for {s}", "you can have {s} for {v}", "{s} brought {v} at the auction"],
            asked: [
                "what will buy {s}?", "how much does the shop ask for {s}?", "for how much can one have {s}?",
                "what did {s} bring at the auction?",
            ]),
        Relation(
            "witness to", of: .thing, .person,
            told: ["{v} saw who took {s}", "nobody but {v} has seen {s}", "{v} was the last to see {s}"],
            asked: ["who saw who took {s}?", "who has seen {s}?", "who was the last to see {s}?"]),
        Relation(
            "former owner of", of: .possession, .person,
            told: ["{s} once belonged to {v}", "{s} came down from {v}", "before that {v} had {s}"],
            asked: ["to whom did {s} once belong?", "from whom did {s} come down?", "who had {s} before?"]),
        Relation(
            "price of", of: .possession, .price,
            told: ["{s} is worth {v}", "somebody gave {v} for {s}", "{v} would not buy {s}"],
            asked: ["what is {s} worth?", "how much did somebody give for {s}?", "what would not buy {s}?"]),
        Relation(
            "borrower of", of: .possession, .person,
            told: ["{v} has borrowed {s}", "{s} was lent to {v}", "{v} promised to bring back {s}"],
            asked: ["who has borrowed {s}?", "to whom was {s} lent?", "who promised to bring back {s}?"]),
    ]

    private static let sites = [
        Relation(
            of: .possession, .place,
            told: ["{s} is {v}", "{s} lies {v}", "{s} was seen {v}", "{s} is hidden {v}"],
            asked: ["where is {s}?", "where does {s} lie?", "where was {s} seen?", "where is {s} hidden?"]),
        Relation(
            of: .part, .place,
            told: ["{s} is {v}", "they buried {s} {v}", "{s} ended up {v}"],
            asked: ["where is {s}?", "where did they bury {s}?", "where did {s} end up?"]),
        Relation(
            "finding place of", of: .thing, .town,
            told: ["{s} was found in {v}", "{s} was dug up near {v}", "{s} turned up in {v}", "somebody in {v} discovered {s}"],
            asked: [
                "where was {s} found?", "near which town was {s} dug up?", "where did {s} turn up?", "in what town was {s} discovered?",
            ]),
        Relation(
            "place of sale of", of: .thing, .town,
            told: ["{s} was bought in {v}", "{s} was sold at {v}", "one can buy {s} in {v}"],
            asked: ["where was {s} bought?", "in which town was {s} sold?", "where can one buy {s}?"]),
        Relation(
            "museum of", of: .thing, .town,
            told: ["{s} is on show in {v}", "{v} keeps {s} in its museum", "to see {s} one must travel to {v}"],
            asked: ["where is {s} on show?", "which town keeps {s} in its museum?", "where must one travel to see {s}?"]),
        Relation(
            "hiding place of", of: .thing, .room,
            told: ["{s} was hidden in {v}", "{s} is locked away in {v}", "{v} is where {s} is kept", "they brought {s} to {v}"],
            asked: ["where was {s} hidden?", "where is {s} locked away?", "in what room is {s} kept?", "where did they bring {s}?"]),
        Relation(
            "holder of", of: .thing, .animal,
            told: ["{v} ran off with {s}", "{s} was carried away by {v}", "{v} has {s} in its mouth"],
            asked: ["which animal ran off with {s}?", "by what was {s} carried away?", "what has {s} in its mouth?"]),
        Relation(
            "wrapping of", of: .thing, .thing,
            told: ["{s} is wrapped up with {v}", "{s} is tied to {v}", "{s} hangs beside {v}", "{s} goes with {v}"],
            asked: ["with what is {s} wrapped up?", "to what is {s} tied?", "beside what does {s} hang?", "with what does {s} go?"]),
    ]

    private static let qualities = [
        Relation(
            "contents of", of: .thing, .thing,
            told: ["inside {s} they found {v}", "{s} hides {v}", "{v} fell out of {s}", "whoever opens {s} will see {v}"],
            asked: ["what did they find inside {s}?", "what does {s} hide?", "what fell out of {s}?", "what will one see on opening {s}?"]),
        Relation(
            "smell of", of: .thing, .cargo,
            told: ["{s} smells of {v}", "a scent of {v} clings to {s}", "{s} was rubbed with {v}"],
            asked: ["of what does {s} smell?", "what scent clings to {s}?", "with what was {s} rubbed?"]),
        Relation(
            "inscription on", of: .thing, .word,
            told: ["{s} bears the words {v}", "somebody engraved {v} on {s}", "on {s} one reads {v}", "{v} is written across {s}"],
            asked: [
                "which words does {s} bear?", "what did somebody engrave on {s}?", "what does one read on {s}?",
                "what is written across {s}?",
            ]),
        Relation(
            "picture on", of: .thing, .animal,
            told: ["{s} shows {v}", "{v} is painted on {s}", "{s} is adorned with {v}"],
            asked: ["which animal does {s} show?", "what is painted on {s}?", "with what is {s} adorned?"]),
        Relation(
            "serial number of", of: .thing, .number,
            told: ["{s} carries the serial number {v}", "stamped into {s} is {v}", "{s} is item {v} in the catalogue"],
            asked: ["which serial number does {s} carry?", "what is stamped into {s}?", "which item in the catalogue is {s}?"]),
        Relation(
            "colour of", of: .possession, .colour,
            told: ["{s} is {v}", "everyone knows {s} by its {v}", "{s} has turned {v}"],
            asked: ["what colour is {s}?", "by which colour does everyone know {s}?", "what colour has {s} turned?"]),
        Relation(
            "lining of", of: .thing, .colour,
            told: ["{s} is lined with {v}", "on the inside {s} is {v}", "turn {s} over and you see {v}"],
            asked: ["with what colour is {s} lined?", "what colour is {s} on the inside?", "what does one see on turning {s} over?"]),
        Relation(
            "use of", of: .thing, .job,
            told: ["{s} is what a {v} works with", "every {v} needs something like {s}", "only a {v} knows what {s} is for"],
            asked: ["who works with something like {s}?", "what tradesman needs something like {s}?", "who knows what {s} is for?"]),
        Relation(
            "registered number of", of: .possession, .number,
            told: ["{s} is registered under {v}", "a label on {s} says {v}", "the number of {s} in the list is {v}"],
            asked: ["under what is {s} registered?", "what does the label on {s} say?", "which number has {s} in the list?"]),
        Relation(
            "age of", of: .possession, .year,
            told: ["{s} dates from {v}", "{s} goes back to {v}", "the year {v} is marked on {s}"],
            asked: ["from which year is {s}?", "to what year does {s} go back?", "what year is marked on {s}?"]),
        Relation(
            "colour of", of: .part, .colour,
            told: ["{s} has turned {v}", "rust has made {s} {v}", "{s} gleams {v}"],
            asked: ["what colour has {s} turned?", "what has rust made of {s}?", "how does {s} gleam?"]),
        Relation(
            "number on", of: .part, .number,
            told: ["{s} has {v} written on it", "look on {s} and you read {v}", "{v} was chalked on {s}"],
            asked: ["what is written on {s}?", "what does one read on {s}?", "what was chalked on {s}?"]),
    ]
}
