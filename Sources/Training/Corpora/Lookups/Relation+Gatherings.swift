/// Animals, and what people come together for, asked for in other words than they are told in.
extension Relation {
    static let gatherings = creatures + events

    private static let creatures = [
        Relation(
            "owner of", of: .animal, .person,
            told: ["{s} is {v}'s", "{v} is the master of {s}", "{s} obeys nobody but {v}", "{s} lives with {v}"],
            asked: ["who is the master of {s}?", "whom does {s} obey?", "with whom does {s} live?", "who has {s}?"]),
        Relation(
            "keeper of", of: .animal, .person,
            told: ["{v} cleans the stall of {s}", "{s} is under the eye of {v}", "{v} sees to it that {s} wants for nothing"],
            asked: ["who cleans the stall of {s}?", "under whose eye is {s}?", "who sees to it that {s} wants for nothing?"]),
        Relation(
            "victim of", of: .animal, .person,
            told: ["{s} bit {v}", "{v} was chased by {s}", "{s} flew at {v}", "{v} still fears {s}"],
            asked: ["whom did {s} bite?", "who was chased by {s}?", "whom did {s} attack?", "who still fears {s}?"]),
        Relation(
            "prey of", of: .animal, .animal,
            told: ["{s} chases {v}", "{s} caught {v}", "{v} runs away from {s}", "{v} had better beware of {s}"],
            asked: ["what does {s} chase?", "what did {s} catch?", "what runs away from {s}?", "what had better beware of {s}?"]),
        Relation(
            "friend of", of: .animal, .animal,
            told: ["{s} sleeps beside {v}", "{s} is never seen without {v}", "{v} and {s} are inseparable"],
            asked: ["beside what does {s} sleep?", "without which animal is {s} never seen?", "from what is {s} inseparable?"]),
        Relation(
            "toy of", of: .animal, .thing,
            told: ["{s} plays with {v}", "{s} has torn up {v}", "{v} keeps {s} busy", "{s} will not let go of {v}"],
            asked: ["with what does {s} play?", "what has {s} torn up?", "what keeps {s} busy?", "of what will {s} not let go?"]),
        Relation(
            "home of", of: .animal, .town,
            told: ["{s} was born in {v}", "{s} was brought from {v}", "{s} can be seen at {v}"],
            asked: ["where was {s} born?", "from which town was {s} brought?", "where can one see {s}?"]),
        Relation(
            "den of", of: .animal, .place,
            told: ["{s} sleeps {v}", "{s} has its nest {v}", "{s} crept away {v}", "the young of {s} lie {v}"],
            asked: ["where does {s} sleep?", "where has {s} its nest?", "where did {s} creep?", "where do the young of {s} lie?"]),
        Relation(
            "mark of", of: .animal, .code,
            told: ["{s} has {v} branded on its side", "{s} wears a ring with {v}", "the tag of {s} reads {v}"],
            asked: ["what is branded on {s}?", "what is on the ring that {s} wears?", "what does the tag of {s} read?"]),
        Relation(
            "prize of", of: .animal, .price,
            told: ["{s} won {v} at the show", "{v} were offered for {s}", "nobody would give {v} for {s}"],
            asked: ["how much did {s} win?", "what was offered for {s}?", "what would nobody give for {s}?"]),
        Relation(
            "speed of", of: .animal, .count,
            told: ["{s} runs {v} miles in a day", "in a day {s} covers {v} miles", "{v} miles a day are nothing to {s}"],
            asked: [
                "how many miles does {s} run in a day?", "how much ground does {s} cover in a day?", "how many miles are nothing to {s}?",
            ]),
        Relation(
            "rescuer of", of: .animal, .person,
            told: ["{s} owes its life to {v}", "but for {v} {s} would have drowned", "{v} pulled {s} out of the river"],
            asked: ["to whom does {s} owe its life?", "but for whom would {s} have drowned?", "who pulled {s} out of the river?"]),
    ]

