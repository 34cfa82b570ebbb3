/// Buildings, streets and towns, asked for in other words than they are told in.
extension Relation {
    static let places = buildings + streets + towns

    private static let buildings = [
        Relation(
            "owner of", of: .guarded, .person,
            told: ["{s} belongs to {v}", "{v} owns {s}", "the deeds of {s} are in the name of {v}", "{v} is the proprietor of {s}"],
            asked: ["who owns {s}?", "to whom does {s} belong?", "in whose name are the deeds of {s}?", "who is the proprietor of {s}?"]),
        Relation(
            "ghost of", of: .guarded, .person,
            told: ["{s} is haunted by {v}", "the spirit of {v} walks in {s}", "{v} has found no rest in {s}"],
            asked: ["who haunts {s}?", "by whom is {s} haunted?", "whose spirit walks in {s}?"]),
        Relation(
            "prisoner in", of: .guarded, .person,
            told: ["{v} is locked up in {s}", "{s} holds {v} captive", "they threw {v} into {s}", "{v} sits behind bars in {s}"],
            asked: ["who is locked up in {s}?", "whom does {s} hold captive?", "who was thrown into {s}?", "who sits behind bars in {s}?"]),
        Relation(
            "treasure in", of: .guarded, .thing,
            told: ["{v} is kept in {s}", "{s} holds {v}", "inside {s} they found {v}", "deep in {s} lies {v}"],
            asked: ["what is kept in {s}?", "what does {s} hold?", "what did they find inside {s}?", "what lies deep in {s}?"]),
        Relation(
            "store of", of: .guarded, .cargo,
            told: ["{s} is filled with {v}", "they store {v} in {s}", "{v} is piled up in {s}", "{s} smells of {v}"],
            asked: ["with what is {s} filled?", "what do they store in {s}?", "what is piled up in {s}?", "of what does {s} smell?"]),
        Relation(
            "way into", of: .guarded, .place,
            told: ["one gets into {s} by a hole {v}", "the way into {s} begins {v}", "the entrance to {s} is {v}"],
            asked: ["where does one get into {s}?", "where is the entrance to {s}?", "where does the way into {s} begin?"]),
        Relation(
            "rule of", of: .guarded, .word,
            told: ["over {s} it reads {v}", "somebody had carved {v} into the door of {s}", "{v} is written above {s}"],
            asked: ["what is written above {s}?", "what is carved into the door of {s}?", "what does one read over {s}?"]),
        Relation(
            "former use of", of: .guarded, .room,
            told: ["{s} was once {v}", "what is now {s} used to be {v}", "{v} was turned into {s}"],
            asked: ["what was {s} once?", "what did {s} use to be?", "what was turned into {s}?"]),
        Relation(
            "price of", of: .guarded, .price,
            told: ["{s} was bought for {v}", "{s} is on sale at {v}", "{v} would buy {s}", "somebody offered {v} for {s}"],
            asked: ["what does {s} cost?", "for how much was {s} bought?", "what would buy {s}?", "how much did somebody offer for {s}?"]),
        Relation(
            "repair cost of", of: .guarded, .price,
            told: ["mending {s} took {v}", "to repair {s} they spent {v}", "{v} went into the repairs of {s}"],
            asked: ["how much did mending {s} take?", "what did they spend to repair {s}?", "what did the repairs of {s} cost?"]),
        Relation(
            "watch dog of", of: .guarded, .animal,
            told: ["{v} keeps strangers out of {s}", "{s} is guarded by {v}", "{v} lies at the door of {s}"],
            asked: ["which animal keeps strangers out of {s}?", "what guards {s}?", "what lies at the door of {s}?"]),
        Relation(
            "view from", of: .guarded, .town,
            told: ["from {s} one sees {v}", "{s} looks out over {v}", "{v} can be seen from {s}"],
            asked: ["what town does one see from {s}?", "over what does {s} look out?", "which town is in sight of {s}?"]),
        Relation(
            "opener of", of: .guarded, .thing,
            told: ["{s} can only be forced with {v}", "they broke {s} open with {v}", "{v} was used to get into {s}"],
            asked: ["with what can {s} be forced?", "with what did they break {s} open?", "what was used to get into {s}?"]),
        Relation(
            "emergency number of", of: .guarded, .number,
            told: ["if there is a fire in {s}, call {v}", "the porter of {s} answers at {v}", "{v} will connect you with {s}"],
            asked: [
                "whom does one call at a fire in {s}?", "at what number does the porter of {s} answer?",
                "which number connects one with {s}?",
            ]),
        Relation(
            "neighbour of", of: .guarded, .room,
            told: ["{s} stands next to {v}", "{s} adjoins {v}", "only a wall parts {s} from {v}"],
            asked: ["next to what does {s} stand?", "what does {s} adjoin?", "what is on the other side of the wall from {s}?"]),
        Relation(
            "stone of", of: .guarded, .colour,
            told: ["the bricks of {s} are {v}", "{s} shines {v} in the sun", "from far off {s} looks {v}"],
            asked: ["what colour are the bricks of {s}?", "how does {s} shine in the sun?", "of what colour does {s} look from far off?"]),
    ]

