/// Values of any kind.
extension GrammarBuilder {
    /// Any value at all.
    mutating func value() throws(GrammarError) -> Int32 {
        try rule(.value) { (builder) throws(GrammarError) in
            try builder.either([
                builder.anyObject(), builder.anyArray(), builder.string(then: ByteGrammar.end), builder.number(NumberLimits()),
                builder.anyText(of: ["true", "false", "null"], then: ByteGrammar.end),
            ])
        }
    }

    private mutating func anyObject() throws(GrammarError) -> Int32 {
        let closing = try space(then: text("}", then: ByteGrammar.end))
        let behind = try reserve()
        let value = try space(then: call(value(), then: behind))
        let member = try string(then: text(":", then: value))
        fill(behind, with: .either([closing, try text(",", then: space(then: member))]))
        return try text("{", then: space(then: either([member, text("}", then: ByteGrammar.end)])))
    }

    private mutating func anyArray() throws(GrammarError) -> Int32 {
        let closing = try space(then: text("]", then: ByteGrammar.end))
        let behind = try reserve()
        let item = try call(value(), then: behind)
        fill(behind, with: .either([closing, try text(",", then: space(then: item))]))
        return try text("[", then: space(then: either([item, text("]", then: ByteGrammar.end)])))
    }
}
