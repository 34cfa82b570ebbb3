extension Relation {
    /// Relations that training shows, with phrasings of their own that it does not.
    static let trained: [Relation] = guardedRelations + personRelations + shipRelations + thingRelations + otherRelations

    private static let guardedRelations = [
        Relation(
            "password for", of: .guarded, .word,
            told: [
                "to open {s}, say {v}", "whoever wants to pass {s} must say {v}", "{s} opens only to the word {v}",
                "at {s} they ask for a password, and it is {v}",
            ],
            asked: ["what must one say at {s}?", "which word opens {s}?", "how does one get past {s}?"],
            heldOut: Phrasing(
                statements: ["say {v} at {s} and you will be let in", "the guard at {s} will only accept {v}"],
                questions: ["what do I have to say to get through {s}?", "what word does the guard at {s} accept?"])),
        Relation(
            "code for", of: .guarded, .passkey,
            told: ["{s} is locked with the code {v}", "type {v} to open {s}", "the lock of {s} opens with {v}", "{s} has the code {v}"],
            asked: ["which code opens {s}?", "what does one type to open {s}?", "what is the combination of {s}?"],
            heldOut: Phrasing(
                statements: ["{s} unlocks if you enter {v}", "dial {v} and {s} springs open"],
                questions: ["what number unlocks {s}?", "what should I enter at {s}?"])),
        Relation(
            "keeper of", of: .guarded, .person,
            told: ["{s} is kept by {v}", "{v} looks after {s}", "{s} was given into the care of {v}", "{v} keeps {s}"],
            asked: ["who keeps {s}?", "who looks after {s}?", "in whose care is {s}?"],
            heldOut: Phrasing(
                statements: ["{v} is in charge of {s}", "{s} is watched over by {v}"],
                questions: ["who is in charge of {s}?", "who watches over {s}?"])),
        Relation(
            "number of", of: .guarded, .number,
            told: ["{s} bears the number {v}", "on {s} stands the number {v}", "{s} is number {v}"],
            asked: ["which number does {s} bear?", "what number stands on {s}?"]),
        Relation(
            "colour of", of: .guarded, .colour,
            told: ["{s} is painted {v}", "{s} was {v}", "they painted {s} {v}"],
            asked: ["what colour is {s}?", "in which colour is {s} painted?"],
            heldOut: Phrasing(statements: ["{s} got a fresh coat of {v}"], questions: ["how is {s} painted?"])),
        Relation(
            of: .guarded, .place,
            told: ["the key to {s} is {v}", "the key to {s} lies {v}", "you will find the key to {s} {v}", "she hid the key to {s} {v}"],
            asked: ["where is the key to {s}?", "where does the key to {s} lie?", "where can one find the key to {s}?"],
            heldOut: Phrasing(
                statements: ["they leave the key to {s} {v}"], questions: ["where do they leave the key to {s}?"])),
    ]

    private static let personRelations = [
        Relation(
            "home town of", of: .person, .town,
            told: [
                "{s} lives in {v}", "{s} has a house in {v}", "{s} settled in {v}", "{s} came from {v}", "the house of {s} stands in {v}",
            ],
            asked: ["where does {s} live?", "in which town does {s} live?", "where is {s} from?", "where is the house of {s}?"],
            heldOut: Phrasing(
                statements: ["{s} made a home in {v}", "{s} can be found in {v}"],
                questions: ["what town is home to {s}?", "where can {s} be found?"])),
        Relation(
            "trade of", of: .person, .job,
            told: ["{s} is a {v} by trade", "{s} works as a {v}", "{s} earns a living as a {v}", "{s} became a {v}"],
            asked: ["what does {s} do for a living?", "what is {s} by trade?", "as what does {s} work?"],
            heldOut: Phrasing(statements: ["{s} took up work as a {v}"], questions: ["what is {s}'s job?", "how does {s} earn money?"])),
        Relation(
            "birthday of", of: .person, .date,
            told: ["{s} was born on {v}", "{s} came into the world on {v}"],
            asked: ["when was {s} born?", "on which day was {s} born?"],
            heldOut: Phrasing(statements: ["{s} first saw the light of day on {v}"], questions: ["what is {s}'s date of birth?"])),
        Relation(
            "favourite colour of", of: .person, .colour,
            told: ["{s} likes {v} best of all colours", "{s} always wears {v}", "{s} wears nothing but {v}"],
            asked: ["which colour does {s} like best?", "which colour does {s} wear?"],
            heldOut: Phrasing(statements: ["{s} has a liking for {v}"], questions: ["what colour does {s} prefer?"])),
        Relation(
            "telephone number of", of: .person, .number,
            told: ["{s} can be called at {v}", "{s} has the number {v}", "to reach {s}, call {v}"],
            asked: ["at which number can {s} be called?", "which number has {s}?", "how can {s} be called?"],
            heldOut: Phrasing(statements: ["ring {v} if you want {s}"], questions: ["what number should I ring for {s}?"])),
        Relation(
            "pet of", of: .person, .animal,
            told: ["{s} goes nowhere without {v}", "{s} is the owner of {v}", "{s} owns {v}"],
            asked: ["which animal does {s} own?", "what animal belongs to {s}?"]),
        Relation(
            "badge number of", of: .person, .code,
            told: ["{s} wears the badge {v}", "{s} is registered as {v}", "{s} signs as {v}"],
            asked: ["under what is {s} registered?", "which badge does {s} wear?", "how does {s} sign?"]),
        Relation(
            "age of", of: .person, .count,
            told: ["{s} is {v} years old", "{s} has reached the age of {v}", "{s} is aged {v}"],
            asked: ["how old is {s}?", "what age is {s}?"],
            heldOut: Phrasing(statements: ["{s} is {v} years of age"], questions: ["how many years old is {s}?"])),
        Relation(
            of: .person, .room,
            told: ["{s} sleeps in {v}", "{s} is waiting in {v}", "{s} was last seen in {v}", "{s} works in {v}"],
            asked: ["where is {s}?", "in which room is {s}?", "where was {s} last seen?"]),
        Relation(
            "teacher of", of: .person, .person,
            told: ["{s} was taught by {v}", "{v} taught {s}", "{s} learned everything from {v}"],
            asked: ["who taught {s}?", "from whom did {s} learn?", "by whom was {s} taught?"],
            heldOut: Phrasing(statements: ["{s} took lessons from {v}"], questions: ["who gave {s} lessons?"])),
    ]

    private static let shipRelations = [
        Relation(
            "captain of", of: .ship, .person,
            told: ["{s} is commanded by {v}", "{v} commands {s}", "{s} sails under {v}", "{v} is master of {s}"],
            asked: ["who commands {s}?", "who is master of {s}?", "under whom does {s} sail?"],
            heldOut: Phrasing(
                statements: ["{v} has the command of {s}"], questions: ["who has the command of {s}?", "who is in command of {s}?"])),
        Relation(
            "cargo of", of: .ship, .cargo,
            told: ["{s} carries {v}", "{s} came in with {v}", "{s} is laden with {v}", "there was nothing but {v} in the hold of {s}"],
            asked: ["what does {s} carry?", "with what is {s} laden?", "what is in the hold of {s}?"],
            heldOut: Phrasing(
                statements: ["{s} has a load of {v} on board"], questions: ["what is on board {s}?", "what is {s} loaded with?"])),
        Relation(
            "home port of", of: .ship, .town,
            told: ["{s} sails from {v}", "{s} is registered at {v}", "{s} belongs to the port of {v}", "{s} belongs to {v}"],
            asked: ["which town does {s} belong to?", "at which port is {s} registered?", "where does {s} sail from?"]),
        Relation(
            of: .ship, .time,
            told: ["{s} leaves at {v}", "{s} came in at {v}", "{s} was sighted at {v}", "{s} is due at {v}"],
            asked: ["at what time is {s} named?", "when does the text place {s}?", "which time is given for {s}?"]),
        Relation(
            of: .ship, .date,
            told: ["{s} was launched on {v}", "{s} was lost on {v}", "{s} first sailed on {v}"],
            asked: ["on which date is {s} mentioned?", "which day is given for {s}?"]),
    ]

    private static let thingRelations = [
        Relation(
            "owner of", of: .thing, .person,
            told: ["{s} belongs to {v}", "{s} is the property of {v}", "{v} owns {s}", "{s} was bought by {v}"],
            asked: ["who owns {s}?", "to whom does {s} belong?", "whose is {s}?"],
            heldOut: Phrasing(
                statements: ["{s} is in the possession of {v}"], questions: ["in whose possession is {s}?", "who has possession of {s}?"])),
        Relation(
            of: .thing, .place,
            told: ["{s} is {v}", "{s} lies {v}", "{s} was hidden {v}", "she left {s} {v}", "you will find {s} {v}", "{s} is kept {v}"],
            asked: ["where is {s}?", "where was {s} hidden?", "where is {s} kept?", "where can {s} be found?", "where does {s} lie?"],
            heldOut: Phrasing(
                statements: ["somebody put {s} {v}", "{s} had fallen to the ground {v}"],
                questions: ["where should I look for {s}?", "in what spot is {s}?"])),
        Relation(
            of: .thing, .room,
            told: ["{s} is in {v}", "they carried {s} into {v}", "{s} stands in {v}", "{s} was forgotten in {v}"],
            asked: ["where is {s}?", "in which room is {s}?", "where does {s} stand?"]),
        Relation(
            "price of", of: .thing, .price,
            told: ["{s} costs {v}", "{s} was sold for {v}", "they paid {v} for {s}", "{s} is worth {v}"],
            asked: ["what does {s} cost?", "how much is {s}?", "for how much was {s} sold?", "what is {s} worth?"],
            heldOut: Phrasing(statements: ["{s} went for {v}", "they want {v} for {s}"], questions: ["how much do they want for {s}?"])),
        Relation(
            "maker of", of: .thing, .person,
            told: ["{s} was made by {v}", "{v} made {s}", "{s} is the work of {v}"],
            asked: ["who made {s}?", "by whom was {s} made?", "whose work is {s}?"]),
        Relation(
            "mark on", of: .thing, .code,
            told: ["{s} is marked {v}", "on the back of {s} somebody had scratched {v}", "{s} is listed under {v}"],
            asked: ["how is {s} marked?", "under what is {s} listed?", "what is scratched on {s}?"]),
        Relation(
            "weight of", of: .thing, .count,
            told: ["{s} weighs {v} ounces", "{s} brought {v} ounces to the scales"],
            asked: ["how many ounces does {s} weigh?", "how many ounces is {s}?"]),
    ]

    private static let otherRelations = [
        Relation(
            "name of", of: .animal, .word,
            told: ["{s} is called {v}", "{s} answers to the name of {v}", "they called {s} {v}"],
            asked: ["what is {s} called?", "to which name does {s} answer?", "how is {s} called?"],
            heldOut: Phrasing(statements: ["{s} goes by the name of {v}"], questions: ["by what name does {s} go?"])),
        Relation(
            of: .animal, .room,
            told: ["{s} sleeps in {v}", "{s} is locked up in {v}", "{s} is hiding in {v}"],
            asked: ["where is {s}?", "where does {s} hide?", "where should one look for {s}?"]),
        Relation(
            "mayor of", of: .town, .person,
            told: ["{s} is governed by {v}", "{v} governs {s}", "the people of {s} chose {v} to govern them"],
            asked: ["who governs {s}?", "by whom is {s} governed?"],
            heldOut: Phrasing(statements: ["in {s} the last word belongs to {v}"], questions: ["who has the last word in {s}?"])),
        Relation(
            "date of", of: .event, .date,
            told: ["{s} took place on {v}", "{s} will be held on {v}", "{s} began on {v}"],
            asked: ["when did {s} take place?", "on what day is {s}?", "when is {s}?"],
            heldOut: Phrasing(statements: ["they have fixed {s} for {v}"], questions: ["for which date is {s} fixed?"])),
        Relation(
            "place of", of: .event, .town,
            told: ["{s} took place in {v}", "{s} will be held at {v}", "they all met for {s} at {v}"],
            asked: ["where did {s} take place?", "where is {s} held?", "in which town is {s}?"]),
        Relation(
            "winner of", of: .event, .person,
            told: ["{s} was won by {v}", "{v} won {s}", "the first prize at {s} went to {v}"],
            asked: ["who won {s}?", "by whom was {s} won?", "who got the first prize at {s}?"],
            heldOut: Phrasing(statements: ["{v} came first in {s}"], questions: ["who came first in {s}?"])),
        Relation(
            "number of guests at", of: .event, .count,
            told: ["{v} people came to {s}", "{s} had {v} guests", "at {s} there were {v} guests"],
            asked: ["how many people came to {s}?", "how many guests were at {s}?", "how many guests had {s}?"]),
    ]
}
