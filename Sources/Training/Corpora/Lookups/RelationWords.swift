/// What relations are made of that are made up on the spot: nouns, verbs and what goes with them. None of the words of the relations that are
/// held out is among them.
enum RelationWords {
    static let nouns = words(
        """
        accent agent aim ally ancestor anniversary anthem area army arrival badge balance banker berth bishop border boundary bounty breadth \
        breakfast breed budget button capacity cause ceremony chairman chapel chapter charge class clause clerk club college column \
        command company condition corner cousin creditor crest crew crime crop crossing cure current date deadline debt debtor degree delay \
        departure deposit depth deputy destination destiny direction dish distance dose duty emblem end enemy entry errand fate \
        festival fine flag flavour friend frontier game gem gift goal grade guardian guest guide habit harvest heir hobby holiday hour \
        hymn illness index ingredient instruction instrument interpreter judge label landlord language law lawyer league legend lender \
        letter level limit line lining loan loss lot margin master measure medicine message messenger metal method minister moon mood \
        motto nephew neighbour neighbourhood number oath offer officer order origin outcome page parish partner passenger patron pattern \
        payment pension physician planet platform poem portion post prayer pressure prize profit promise property proverb punishment pupil \
        purpose quarter quota rank rate ration reason recipe record regiment relative remedy rent result reward riddle rival road route row \
        rule rumour salary saint school scent score seal season seat secret secretary section sentence servant shade shape share shelf \
        signal skill slot smell society song sound source species speed sponsor spice stamp star station status steward stone story street \
        subject successor supplier surname symbol symptom talent target taste tax temperature tenant term texture thickness tide title token \
        tone tool total train treasurer treatment tribe trick tune uncle value variety verdict verse victim visitor voice volume wage \
        warning weapon weather week widow width wind witness word worth zone
        """)

    /// What may stand before a noun, so that one thing has several of a kind.
    static let modifiers = words(
        """
        actual agreed autumn back best broken common daily early evening expected false final first former front future hidden highest inner \
        last late left legal local lowest main midday monthly morning natural new next night northern official old only ordinary original \
        outer own particular personal present previous printed private proper public real regular right second secret silver southern spare \
        special spoken spring summer third true upper usual weekly western whole winter written yearly
        """)

    /// Verbs that say what somebody does with something, all of them regular.
    static let transitive = words(
        """
        abandon accept accompany admire adopt advertise alter approve arrange assemble attack auction avoid bless blame borrow capture carve \
        chart charter clean collect compose conduct conquer construct copy correct cover crown cultivate decorate dedicate defend \
        deliver demand deposit describe destroy detain detest dictate direct discover display donate dread edit employ enclose endorse \
        engrave enlarge escort establish examine exchange exhibit explore fasten fetch finance finish follow forge frame furnish gather \
        guard handle haul heat hire honour illustrate imitate import improve inherit inspect install introduce invent investigate judge label \
        lease lift load lower maintain manage mend mention mock mount neglect nurse observe obtain occupy offer open operate organise own \
        pack paint patent pawn perform photograph plant plaster please poison polish possess praise prepare present preserve print promise \
        promote protect publish pull purchase pursue raise reach receive recommend record recover redeem reform refuse release remember \
        remove rename rent repair replace represent request rescue reserve restore return reveal review reward ruin rule salute search \
        select serve settle shape share shelter shield sign sketch smuggle sponsor store suggest supervise supply support survey threaten \
        touch trace train translate transport treasure trust tune unload value varnish visit warn wash watch welcome whitewash witness \
        worship
        """
    )

    /// Verbs that need a preposition, all of them regular.
    static let intransitive = words(
        """
        aim appear arrive attach belong border climb connect crawl depend descend drain drift end escape face fasten float flow gaze glance \
        hail happen hope hurry join knock lean limp listen look march match merge move open pass play point pray quarrel rely remain reply \
        respond rest retire return revolve rhyme roll rush sail search settle sound spread start stay stretch struggle suffer surrender \
        touch trade travel trust turn vanish vote wait walk wander watch wish work yield
        """)
    static let prepositions = words(
        "about above across after against ahead_of along among around at before behind below beside beyond by for from inside into like near of on opposite over past to towards under until upon with within without"
    ).map { $0.replacing("_", with: " ") }