    private static let streets = [
        Relation(
            "oldest inhabitant of", of: .street, .person,
            told: ["nobody has lived in {s} as long as {v}", "{v} is older than anybody in {s}", "{v} was there before {s} was paved"],
            asked: ["who has lived in {s} longest?", "who is older than anybody in {s}?", "who was there before {s} was paved?"]),
        Relation(
            "doctor of", of: .street, .person,
            told: ["{v} looks after the sick in {s}", "whoever falls ill in {s} sends for {v}", "{v} has a practice in {s}"],
            asked: ["who looks after the sick in {s}?", "for whom does one send in {s} when ill?", "who has a practice in {s}?"]),
        Relation(
            "end of", of: .street, .room,
            told: ["{s} leads to {v}", "{s} ends at {v}", "at the end of {s} one comes to {v}"],
            asked: ["where does {s} lead?", "where does {s} end?", "to what does one come at the end of {s}?"]),
        Relation(
            "old name of", of: .street, .word,
            told: ["{s} used to be called {v}", "before the war {s} was {v}", "old people still call {s} {v}"],
            asked: ["what did {s} use to be called?", "what was {s} before the war?", "what do old people call {s}?"]),
        Relation(
            "goods sold in", of: .street, .cargo,
            told: ["in {s} they sell {v}", "one goes to {s} for {v}", "{s} is the place to buy {v}"],
            asked: ["what do they sell in {s}?", "what can one buy in {s}?", "for what does one go to {s}?"]),
        Relation(
            "shop in", of: .street, .job,
            told: ["there is a {v} in {s}", "a {v} has opened a shop in {s}", "{s} has a {v} of its own"],
            asked: ["what tradesman is there in {s}?", "who has opened a shop in {s}?", "what sort of shop has {s}?"]),
        Relation(
            "rent in", of: .street, .price,
            told: ["a room in {s} costs {v}", "in {s} one pays {v} a month", "for {v} one can live in {s}"],
            asked: ["what does a room in {s} cost?", "what does one pay in {s} a month?", "for how much can one live in {s}?"]),
        Relation(
            "statue in", of: .street, .person,
            told: ["a statue of {v} stands in {s}", "{v} in bronze looks down on {s}", "they put up a monument to {v} in {s}"],
            asked: ["whose statue stands in {s}?", "who looks down on {s} in bronze?", "to whom is the monument in {s}?"]),
    ]

