/// Families, homes and habits, asked for in other words than they are told in.
extension Relation {
    static let households = family + company + habits + bodyAndMind + lodging

    private static let family = [
        Relation(
            "father of", of: .person, .person,
            told: [
                "{s} is the child of {v}", "{v} brought {s} into the world and brought {s} up", "{v} is {s}'s old man",
                "{s} calls {v} papa",
            ],
            asked: ["whose child is {s}?", "who is {s}'s parent?", "who is the father that {s} has?", "from whom is {s} descended?"]),
        Relation(
            "mother of", of: .person, .person,
            told: ["{v} gave birth to {s}", "{s} was born to {v}", "{v} rocked {s} in the cradle", "{s} is the firstborn of {v}"],
            asked: ["who gave birth to {s}?", "who is {s}'s mother?", "whose firstborn is {s}?", "who rocked {s} in the cradle?"]),
        Relation(
            "sister of", of: .person, .person,
            told: ["{v} and {s} had the same parents", "{v} is a sister to {s}", "{s} shared a nursery with {v}, the sister"],
            asked: ["who is {s}'s sister?", "who shared a nursery with {s}?", "with whom did {s} have the parents in common?"]),
        Relation(
            "uncle of", of: .person, .person,
            told: ["{s} is the nephew of {v}", "{s} is {v}'s niece", "{v} is the brother of {s}'s mother", "{s} calls {v} uncle"],
            asked: ["who is {s}'s uncle?", "whose nephew is {s}?", "whom does {s} call uncle?", "to whom is {s} a niece?"]),
        Relation(
            "grandfather of", of: .person, .person,
            told: [
                "{s} is the grandchild of {v}", "{v} is two generations older than {s}, in the same line",
                "{s} sat on the knee of {v}, the old man",
            ],
            asked: ["whose grandchild is {s}?", "who is {s}'s grandfather?", "on whose knee did {s} sit?"]),
        Relation(
            "cousin of", of: .person, .person,
            told: ["{s} and {v} are cousins", "{v} is a cousin of {s}'s", "the mothers of {s} and {v} were sisters"],
            asked: ["who is {s}'s cousin?", "to whom is {s} a cousin?", "whose mother was the sister of {s}'s?"]),
        Relation(
            "godfather of", of: .person, .person,
            told: ["{v} stood godfather to {s}", "{v} held {s} at the font", "{s} is the godchild of {v}"],
            asked: ["who stood godfather to {s}?", "who held {s} at the font?", "whose godchild is {s}?"]),
        Relation(
            "guardian of", of: .person, .person,
            told: ["{s} is the ward of {v}", "after the parents died {v} brought up {s}", "{s} was left to the care of {v} as an orphan"],
            asked: ["whose ward is {s}?", "who brought up {s}?", "who took {s} in as an orphan?"]),
        Relation(
            "eldest son of", of: .person, .person,
            told: ["{v} is the heir that {s} brought up", "{s} named the first boy {v}", "{v}, the eldest, calls {s} father"],
            asked: ["what did {s} name the first boy?", "who is {s}'s eldest?", "who calls {s} father?"]),
        Relation(
            "twin of", of: .person, .person,
            told: ["{s} and {v} are twins", "nobody can tell {s} from {v}", "{v} was born an hour after {s}, of the same mother"],
            asked: ["who is {s}'s twin?", "from whom can nobody tell {s}?", "who was born an hour after {s}?"]),
    ]

    private static let company = [
        Relation(
            "enemy of", of: .person, .person,
            told: ["{s} hates {v}", "{v} is the sworn enemy of {s}", "{s} cannot bear the sight of {v}", "{s} has fallen out with {v}"],
            asked: ["whom does {s} hate?", "who is {s}'s enemy?", "whose sight can {s} not bear?", "with whom is {s} at odds?"]),
        Relation(
            "neighbour of", of: .person, .person,
            told: ["{s} lives next door to {v}", "only a hedge parts {s} from {v}", "{v} has the house beside that of {s}"],
            asked: ["who lives next door to {s}?", "who is {s}'s neighbour?", "beside whom does {s} live?"]),
        Relation(
            "partner of", of: .person, .person,
            told: ["{s} went into business with {v}", "{v} and {s} share the profits", "{s} has joined forces with {v}"],
            asked: ["with whom did {s} go into business?", "who is {s}'s partner?", "with whom does {s} share the profits?"]),
        Relation(
            "correspondent of", of: .person, .person,
            told: ["{s} writes to {v} every week", "{v} gets a letter from {s} by every post", "{s} exchanges letters with {v}"],
            asked: ["to whom does {s} write?", "who gets letters from {s}?", "with whom does {s} correspond?"]),
        Relation(
            "secret love of", of: .person, .person,
            told: [
                "{s} is in love with {v}", "{s} has lost the heart to {v}", "{v} is the one {s} dreams of", "{s} adores {v} in silence",
            ],
            asked: ["with whom is {s} in love?", "whom does {s} love?", "whom does {s} adore?", "who has won the heart of {s}?"]),
        Relation(
            "servant of", of: .person, .person,
            told: ["{v} waits on {s}", "{s} is served by {v}", "{v} carries {s}'s bags and opens the door", "{v} is in {s}'s pay"],
            asked: ["who waits on {s}?", "who serves {s}?", "by whom is {s} served?", "whom does {s} pay for service?"]),
        Relation(
            "lawyer of", of: .person, .person,
            told: ["{v} pleads for {s} in court", "{s} is represented by {v}", "{s} has put the case into the hands of {v}"],
            asked: ["who represents {s}?", "who pleads for {s} in court?", "into whose hands has {s} put the case?"]),
        Relation(
            "travelling companion of", of: .person, .person,
            told: ["{s} travels together with {v}", "{s} shared the carriage with {v}", "{v} went along with {s} on the journey"],
            asked: ["with whom does {s} travel?", "who shared the carriage with {s}?", "who went on the journey with {s}?"]),
        Relation(
            "opponent of", of: .person, .person,
            told: ["{s} played chess against {v}", "{s} fought a duel with {v}", "{v} faced {s} in the match"],
            asked: ["against whom did {s} play?", "whom did {s} fight?", "who faced {s}?"]),
        Relation(
            "idol of", of: .person, .person,
            told: ["{s} wants to be like {v}", "{s} tries to do everything as {v} does it", "{v} is the model that {s} follows"],
            asked: ["like whom does {s} want to be?", "whom does {s} imitate?", "whose example does {s} follow?"]),
    ]

