/// Work, money and firms, asked for in other words than they are told in.
extension Relation {
    static let trades = work + money + firms

    private static let work = [
        Relation(
            "foreman of", of: .person, .person,
            told: ["{v} gives {s} the orders", "{s} takes orders from {v}", "{s} works under {v}", "{v} is {s}'s superior"],
            asked: ["from whom does {s} take orders?", "under whom does {s} work?", "who tells {s} what to do?", "who is {s}'s superior?"]),
        Relation(
            "apprentice of", of: .person, .person,
            told: ["{v} learns the trade from {s}", "{s} has taken {v} as an apprentice", "{v} is bound to {s} for seven years"],
            asked: ["who learns the trade from {s}?", "whom has {s} taken as an apprentice?", "who is bound to {s}?"]),
        Relation(
            "predecessor of", of: .person, .person,
            told: ["{s} took over from {v}", "before {s} it was {v} who did the work", "{s} stepped into the shoes of {v}"],
            asked: ["from whom did {s} take over?", "who did the work before {s}?", "whom did {s} replace?"]),
        Relation(
            "successor of", of: .person, .person,
            told: ["{v} took the place of {s}", "after {s} came {v}", "{s} made way for {v}"],
            asked: ["who came after {s}?", "who took the place of {s}?", "for whom did {s} make way?", "by whom was {s} followed?"]),
        Relation(
            "assistant of", of: .person, .person,
            told: ["{v} helps {s} in the shop", "{s} is helped by {v}", "{s} could not do without the help of {v}"],
            asked: ["who helps {s}?", "by whom is {s} helped?", "whose help does {s} need?"]),
        Relation(
            "first trade of", of: .person, .job,
            told: ["{s} began as a {v}", "{s} started out as a {v}", "in younger days {s} was a {v}", "{s} was once a {v}"],
            asked: ["as what did {s} begin?", "what was {s} in younger days?", "what was {s} once?", "what did {s} do at first?"]),
        Relation(
            "training of", of: .person, .job,
            told: ["{s} is learning to be a {v}", "{s} is apprenticed to a {v}", "one day {s} will be a {v}"],
            asked: ["what is {s} learning to be?", "what will {s} be one day?", "to what sort of tradesman is {s} apprenticed?"]),
        Relation(
            "wish of", of: .person, .job,
            told: ["{s} would rather be a {v}", "{s} has always wanted to become a {v}", "{s} dreams of being a {v}"],
            asked: ["what would {s} rather be?", "what has {s} always wanted to become?", "of being what does {s} dream?"]),
        Relation(
            "place of work of", of: .person, .town,
            told: ["{s} has a workshop in {v}", "{s} goes to work in {v}", "{s} keeps a shop in {v}", "{s} has found employment in {v}"],
            asked: ["where does {s} work?", "in which town is {s}'s shop?", "where has {s} found employment?", "where is {s} employed?"]),
        Relation(
            "tool of", of: .person, .thing,
            told: ["{s} works with {v}", "{s} does it all with {v}", "{v} never leaves the hand of {s}"],
            asked: ["with what does {s} work?", "what tool does {s} use?", "what never leaves {s}'s hand?"]),
        Relation(
            "task of", of: .person, .thing,
            told: ["{s} is busy with {v}", "{s} was told to mend {v}", "{s} has {v} to see to"],
            asked: ["with what is {s} busy?", "what was {s} told to mend?", "what has {s} to see to?"]),
        Relation(
            "order from", of: .person, .thing,
            told: ["{s} has ordered {v}", "{s} sent for {v}", "{s} wishes {v} to be delivered"],
            asked: ["what has {s} ordered?", "for what did {s} send?", "what does {s} wish to be delivered?"]),
        Relation(
            "regiment of", of: .person, .count,
            told: ["{s} served in regiment {v}", "{s} fought with the men of regiment {v}", "{s} wore the coat of regiment {v}"],
            asked: ["in which regiment did {s} serve?", "with what regiment did {s} fight?", "what is the number of {s}'s regiment?"]),
        Relation(
            "shift of", of: .person, .time,
            told: ["{s} begins work at {v}", "{s} is at the bench from {v} on", "the day's work of {s} starts at {v}"],
            asked: ["when does {s} begin work?", "from when on is {s} at the bench?", "at what time does the work of {s} start?"]),
        Relation(
            "appointment of", of: .person, .time,
            told: ["{s} is expected at {v}", "{s} has to see the doctor at {v}", "they are waiting for {s} at {v}"],
            asked: ["when is {s} expected?", "at what time must {s} see the doctor?", "for when do they await {s}?"]),
        Relation(
            "rank of", of: .person, .word,
            told: ["{s} holds the rank of {v}", "{s} was raised to {v}", "the men salute {s} as {v}"],
            asked: ["what rank does {s} hold?", "to what was {s} raised?", "as what do the men salute {s}?"]),
    ]

