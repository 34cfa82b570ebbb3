/// Words that stand in every text and tell little of what it is about.
package enum StopWords {
    /// Articles, prepositions, conjunctions, pronouns and forms of auxiliary verbs. Words that deny (not, no, never, nor) are not among
    /// them, for they turn the sense of what they stand with.
    package static let english: Set<String> = Set(
        """
        a an the this that these those such some any each every either both all other another same own
        of in on at by for from to into onto upon with within without about above below under over between among through during before \
        after since until against along across around behind beside beyond near off out up down toward towards
        and or but if so yet because as than while whereas though although whether then there here where when why how
        i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its \
        itself they them their theirs themselves who whom whose which what one
        am is are was were be been being have has had having do does did doing done will would shall should can could may might must ought
        very too also just only even quite rather more most much many few again ever once now
        i'm i'll i've i'd you're you'll you've he's she's it's we're we've they're they've that's there's
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
