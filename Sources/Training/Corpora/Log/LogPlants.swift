/// What the log says once, with a question for it.
enum LogPlants {
    /// In the order in which they are told: a short log has the first of them.
    static func all(_ scenery: LogScenery, _ random: inout CorpusRandom) -> [HarbourLog.Plant] {
        templates.map { template in
            let value = value(template.kind, scenery, &random)
            return HarbourLog.Plant(sentence: template.sentence.filled(value: value), question: template.question, answer: value)
        }
    }

    private enum Kind {
        case drawn(LookupValue)
        case number(ClosedRange<Int>)
        case price(ClosedRange<Int>)
        case year
        case oneOf([String])
        case townsman, town, ship
    }

    private struct Template {
        let kind: Kind
        let sentence: String
        let question: String

        init(_ kind: Kind, _ sentence: String, _ question: String) {
            self.kind = kind
            self.sentence = sentence
            self.question = question
        }
    }

    private static func value(_ kind: Kind, _ scenery: LogScenery, _ random: inout CorpusRandom) -> String {
        switch kind {
        case .drawn(let value): value.draw(.heldOut, &random)
        case .number(let range): "\(random.within(range))"
        case .price(let range): "\(random.within(range)) \(random.pick(["crowns", "guineas", "pounds", "shillings"]))"
        case .year: "\(random.within(1640...1869))"
        case .oneOf(let values): random.pick(values)
        case .townsman: random.pick(scenery.people)
        case .town: random.pick(scenery.towns)
        case .ship: "the " + random.pick(scenery.ships).name
        }
    }

    private static let templates = [
        Template(.drawn(.word), "The password for the north gate is {v} until further notice.", "What is the password for the north gate?"),
        Template(.townsman, "The brass telescope belongs to {v}.", "Who owns the brass telescope?"),
        Template(
            .oneOf(LogPhrases.hidingPlaces), "The spare key of the lamp room lies {v}.", "Where does the spare key of the lamp room lie?"),
        Template(.drawn(.passkey), "The code for the strongbox is {v}.", "What is the code for the strongbox?"),
        Template(.drawn(.word), "The new pilot boat is to be called {v}.", "What is the new pilot boat to be called?"),
        Template(.drawn(.word), "The password for the powder store is {v}.", "What is the password for the powder store?"),
        Template(.townsman, "The keeper of the fog bell is {v} from today.", "Who is the keeper of the fog bell?"),
        Template(.number(2100...8900), "The census gives Trennock {v} souls.", "How many souls does the census give Trennock?"),
        Template(.town, "The smugglers were taken to {v}.", "Where were the smugglers taken?"),
        Template(.townsman, "The inspector of lights is {v}.", "Who is the inspector of lights?"),
        Template(.townsman, "The winner of the regatta is {v}.", "Who is the winner of the regatta?"),
        Template(.number(2...99), "The number of the new lifeboat is {v}.", "What is the number of the new lifeboat?"),
        Template(.town, "The new bell was cast in {v}.", "Where was the new bell cast?"),
        Template(.ship, "The fastest ship of the year was {v}.", "Which was the fastest ship of the year?"),
        Template(.townsman, "The drowned sailor was found by {v}.", "Who found the drowned sailor?"),
        Template(
            .drawn(.number), "The depth over the bar at the lowest tide was {v} inches.",
            "What was the depth over the bar at the lowest tide?"),
        Template(.town, "The bishop comes from {v}.", "Where does the bishop come from?"),
        Template(.drawn(.cargo), "The wreck on the sands was laden with {v}.", "With what was the wreck on the sands laden?"),
        Template(.townsman, "The red rowing boat was bought by {v}.", "Who bought the red rowing boat?"),
        Template(.drawn(.colour), "The flag for fever on board is {v}.", "What colour is the flag for fever on board?"),
        Template(.year, "The stone in the sea wall bears the year {v}.", "Which year does the stone in the sea wall bear?"),
        Template(.drawn(.job), "The stranger at the inn says that he is a {v}.", "What does the stranger at the inn say that he is?"),
        Template(.oneOf(LogPhrases.rooms), "The lost sextant stood all the time in {v}.", "Where was the lost sextant?"),
        Template(.drawn(.colour), "The door of the watch house was painted {v}.", "What colour is the door of the watch house?"),
        Template(
            .drawn(.date), "The old lighthouse was lit for the first time on {v}.",
            "In which year was the old lighthouse lit for the first time?"),
        Template(
            .oneOf(LogPhrases.oddities), "The widow left {v} to the harbour office.", "What did the widow leave to the harbour office?"),
        Template(.oneOf(LogPhrases.rooms), "The old ledger is kept in {v}.", "Where is the old ledger kept?"),
        Template(.drawn(.colour), "The leading mark on the hill is now painted {v}.", "What colour is the leading mark on the hill?"),
        Template(.drawn(.time), "The drawbridge is opened at {v} on Sundays.", "When is the drawbridge opened on Sundays?"),
        Template(.oneOf(LogPhrases.oddities), "They fished {v} out of the basin.", "What was fished out of the basin?"),
        Template(.oneOf(LogPhrases.hidingPlaces), "The silver whistle was found {v}.", "Where was the silver whistle found?"),
        Template(.drawn(.word), "The harbour cat is called {v}.", "What is the harbour cat called?"),
        Template(.drawn(.time), "The night mail leaves at {v}.", "When does the night mail leave?"),
        Template(.oneOf(LogPhrases.creatures), "The clerk was bitten by {v}.", "What was the clerk bitten by?"),
        Template(.oneOf(LogPhrases.hidingPlaces), "I have hidden the customs seal {v}.", "Where is the customs seal hidden?"),
        Template(.townsman, "The best fiddler in Trennock is {v}.", "Who is the best fiddler in Trennock?"),
        Template(.price(5...60), "The reward for the thief of the buoy is {v}.", "What is the reward for the thief of the buoy?"),
        Template(
            .oneOf(LogPhrases.creatures), "The carving over the harbour office shows {v}.",
            "What does the carving over the harbour office show?"),
        Template(.drawn(.passkey), "The chart room opens with the code {v}.", "Which code opens the chart room?"),
        Template(.townsman, "The stolen anchor was brought back by {v}.", "Who brought back the stolen anchor?"),
        Template(.price(5...60), "The fine for lighting fires on the quay is {v}.", "What is the fine for lighting fires on the quay?"),
        Template(.drawn(.code), "Our own call sign is {v}.", "What is our own call sign?"),
        Template(.drawn(.passkey), "The pass key is {v}; remember it.", "What is the pass key?"),
        Template(.townsman, "{v} rang the bell on the night of the fire.", "Who rang the bell on the night of the fire?"),
        Template(.price(220...900), "The new crane costs {v}.", "What does the new crane cost?"),
        Template(.drawn(.code), "The missing crate is marked {v}.", "How is the missing crate marked?"),
        Template(.drawn(.word), "At the south gate they ask for a word, and it is {v}.", "Which word opens the south gate?"),
        Template(.townsman, "The new lamp glass was paid for by {v}.", "Who paid for the new lamp glass?"),
        Template(.number(31...99), "The great chain weighs {v} hundredweight.", "How many hundredweight does the great chain weigh?"),
        Template(.drawn(.code), "The signal for a wreck is {v}.", "What is the signal for a wreck?"),
    ]
}