    private static let money = [
        Relation(
            "fortune of", of: .person, .price,
            told: ["{s} is worth {v}", "{s} has {v} in the bank", "{s} has put by {v}", "all in all {s} owns {v}"],
            asked: ["how rich is {s}?", "how much has {s} in the bank?", "what has {s} put by?", "how much does {s} own?"]),
        Relation(
            "inheritance of", of: .person, .price,
            told: ["{s} inherited {v}", "{s} came into {v}", "{v} were left to {s} in the will"],
            asked: ["how much did {s} inherit?", "what was left to {s}?", "what sum did {s} come into?"]),
        Relation(
            "fine for", of: .person, .price,
            told: ["{s} was fined {v}", "the judge made {s} pay {v}", "it cost {s} {v} to go free"],
            asked: ["how much was {s} fined?", "what did the judge make {s} pay?", "what did it cost {s} to go free?"]),
        Relation(
            "reward for", of: .person, .price,
            told: ["whoever catches {s} gets {v}", "{v} are offered for the head of {s}", "they will pay {v} to have {s} found"],
            asked: [
                "how much does one get for catching {s}?", "what is offered for the head of {s}?", "what will they pay to have {s} found?",
            ]),
        Relation(
            "ransom for", of: .person, .price,
            told: ["{s} was freed for {v}", "the pirates demanded {v} for {s}", "{v} bought {s} out of captivity"],
            asked: ["for how much was {s} freed?", "what did the pirates demand for {s}?", "what bought {s} out of captivity?"]),
        Relation(
            "winnings of", of: .person, .price,
            told: ["{s} won {v} at cards", "{s} went home {v} the richer", "fortune brought {s} {v}"],
            asked: ["how much did {s} win?", "by how much was {s} the richer?", "what did fortune bring {s}?"]),
        Relation(
            "losses of", of: .person, .price,
            told: ["{s} gambled away {v}", "{s} lost {v} in the crash", "{s} is {v} the poorer"],
            asked: ["how much did {s} lose?", "what did {s} gamble away?", "by how much is {s} the poorer?"]),
        Relation(
            "pension of", of: .person, .price,
            told: ["{s} lives on {v} a year", "the king pays {s} {v} a year", "{s} draws {v} every year"],
            asked: ["on how much does {s} live?", "what does the king pay {s}?", "how much does {s} draw every year?"]),
        Relation(
            "gift from", of: .person, .price,
            told: ["{s} gave {v} to the poor", "{s} dropped {v} into the box", "the poor got {v} from {s}"],
            asked: ["how much did {s} give to the poor?", "what did the poor get from {s}?", "what did {s} drop into the box?"]),
        Relation(
            "account number of", of: .person, .number,
            told: ["{s} banks under {v}", "the bank knows {s} as {v}", "pay it into {v}, which is {s}'s account"],
            asked: ["under what number does {s} bank?", "as what does the bank know {s}?", "into which account does one pay for {s}?"]),
    ]

