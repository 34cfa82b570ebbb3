/// What the log's sentences are made of; letters in braces stand for what changes.
enum LogPhrases {
    static let winds = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"]
    static let forces = ["light", "moderate", "fresh", "strong", "in gusts", "hardly to be felt", "steady", "blowing a gale"]
    static let seas = ["smooth", "slight", "moderate", "rough", "short and steep", "heavy", "calm inside the bar", "confused"]
    static let tendencies = ["rising", "falling", "steady", "falling fast", "rising slowly"]
    static let skies = [
        "clear", "overcast", "rain till noon", "showers", "fog before sunrise", "mist on the water", "hail in the afternoon",
        "bright and cold",
        "low cloud", "thunder far off", "snow on the hills", "warm and hazy",
    ]
    static let measures = ["barrels", "bales", "boxes", "casks", "chests", "crates", "hundredweight", "sacks", "tons"]
    static let spots = [
        "the east steps", "the west steps", "the fish quay", "the slip", "the bonded store", "the chain locker", "the tide gauge",
        "the old crane",
        "the rope walk", "the net loft", "the coal wharf", "the pilot's hut", "the signal mast", "the weigh house", "the boat shed",
    ]

    static let rigs = ["barque", "brig", "clipper", "cutter", "ketch", "lugger", "packet", "schooner", "sloop", "smack", "steamer"]
    static let pests = ["cat", "dog", "fox", "goat", "goose", "pig", "rat", "stoat"]
    static let goods = [
        "a brass lamp", "a broken oar", "a coil of new rope", "a copper kettle", "a fur cap", "a good anchor", "a leather bag",
        "a pair of sea boots",
        "a pilot's coat", "a red lantern", "a sack of nails", "a small telescope", "a spare tiller", "a torn sail", "a wicker basket",
        "a wooden box", "an iron hook", "an old compass", "an oilskin", "two herring nets",
    ]
    /// Where something can lie hidden, and rooms.
    static let hidingPlaces = [
        "behind the stove", "behind the tide table", "beneath the third step", "beside the barometer", "in the blue teapot",
        "in the clock case",
        "inside the old drum", "inside the ship's bell", "on top of the chart press", "under the doormat", "under the green bench",
        "under the loose floorboard", "under the stone by the well", "behind the picture of the queen",
    ]
    static let rooms = [
        "the attic over the sail loft", "the back room of the inn", "the bonded store", "the chapel vestry", "the clerk's cupboard",
        "the cellar of the watch house", "the iron chest", "the lamp room", "the net loft", "the pilot's hut", "the school",
    ]
    static let oddities = [
        "a child's sledge", "a church bell", "a dead porpoise", "a glass eye", "a keg of brandy", "a marble hand", "a sealed bottle",
        "a stuffed owl", "a wedding ring", "an iron crown", "the figurehead of a wreck", "the mayor's hat",
    ]
    static let creatures = ["a badger", "a conger eel", "a crab", "a ferret", "a goose", "a monkey", "a parrot", "a seal", "a swan"]

    static let weather = [
        "Wind {w}, {f}; sea {e}; glass {g} and {t}; {k}.",
        "Glass {g}, {t}. Wind {w} and {f}, the sea {e}, {k}.",
        "{k} with the wind {w}, {f}. Sea {e}. Glass {g}.",
        "The wind went round to the {w} in the night and is {f}; sea {e}; glass {g}.",
        "Wind {w} all day, {f}. Glass {g}, {t}; {k}.",
        "Sea {e}, wind {w}, {f}, and the glass {t} at {g}.",
    ]

    static let arrivals = [
        "The {s}, Captain {c}, came in from {o} at {t} with {q} of {g} and lies at berth {b}.",
        "At {t} the {s} of {p} made fast at berth {b}; Captain {c} has {q} of {g} to land.",
        "Captain {c} brought the {s} over the bar at {t} from {o}, laden with {g}.",
        "Came in at {t}: the {s}, from {o}, {q} of {g}, berth {b}.",
        "The {s} was towed in at {t} with {q} of {g} for {p}; Captain {c} has paid the dues.",
        "From {o} the {s}, Captain {c}, in want of water and with {q} of {g}; berth {b} since {t}.",
        "The {s} anchored in the roads at {t} and came up to berth {b} on the flood with {q} of {g}.",
    ]

    static let departures = [
        "The {s}, Captain {c}, left for {o} at {t} in ballast.",
        "At {t} the {s} cleared for {o} with {q} of {g}.",
        "Captain {c} took the {s} out on the morning tide, bound for {o} with {g}.",
        "The {s} sailed for {p} at {t}, having landed all her {g}.",
        "Sailed at {t}: the {s}, for {o}, with {q} of {g}.",
        "The {s} waited for water on the bar and got away to {o} at {t}.",
    ]

    static let events = [
        "{a} mended the fender at {w}.", "{a} and {b} quarrelled at {w} over {h} {m} and were sent home.",
        "Found {x} at {w}; nobody has asked after it.", "{i}, the pilot, complains of the new buoy off {o}.",
        "{k}, the clerk, copied the dues of the month and found {h} {m} too much.", "{l} trimmed the lamps and asks for oil.",
        "{j} baked for the crew of the {n}.", "{r}, the carpenter, has put a new plank into {w}.",
        "A boy fell in at {w} and was pulled out by {a}.", "The cart of {a} lost a wheel beside {w}.",
        "{a} paid {h} {m} for storing {g}.", "A {y} got into the bonded store and did some harm to the {g}.",
        "The mate of the {n} was ill and {a} took him in.", "{a} saw a light beyond the bar at midnight, but nothing came of it.",
        "Two of the crew of the {n} have run; Captain {c} offers {h} {m}.", "The tide stood {h} inches over the mark at {w}.",
        "{a} was fined {h} {m} for leaving nets on {w}.", "The inspector from {o} looked at {w} and said little.",
        "{b} lent {x} to {a} until the end of the week.", "{a} has the fever and {b} does the work at {w}.",
        "We painted {w} and finished before the rain.", "The owners of the {n} write that she is to wait for orders from {o}.",
        "{a} brought a letter from {o} that was {h} days on the way.", "There was music on board the {n} until late.",
        "{i} took the {s} out to the roads and came back wet through.", "A seal lay on the ice at {w} the whole morning.",
        "{a} wants {h} {m} for the hire of a boat, which is too much.", "{k} and {l} counted the ropes; {h} are to be replaced.",
        "The children of the school came to see the {n}.", "{r} says that the piles under {w} will last another ten years.",
        "Sold the old chain to {a} for {h} {m}.", "The dog of {a} barked at the {n} all day.",
        "Nothing else to report.", "All quiet at {w}.", "{a} came to ask for news of the {n}, and there was none.",
        "The men had the afternoon off for the fair at {o}.", "{h} baskets of herring were landed at {w} by {a}.",
    ]
}