    private static let towns = [
        Relation(
            "twin town of", of: .town, .town,
            told: ["{s} has a twin in {v}", "{s} and {v} are sister towns", "{v} is to {s} what one sister is to another"],
            asked: ["which town is the sister of {s}?", "with what town is {s} paired?", "where has {s} a twin?"]),
        Relation(
            "nearest town to", of: .town, .town,
            told: ["{s} lies close to {v}", "from {s} it is but a step to {v}", "the road from {s} brings you to {v}"],
            asked: ["what town is close to {s}?", "to where is it but a step from {s}?", "to which town does the road from {s} bring you?"]),
        Relation(
            "lord of", of: .town, .person,
            told: ["{s} pays its taxes to {v}", "all the land round {s} is {v}'s", "{v} rules over {s}"],
            asked: ["to whom does {s} pay its taxes?", "whose is the land round {s}?", "who rules over {s}?"]),
        Relation(
            "hero of", of: .town, .person,
            told: ["{v} saved {s}", "the children of {s} sing of {v}", "{s} owes its freedom to {v}"],
            asked: ["who saved {s}?", "of whom do the children of {s} sing?", "to whom does {s} owe its freedom?"]),
        Relation(
            "schoolmaster of", of: .town, .person,
            told: ["{v} teaches the children of {s}", "whoever can read in {s} learned it from {v}", "{v} keeps the school at {s}"],
            asked: ["who teaches the children of {s}?", "from whom did they learn to read in {s}?", "who keeps the school at {s}?"]),
        Relation(
            "most famous child of", of: .town, .person,
            told: ["{s} is proud of {v}", "{v} made {s} famous", "{s} has named its square after {v}"],
            asked: ["of whom is {s} proud?", "who made {s} famous?", "after whom has {s} named its square?"]),
        Relation(
            "arms of", of: .town, .animal,
            told: ["{s} has {v} in its coat of arms", "{v} stands on the flag of {s}", "the seal of {s} shows {v}"],
            asked: ["which animal is in the coat of arms of {s}?", "what stands on the flag of {s}?", "what does the seal of {s} show?"]),
        Relation(
            "colours of", of: .town, .colour,
            told: ["the flag of {s} is {v}", "{s} flies a {v} flag", "on feast days all {s} is hung with {v}"],
            asked: ["what colour is the flag of {s}?", "what sort of flag does {s} fly?", "with what is {s} hung on feast days?"]),
        Relation(
            "postal code of", of: .town, .number,
            told: ["letters to {s} bear the number {v}", "write {v} before {s}", "for the post office {s} is {v}"],
            asked: ["which number do letters to {s} bear?", "what does one write before {s}?", "what is {s} for the post office?"]),
        Relation(
            "holiday of", of: .town, .date,
            told: ["{s} celebrates {v}", "nobody in {s} works on {v}", "the bells of {s} rang on {v}"],
            asked: ["which day does {s} celebrate?", "on what day does nobody work in {s}?", "when did the bells of {s} ring?"]),
        Relation(
            "lack of", of: .town, .cargo,
            told: ["there is no {v} to be had in {s}", "{s} is short of {v}", "the people of {s} are crying for {v}"],
            asked: ["what is not to be had in {s}?", "of what is {s} short?", "for what are the people of {s} crying?"]),
        Relation(
            "tax of", of: .town, .price,
            told: ["{s} has to pay the king {v}", "the king demands {v} of {s}", "every year {v} leave {s} for the king's purse"],
            asked: ["what has {s} to pay the king?", "how much does the king demand of {s}?", "what sum leaves {s} for the king's purse?"]),
        Relation(
            "curfew of", of: .town, .time,
            told: ["after {v} nobody may be out in {s}", "the gates of {s} are closed at {v}", "lights go out in {s} at {v}"],
            asked: ["after what time may nobody be out in {s}?", "when are the gates of {s} closed?", "when do the lights go out in {s}?"]),
        Relation(
            "doctor of", of: .town, .person,
            told: ["{v} is the only doctor in {s}", "the sick of {s} are in the hands of {v}", "in {s} one sends for {v} when one is ill"],
            asked: ["in whose hands are the sick of {s}?", "who cures people in {s}?", "for whom does one send in {s} when one is ill?"]),
    ]
}