    private static let firms = [
        Relation(
            "head of", of: .firm, .person,
            told: ["{s} is run by {v}", "{v} is the boss at {s}", "{v} signs for {s}", "everyone at {s} answers to {v}"],
            asked: ["who runs {s}?", "who is the boss at {s}?", "to whom does everyone at {s} answer?", "who leads {s}?"]),
        Relation(
            "seat of", of: .firm, .town,
            told: ["{s} has its office in {v}", "{s} does business from {v}", "you will find {s} in {v}", "{s} is based in {v}"],
            asked: ["where has {s} its office?", "in which town is {s} based?", "where does {s} do business?", "where will one find {s}?"]),
        Relation(
            "line of", of: .firm, .cargo,
            told: [
                "{s} deals in {v}", "{s} sells {v} to the whole county", "whoever needs {v} goes to {s}", "{s} supplies the navy with {v}",
            ],
            asked: ["in what does {s} deal?", "what does {s} sell?", "what does one go to {s} for?", "with what does {s} supply the navy?"]),
        Relation(
            "debt of", of: .firm, .price,
            told: ["{s} owes the bank {v}", "{s} is {v} in debt", "the bank has lent {s} {v}"],
            asked: ["how much does {s} owe?", "how deep in debt is {s}?", "what has the bank lent {s}?"]),
        Relation(
            "profit of", of: .firm, .price,
            told: ["{s} made {v} last year", "{s} cleared {v}", "the books of {s} close with a gain of {v}"],
            asked: ["how much did {s} make last year?", "what gain did {s} have?", "with what do the books of {s} close?"]),
        Relation(
            "cashier of", of: .firm, .person,
            told: ["{v} counts the money at {s}", "the money of {s} goes through the hands of {v}", "{v} keeps the books for {s}"],
            asked: ["who counts the money at {s}?", "through whose hands does the money of {s} go?", "who does the accounts for {s}?"]),
        Relation(
            "oldest clerk of", of: .firm, .person,
            told: ["{v} has been with {s} longest", "nobody has worked at {s} as long as {v}", "{v} grew grey at {s}"],
            asked: ["who has been with {s} longest?", "who grew grey at {s}?", "who has worked for {s} more years than anyone?"]),
        Relation(
            "rival of", of: .firm, .person,
            told: ["{v} takes customers away from {s}", "{s} fears nobody but {v}", "{v} competes with {s}"],
            asked: ["who takes customers away from {s}?", "whom does {s} fear?", "with whom must {s} compete?"]),
        Relation(
            "sign of", of: .firm, .animal,
            told: ["over the door of {s} hangs {v}", "{s} has {v} on its sign", "{v} is painted on the carts of {s}"],
            asked: ["what hangs over the door of {s}?", "which animal has {s} on its sign?", "what is painted on the carts of {s}?"]),
        Relation(
            "best customer of", of: .firm, .person,
            told: ["nobody buys more from {s} than {v}", "{v} buys everything at {s}", "{s} lives on the orders of {v}"],
            asked: ["who buys most from {s}?", "on whose orders does {s} live?", "who is the best customer of {s}?"]),
        Relation(
            "telephone number of", of: .firm, .number,
            told: ["call {s} at {v}", "{s} answers the telephone at {v}", "on its letters {s} gives the number {v}"],
            asked: ["at what number does {s} answer?", "how does one telephone {s}?", "which number does {s} give on its letters?"]),
        Relation(
            "opening hour of", of: .firm, .time,
            told: ["{s} raises its shutters at {v}", "customers are served at {s} from {v}", "at {v} the doors of {s} open"],
            asked: ["when does {s} raise its shutters?", "from when does {s} serve customers?", "at what time do the doors of {s} open?"]),
        Relation(
            "creditor of", of: .firm, .person,
            told: ["{s} owes everything to {v}", "{v} has lent money to {s}", "without the money of {v} there would be no {s}"],
            asked: ["to whom does {s} owe everything?", "who has lent money to {s}?", "whose money is behind {s}?"]),
        Relation(
            "colour of", of: .firm, .colour,
            told: ["the carts of {s} are {v}", "the men of {s} wear {v}", "{s} wraps its goods in {v}"],
            asked: ["what colour are the carts of {s}?", "what do the men of {s} wear?", "in which colour does {s} wrap its goods?"]),
    ]
}