    private static let habits = [
        Relation(
            "hobby of", of: .person, .thing,
            told: ["{s} spends every free hour with {v}", "{s} cannot be parted from {v}", "on Sundays {s} brings out {v}"],
            asked: ["with what does {s} spend the free hours?", "what occupies {s} on Sundays?", "from what can {s} not be parted?"]),
        Relation(
            "drink of", of: .person, .cargo,
            told: ["{s} never dines without {v}", "{s} asks for {v} at every inn", "give {s} {v}, and all is well"],
            asked: ["what does {s} ask for at the inn?", "without what does {s} never dine?", "what makes {s} content?"]),
        Relation(
            "allergy of", of: .person, .cargo,
            told: ["{s} cannot stand {v}", "{v} makes {s} ill", "the doctor forbade {s} {v}"],
            asked: ["what makes {s} ill?", "what can {s} not stand?", "what did the doctor forbid {s}?"]),
        Relation(
            "walk of", of: .person, .town,
            told: ["{s} walks to {v} and back every morning", "every morning takes {s} to {v}", "you may meet {s} on the road to {v}"],
            asked: [
                "where does {s} walk every morning?", "to which town does {s} go on foot?", "on the road to what town may one meet {s}?",
            ]),
        Relation(
            "church of", of: .person, .room,
            told: ["{s} prays in {v}", "{s} kneels down in {v} every evening", "{v} is where {s} says the prayers"],
            asked: ["where does {s} pray?", "in what place does {s} kneel?", "where are {s}'s prayers said?"]),
        Relation(
            "bet of", of: .person, .animal,
            told: ["{s} put money on {v}", "{s} is sure that {v} will win", "{s} backed {v} at the races"],
            asked: ["on which animal did {s} bet?", "what does {s} think will win?", "which animal did {s} back?"]),
        Relation(
            "treasure of", of: .person, .thing,
            told: ["{s} would not part with {v} for the world", "nothing is dearer to {s} than {v}", "{s} keeps {v} under lock and key"],
            asked: ["what is dearest to {s}?", "what does {s} prize most?", "with what would {s} never part?"]),
        Relation(
            "hiding place of", of: .person, .place,
            told: ["{s} crouched {v}", "{s} was hiding {v}", "they found {s} {v}", "nobody saw that {s} was {v}"],
            asked: ["where did {s} hide?", "where was {s} found?", "where did {s} crouch?"]),
        Relation(
            "seat of", of: .person, .place,
            told: ["{s} sat {v}", "{s} took a seat {v}", "{s} was sitting {v}"],
            asked: ["where did {s} sit?", "where did {s} take a seat?", "where was {s} sitting?"]),
        Relation(
            "gift to", of: .person, .thing,
            told: ["{s} was given {v}", "{s} got {v} for Christmas", "they presented {s} with {v}", "{v} was what {s} unwrapped"],
            asked: ["what was {s} given?", "which present did {s} get?", "with what was {s} presented?", "what did {s} unwrap?"]),
        Relation(
            "loss of", of: .person, .thing,
            told: ["{s} has lost {v}", "{s} is missing {v}", "{v} was stolen from {s}", "{s} had to give up {v}"],
            asked: ["what has {s} lost?", "what is {s} missing?", "of what was {s} robbed?", "what does {s} no longer have?"]),
        Relation(
            "weapon of", of: .person, .thing,
            told: ["{s} was armed with {v}", "{s} defended the door with {v}", "{v} was all {s} had to fight with"],
            asked: ["with what was {s} armed?", "what did {s} fight with?", "what did {s} use to defend the door?"]),
    ]