    /// Adjectives with the noun that says how much of it there is.
    static let measures: [(adjective: String, noun: String)] = [
        ("wide", "width"), ("deep", "depth"), ("thick", "thickness"), ("broad", "breadth"), ("heavy", "weight"), ("old", "age"),
        ("strong", "strength"), ("warm", "warmth"), ("far", "distance"), ("fast", "speed"), ("steep", "steepness"), ("large", "area"),
        ("loud", "loudness"), ("bright", "brightness"), ("hard", "hardness"), ("distant", "distance"), ("sweet", "sweetness"),
        ("cold", "coldness"), ("big", "bigness"), ("late", "delay"), ("popular", "popularity"), ("salty", "saltiness"),
    ]
    static let units = words(
        """
        acres barrels bottles bricks bushels centimetres days degrees fathoms furlongs gallons grains hands hours inches knots leagues \
        litres metres miles minutes months pints points pounds rods rooms seats sheets steps stones tons weeks windows yards years
        """)

    static let groups = words(
        """
        bakers boatmen boys children cooks farmers fishermen girls guests hunters lawyers locals miners monks neighbours officers pedlars \
        pilgrims poets pupils reporters rivals sailors scholars servants shepherds soldiers strangers students teachers tenants travellers \
        villagers visitors workmen
        """)
    static let speakers = words(
        """
        baker bishop brother captain clerk coachman cook cousin doctor driver farmer father gardener grandfather grandmother guard guide judge \
        landlady landlord lawyer librarian mayor messenger mother nephew nurse officer pedlar porter priest sailor schoolmaster sergeant \
        servant sister stranger teacher traveller uncle visitor waiter widow witness
        """)

    static let onsets = words(
        "b bl br ch cl cr d dr f fl fr g gl gr h j k kl kn l m n p pl pr qu r s sh sk sl sm sn sp st str sw t th tr tw v w wh y z")
    static let vowels = words("a e i o u a e i o u ai ee oa oo ou ea")
    static let codas = words("b ck d f g ll lt m mp n nd ng nk nt p r rd rk rm rn rt sh sk sp ss st t th v x zz")

    /// A word that there is not.
    static func madeUp(_ random: inout CorpusRandom) -> String {
        var word = random.pick(onsets) + random.pick(vowels)
        for _ in 0..<random.below(2) { word += random.pick(onsets) + random.pick(vowels) }
        return word + random.pick(codas)
    }

    /// A verb of the list, or one that there is not.
    static func verb(_ known: [String], _ random: inout CorpusRandom) -> RegularVerb {
        RegularVerb(base: random.chance(0.3) ? madeUp(&random) : random.pick(known))
    }

    private static func words(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }
}

/// A regular verb's forms.
struct RegularVerb {
    let base: String

    private static let vowels = Set("aeiou")
    private var endsInConsonantAndY: Bool { base.hasSuffix("y") && base.dropLast().last.map { !Self.vowels.contains($0) } == true }
    private var stem: String { base.hasSuffix("e") ? String(base.dropLast()) : base }

    /// "she carries"
    var third: String {
        if endsInConsonantAndY { return base.dropLast() + "ies" }
        return ["s", "x", "z", "ch", "sh"].contains { base.hasSuffix($0) } ? base + "es" : base + "s"
    }
    /// "she carried"
    var past: String { endsInConsonantAndY ? base.dropLast() + "ied" : stem + "ed" }
    /// "carrying"
    var gerund: String { (base.hasSuffix("ee") ? base : stem) + "ing" }
    /// "a carrier"
    var agent: String { endsInConsonantAndY ? base.dropLast() + "ier" : stem + "er" }
}
