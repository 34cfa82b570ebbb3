import Training

/// Words and names that benchmarks make their lines of, each once.
struct WordList {
    private var drawn: Set<String> = []
    private var unused: [String] = []
    private let pattern: Pattern

    /// What the words are like.
    enum Pattern {
        /// "quiet-harbour".
        case compounds
        /// Common words as long as there are some, then made-up ones.
        case singles
        /// So many random letters, from the first one on.
        case letters(Int, from: Unicode.Scalar)
        /// Seven digits.
        case numbers
        /// "1e9b23bc-50c7-4006-b14d-3441b8a6171f", version 4.
        case identifiers
    }

    init(_ pattern: Pattern) { self.pattern = pattern }

    /// One that has not been drawn before.
    mutating func draw(_ random: inout CorpusRandom) -> String {
        var length = 2
        while true {
            let word = candidate(length: length, &random)
            if drawn.insert(word).inserted { return word }
            // Among longer ones there are more that are new.
            length += 1
        }
    }

    private mutating func candidate(length: Int, _ random: inout CorpusRandom) -> String {
        switch pattern {
        case .compounds:
            ([random.pick(Self.adjectives)] + (1..<length).map { _ in random.pick(Self.nouns) }).joined(separator: "-")
        case .singles:
            single(length: length, &random)
        case .letters(let count, let first):
            String(
                String.UnicodeScalarView((0..<count).map { _ in Unicode.Scalar(UInt8(first.value) + UInt8(random.below(26))) }))
        case .numbers:
            String(random.within(1_000_000...9_999_999))
        case .identifiers:
            Self.identifier(&random)
        }
    }

    private mutating func single(length: Int, _ random: inout CorpusRandom) -> String {
        if drawn.isEmpty {
            unused = Self.adjectives + Self.nouns
            random.shuffle(&unused)
        }
        return unused.popLast() ?? (0..<length).map { _ in random.pick(Self.syllables) }.joined()
    }

    private static func identifier(_ random: inout CorpusRandom) -> String {
        var bytes = (0..<2).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}

extension WordList {
    private static func words(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }

    private static let adjectives = words(
        """
        able absent active aged agile airy alert ample ancient angry apt arid awake aware bare basic bold brave brief bright brisk broad busy \
        calm candid careful casual cheap chief chilly civil clean clear clever close coarse cold common cool costly crisp cruel curious daily \
        damp daring dear deep dense dim direct distant double dry dull eager early earnest easy elder elegant empty entire equal exact exotic \
        faint fair faithful false famous fancy fast fierce fine firm first fit flat fluent foggy fond formal frail frank free fresh frosty \
        full funny gallant gaunt gentle giant glad gloomy good graceful grand grave great grim hardy harsh hasty heavy high hollow honest \
        hot huge humble hungry icy ideal idle inner jolly keen kind large last late lazy lean light likely little lively local lofty lonely \
        long loose loud loyal lucky mellow merry mighty mild minor misty modern modest moral narrow native neat new nimble noble noisy novel \
        obvious odd old open outer pale patient plain polite poor precise pretty prime proper proud prudent pure quaint quick quiet rapid \
        rare raw ready real regal rich rigid ripe robust rough round royal rude rural sacred sad safe scarce secret serene severe shallow \
        sharp shiny short shy silent simple sleepy slim slow sly small smart smooth sober soft solid sour spare stable stale steep stern \
        stiff still stormy stout strange strict strong sturdy subtle sudden sunny super sweet swift tall tame tart tender tense thick thin \
        tidy tight tiny tired tough true upper urban urgent useful usual vague vain valid vast vital vivid warm wary weak weary wet whole \
        wide wild windy wise witty young zealous
        """)
    private static let nouns = words(
        """
        abbey acorn actor agent album alley anchor answer apple apron arch arena arrow artist ash attic author autumn bakery ballad banner \
        barley barrel basin basket beach beacon bean bell bench berry bishop blanket blossom board bottle boulder bowl branch bread breeze \
        brick bridge brook brush bucket builder butter button cabin cable camera camp canal candle canvas canyon captain carpet castle cave \
        cellar chain chair chalk chapel chart cherry chest chimney church circle citizen cliff clock cloth cloud clover coach coast cobbler \
        coffee collar comet compass copper corner cottage cotton council course court cousin cradle crane crater creek crown crystal cup \
        curtain custom dairy dance dawn debate deer desert desk dinner dish doctor dolphin donkey door dragon drawer dream dress drum duke \
        eagle echo editor elbow elm ember engine estate evening fabric falcon farmer feather fence ferry fiddle field finger flame flask \
        fleet flock flour flower flute folder forest fort fountain fox frame garden gate gift glacier glass glove goat goose grape gravel \
        guard guest guitar hammer harbour harvest hat hawk hazel hedge helmet herald hill hinge honey horizon horn horse hotel hour house \
        inlet island ivory jacket jewel journal judge jungle kettle key kitchen kite knight ladder lake lamp lantern latch lawn leaf ledger \
        lemon letter lever library lily linen lion lodge loom magnet manor maple marble market marsh mason meadow medal melody merchant \
        meteor mill miner mirror mist mole monk moon mortar moth motor mountain museum napkin needle nest notebook oak oar oasis ocean olive \
        onion orbit orchard organ otter oven owl paddle palace panel paper parade parcel park parrot path pearl pebble pencil pepper piano \
        picture pigeon pillar pillow pilot pine planet plaza plough pocket poet pond poplar portrait potter prairie prince printer puzzle \
        quarry quarter quilt rabbit raft railway raven record reef ribbon ridge river robin rocket rope rose rudder saddle sailor salmon sand \
        satin scarf scholar school scroll season shadow shepherd shield shore signal silver singer sister sky sleeve smoke snow soldier song \
        spark sparrow spice spider spoon spring spruce square squirrel stable stage stair statue steamer stone storm stove stream street \
        student summer sunset swan table tailor teacher temple tent theatre thimble thunder ticket tiger timber toast torch tower town trail \
        train treasure trumpet tulip tunnel turtle uncle valley vessel village violin voyage wagon walnut water weaver whale wheat wheel \
        whistle willow window winter wizard wolf wool writer yard
        """)
    private static let syllables = words(
        """
        ba be bi bo bra bu ca ce cho cla co da de di dor dra du el en fa fe fi flo for ga ge gi gra ha hel hi ho in ja ka ke ki la le li lo lu \
        ma me mi mo mu na ne ni no pa pe pi pla po pra qua ra re ri ro sa se shi so sta su ta te ti to tra tu va ve vi vo wa we wi yo za zi
        """)
}
