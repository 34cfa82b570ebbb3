/// What values, names and things are made of. Each list is combined with others, so that what comes out is one of very many.
enum LookupWords {
    static let firstNameBeginnings = words(
        """
        Al An Ar Be Bel Bran Cal Car Cla Cor Da Dor Ed El Em Er Fa Fen Flo Gar Gil Gre Han Har Hes Ida Is Jas Jo Jon Kat Ker Lau Le Lo Lu \
        Mal Mar Mi Mo Nan Nel No Ol Or Pe Phi Qui Ra Ro Ros Sa Sel Si Ta Tam The Tho Ul Va Ve Wil Wi Yo Za
        """)
    static let firstNameEndings = words(
        "a an bert da dan den dred el ena eth fred ia ick ie in ina ine is la lan len lia lin lo mas mina na ned nor on ra ric rin s sa son tin ton vin"
    )
    static let familyBeginnings = words(
        """
        Ash Back Barn Beck Black Bram Brook Carn Clay Cold Cran Dale Elder Fair Farn Finch Gold Green Grim Hale Harg Hart Hath Hazel Heath \
        Hol Horn Kel Kirk Lang Lark Lind Lock Mar Mere Mill Moor Nor Oak Pen Quill Raven Red Rock Rush Shaw Stan Stone Stur Thorn Tor Under \
        Wad Wain Wes Whit Win Wood Wyn Yar
        """)
    static let familyEndings = words(
        "bridge brook bury by cliff combe cott croft dale den don field ford gate ham hart hurst land leigh ley man more ridge row shaw son stead stone thorpe ton wall ward way well wick wood worth"
    )
    static let townBeginnings = words(
        "Aber Ald Ban Bir Bles Bor Bur Cal Cas Cul Dar Dun East Ell Fal Gran Hal Hex Ing Kel Kings Lam Lan Long Mel Mid Nor Pad Pol Queens Rad San Sel Sil Stan Tar Tre Up Ver Wal Wen West Wic Wol Yel"
    )
    static let syllables = words(
        """
        ba be bi bo bu da de di do dra dru fa fe fi fo gar gel gin gor ha hel hin ja jo ka kel kin kor la le li lo lu ma mel mi mo mun na ne \
        ni nor pa pel pi pra qua ra rel ri ro run sa sel shi sil so sten ta tel ti to tra tum va vel vi vor wa wen wi ya yor za zel zi
        """)
    static let adjectives = words(
        """
        amber ancient bitter black blue brass bright broken bronze calm carved clever cold copper cracked crimson crooked curious damp dark \
        distant double dusty early eastern empty faded fallen famous first forgotten frozen gentle gilded glass golden grand green grey heavy \
        hidden hollow iron ivory jade last late leaden little lonely long lost lower marble middle mossy narrow new noble northern old open \
        outer pale painted patient plain polished proud purple quiet red ruined rusty sandy scarlet second secret sharp silent silver simple \
        slow small smooth southern spotted steep stone striped tall third tidy tin upper velvet violet western white wide wild winter wooden \
        yellow young
        """)
    static let animals = words(
        """
        badger bear beaver bee bull calf camel cat cricket crow deer dog donkey dove eagle eel falcon ferret finch fox frog goat goose hare \
        hawk hedgehog heron horse hound jay kestrel lamb lark lion lynx magpie mare mole moth mouse mule newt otter owl ox panther parrot \
        pigeon pony rabbit ram raven robin salmon seal shark sparrow spider squirrel stag stork swallow swan tiger toad trout turtle viper \
        walrus wasp weasel whale wolf wren
        """)
    static let things = words(
        """
        almanac anchor apron axe bag basket bell blanket book boot bottle bowl box bracelet brooch broom bucket button candle cane cap card \
        carpet chain chair chest clock cloak coat coin comb compass crown cup cushion dagger desk diary doll drum envelope fan feather fiddle \
        flag flask flute fork glove goblet hammer harp hat helmet hook horn jacket jar jewel jug kettle key kite knife ladder lamp lantern \
        ledger letter lock locket map mask medal mirror mug necklace needle newspaper oar orange painting pan parcel pear pen pencil pipe \
        plate pouch purse quilt rake razor ribbon ring robe rope sack saddle sail saw scarf scissors scroll shawl shoe sickle spade spoon \
        stamp statue stool sword teapot telescope ticket torch towel tray trumpet umbrella vase violin wallet watch wheel whip whistle
        """)
    static let rooms = words(
        """
        attic barn bathroom bedroom boathouse cellar chapel church cloakroom conservatory corridor courtyard dairy dungeon forge garden \
        granary greenhouse hall hallway kitchen larder laundry library market mill nursery office orchard pantry parlour pavilion pier porch \
        schoolroom scullery shed stable station studio study tavern theatre tower vault veranda workshop yard
        """)
    static let guarded = words(
        """
        archive armoury barrier boathouse bridge cabinet camp cellar chamber chapel chest club cottage council court crypt depot door drawer \
        dungeon elevator factory fort fortress gallery garden gate granary harbour house hut laboratory library lighthouse locker lodge mill \
        mine museum office observatory passage pavilion port prison quarry safe shed shelter signal station stockroom storehouse strongbox \
        tower trapdoor treasury tunnel vault vestry wall warehouse well wharf workshop yard
        """)
    static let vessels = words(
        "barge barque boat brig clipper cutter ferry frigate galley ketch lugger packet schooner ship sloop steamer trawler tug whaler yacht"
    )
    static let cargoes = words(
        """
        apples barley beans beeswax bricks butter candles cheese cider clay coal cod coffee copper cork corn cotton figs fish flax flour glass \
        granite hay hemp herring hides honey hops indigo iron ivory lamps lead leather lemons linen marble molasses nails oats oil olives \
        onions oranges paper pepper pitch porcelain potatoes rice rope rum rye saffron salt sand silk slate soap spice sugar sulphur tallow \
        tar tea tiles timber tin tobacco turnips vinegar walnuts wax wheat wine wool
        """)
    static let jobs = words(
        """
        actor baker barber beekeeper blacksmith bookbinder brewer builder butcher carpenter carter chemist clerk clockmaker coachman cobbler \
        constable cook cooper dentist doctor draper dyer engraver farmer ferryman fiddler fisherman gardener glazier glover goldsmith \
        governess grocer groom hatter innkeeper joiner judge lawyer librarian locksmith mason midwife miller miner musician nurse painter \
        pilot plumber porter postman potter printer sailor saddler schoolmaster sculptor shepherd shipwright singer soldier surgeon surveyor \
        tailor tanner teacher thatcher tinker waiter watchmaker weaver wheelwright
        """)
    static let colours = words(
        "amber azure beige black blue bronze brown copper cream crimson emerald gold green grey indigo ivory lilac maroon mauve navy ochre olive orange pink plum purple red rose rust scarlet silver tan teal turquoise violet white yellow"
    )
    static let shades = words("bright dark deep dull faded light pale pure rich soft strong warm")
    static let months = words("January February March April May June July August September October November December")
    static let currencies = words("crowns dollars ducats florins francs guilders guineas pence pounds shillings")

    static func family(_ random: inout CorpusRandom) -> String { random.pick(familyBeginnings) + random.pick(familyEndings) }

    private static func words(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }
}