    private static let events = [
        Relation(
            "organiser of", of: .event, .person,
            told: ["{s} was the idea of {v}", "without {v} there would have been nothing like {s}", "{v} sent out the invitations to {s}"],
            asked: ["whose idea was {s}?", "without whom would there have been nothing like {s}?", "who sent out the invitations to {s}?"]),
        Relation(
            "guest of honour at", of: .event, .person,
            told: ["{s} was held in honour of {v}", "at {s} everybody rose for {v}", "{s} was meant to celebrate {v}"],
            asked: ["in whose honour was {s} held?", "for whom did everybody rise at {s}?", "whom was {s} meant to celebrate?"]),
        Relation(
            "loser of", of: .event, .person,
            told: ["{v} lost {s}", "{v} was beaten at {s}", "nobody did worse at {s} than {v}"],
            asked: ["who lost {s}?", "who was beaten at {s}?", "who did worst at {s}?"]),
        Relation(
            "absentee from", of: .event, .person,
            told: ["{v} stayed away from {s}", "{v} did not come to {s}", "everyone but {v} was at {s}", "{s} was held without {v}"],
            asked: ["who stayed away from {s}?", "who did not come to {s}?", "who was missing at {s}?", "without whom was {s} held?"]),
        Relation(
            "latecomer to", of: .event, .person,
            told: ["{v} arrived late for {s}", "{s} had already begun when {v} came in", "they had to wait with {s} for {v}"],
            asked: ["who arrived late for {s}?", "who came in when {s} had begun?", "for whom did they have to wait with {s}?"]),
        Relation(
            "musician at", of: .event, .person,
            told: ["{v} played at {s}", "at {s} one heard {v} sing", "the music at {s} came from {v}"],
            asked: ["who played at {s}?", "whom did one hear sing at {s}?", "from whom did the music at {s} come?"]),
        Relation(
            "cook at", of: .event, .person,
            told: ["{v} cooked for {s}", "the dishes for {s} came from {v}'s kitchen", "{v} stood at the stove for {s}"],
            asked: ["who cooked for {s}?", "from whose kitchen did the dishes for {s} come?", "who stood at the stove for {s}?"]),
        Relation(
            "scandal of", of: .event, .person,
            told: ["{v} was thrown out of {s}", "{v} made a scene at {s}", "{s} was spoilt by {v}"],
            asked: ["who was thrown out of {s}?", "who made a scene at {s}?", "by whom was {s} spoilt?"]),
        Relation(
            "topic of", of: .event, .word,
            told: ["{s} was all about {v}", "at {s} they spoke of {v}", "{v} was talked over at {s}"],
            asked: ["what was {s} about?", "of what did they speak at {s}?", "what was talked over at {s}?"]),
        Relation(
            "prize at", of: .event, .thing,
            told: ["whoever won {s} got {v}", "the winner of {s} took home {v}", "{v} could be won at {s}"],
            asked: ["what did one get for winning {s}?", "what did the winner of {s} take home?", "what could be won at {s}?"]),
        Relation(
            "dish at", of: .event, .cargo,
            told: ["at {s} they served {v}", "{v} was on every plate at {s}", "the guests at {s} had {v}"],
            asked: ["what did they serve at {s}?", "what was on every plate at {s}?", "what did the guests at {s} have?"]),
        Relation(
            "cost of", of: .event, .price,
            told: ["{s} cost {v}", "{v} were spent on {s}", "{s} used up {v}"],
            asked: ["what did {s} cost?", "how much was spent on {s}?", "how much did {s} use up?"]),
        Relation(
            "takings of", of: .event, .price,
            told: ["{s} brought in {v}", "after {s} there were {v} in the box", "{v} were collected at {s}"],
            asked: ["how much did {s} bring in?", "what was in the box after {s}?", "what was collected at {s}?"]),
        Relation(
            "room of", of: .event, .room,
            told: ["{s} was held in {v}", "for {s} they all came together in {v}", "{v} was decorated for {s}"],
            asked: ["in which room was {s} held?", "where did they all come together for {s}?", "what was decorated for {s}?"]),
        Relation(
            "colour of", of: .event, .colour,
            told: ["everybody wore {v} at {s}", "{s} was a feast in {v}", "one came to {s} in {v}"],
            asked: ["what did everybody wear at {s}?", "in which colour did one come to {s}?", "what colour did one see at {s}?"]),
        Relation(
            "star of", of: .event, .animal,
            told: ["at {s} everybody admired {v}", "{v} was shown at {s}", "{v} ran loose at {s}"],
            asked: ["which animal did everybody admire at {s}?", "what was shown at {s}?", "which animal ran loose at {s}?"]),
        Relation(
            "number of speeches at", of: .event, .count,
            told: ["{v} speeches were made at {s}", "one had to sit through {v} speeches at {s}", "{s} heard {v} speakers"],
            asked: [
                "how many speeches were made at {s}?", "through how many speeches did one sit at {s}?", "how many speakers did {s} hear?",
            ]),
        Relation(
            "next date of", of: .event, .date,
            told: ["{s} comes round again on {v}", "they will meet again for {s} on {v}", "the invitation to {s} says {v}"],
            asked: ["when does {s} come round again?", "when will they meet again for {s}?", "which day is on the invitation to {s}?"]),
    ]
}
