/// A picture of a page as a file of its own, which says what it is and can be read on any background.
enum SVGFile {
    private static let background = "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"

    static func text(of picture: String) -> String {
        picture.replacing("<svg ", with: "<svg xmlns=\"http://www.w3.org/2000/svg\" ", maxReplacements: 1)
            .replacing(">", with: ">\n" + background, maxReplacements: 1) + "\n"
    }
}