    private static let bodyAndMind = [
        Relation(
            "temperature of", of: .person, .count,
            told: ["{s} has a fever of {v} degrees", "the thermometer showed {v} for {s}", "{s} is burning with {v} degrees"],
            asked: ["how much fever has {s}?", "what did the thermometer show for {s}?", "how many degrees has {s}?"]),
        Relation(
            "hair colour of", of: .person, .colour,
            told: ["{s} has {v} hair", "the locks of {s} are {v}", "{s} dyed the hair {v}"],
            asked: ["what colour is {s}'s hair?", "of what colour are the locks of {s}?", "what colour did {s} dye the hair?"]),
        Relation(
            "eye colour of", of: .person, .colour,
            told: ["{s} looks at the world out of {v} eyes", "{s} has {v} eyes", "the eyes of {s} are {v}"],
            asked: ["what colour are {s}'s eyes?", "out of what eyes does {s} look?", "of which colour are the eyes of {s}?"]),
        Relation(
            "coat colour of", of: .person, .colour,
            told: ["{s} came in a {v} coat", "{s} put on something {v}", "you will know {s} by the {v} coat"],
            asked: ["what colour was the coat {s} came in?", "by what colour will you know {s}?", "in which colour was {s} dressed?"]),
        Relation(
            "fear of", of: .person, .thing,
            told: ["{s} trembles at the sight of {v}", "{v} frightens {s}", "{s} runs from {v}"],
            asked: ["what frightens {s}?", "at the sight of what does {s} tremble?", "from what does {s} run?", "of what is {s} scared?"]),
        Relation(
            "injury of", of: .person, .animal,
            told: ["{s} was bitten by {v}", "{v} hurt {s}", "{s} still bears the scar that {v} left"],
            asked: ["by what was {s} bitten?", "which animal hurt {s}?", "from what does {s} have a scar?"]),
        Relation(
            "study of", of: .person, .word,
            told: ["{s} is learning {v}", "{s} reads books on {v}", "{s} knows all there is to know about {v}"],
            asked: ["what is {s} learning?", "what does {s} study?", "on what is {s} an expert?"]),
        Relation(
            "last words of", of: .person, .word,
            told: ["{s} died with {v} on the lips", "before dying {s} murmured {v}", "{v} was all that {s} could still say"],
            asked: ["what did {s} murmur before dying?", "with what on the lips did {s} die?", "what was the last that {s} said?"]),
        Relation(
            "motto of", of: .person, .word,
            told: ["{s} lives by the motto {v}", "{s} had {v} carved over the door", "{s} likes to say {v}"],
            asked: ["by what motto does {s} live?", "what does {s} like to say?", "what did {s} have carved over the door?"]),
    ]

    private static let lodging = [
        Relation(
            "landlord of", of: .person, .person,
            told: ["{s} rents a room from {v}", "{v} lets rooms to {s}", "{s} pays the rent to {v}", "{s} is a lodger of {v}'s"],
            asked: ["from whom does {s} rent?", "to whom does {s} pay the rent?", "who is {s}'s landlord?", "who lets to {s}?"]),
        Relation(
            "house number of", of: .person, .count,
            told: ["{s} lives at number {v}", "on {s}'s door stands {v}", "the postman brings {s}'s letters to number {v}"],
            asked: ["at which number does {s} live?", "what number is on {s}'s door?", "to what number do {s}'s letters go?"]),
        Relation(
            "birthplace of", of: .person, .town,
            told: ["{v} is where {s} was born", "the cradle of {s} stood in {v}", "{s} first drew breath in {v}"],
            asked: ["where was {s} born?", "where did the cradle of {s} stand?", "in what town did {s} first draw breath?"]),
        Relation(
            "grave of", of: .person, .town,
            told: ["{s} is buried in {v}", "{s} lies in the churchyard of {v}", "they laid {s} to rest at {v}"],
            asked: ["where is {s} buried?", "in which churchyard does {s} lie?", "where was {s} laid to rest?"]),
        Relation(
            "school of", of: .person, .town,
            told: ["{s} went to school in {v}", "{s} learned to read in {v}", "{v} is where {s} sat on the school bench"],
            asked: ["where did {s} go to school?", "in which town did {s} learn to read?", "where was {s} a pupil?"]),
        Relation(
            "destination of", of: .person, .town,
            told: ["{s} has gone off to {v}", "{s} took the coach to {v}", "{s} is travelling to {v}", "{s} bought a ticket to {v}"],
            asked: [
                "where has {s} gone?", "to which town did {s} take the coach?", "where is {s} travelling?",
                "for what town did {s} buy a ticket?",
            ]),
        Relation(
            "prison of", of: .person, .town,
            told: ["{s} sits in jail at {v}", "they locked {s} up in {v}", "{s} was held captive in {v}"],
            asked: ["where is {s} in jail?", "where did they lock {s} up?", "in what town was {s} a prisoner?"]),
        Relation(
            "summer residence of", of: .person, .town,
            told: ["{s} spends the summer in {v}", "in June {s} always moves to {v}", "when it is hot {s} stays at {v}"],
            asked: ["where does {s} spend the summer?", "where does {s} move in June?", "where does {s} stay when it is hot?"]),
    ]
}
