/// What others have published of a model, to stand beside one's own scores.
package struct PublishedScore: Codable, Equatable, Sendable {
    package let model: String
    /// From 0 to 1.
    package let score: Double

    /// - Returns: those of a task or an average of tasks, by its name; none where none is known.
    static func all(of name: String) -> [PublishedScore] {
        let wanted = BenchmarkRegistry.plain(name)
        return tables.flatMap { table in
            let columns = table.columns.indices.filter { BenchmarkRegistry.plain(table.columns[$0]) == wanted }
            return columns.flatMap { column in
                table.rows.compactMap { row in
                    row.scores[column].map { PublishedScore(model: row.model, score: $0 / 100) }
                }
            }
        }
    }

    private struct Table {
        let columns: [String]
        /// From 0 to 100; nil where nothing was published.
        let rows: [(model: String, scores: [Double?])]
    }

    /// The figures of the papers and of their repositories.
    private static let tables: [Table] = [
        // Bai et al., 2024.
        Table(
            columns: [
                "longbench English", "longbench single-document QA (English)", "longbench multi-document QA (English)",
                "longbench summaries (English)", "longbench few-shot (English)", "longbench code (English)",
                "longbench synthetic (English)",
            ],
            rows: [
                ("GPT-3.5-Turbo-16k", [44.0, 39.8, 38.7, 26.5, 67.1, 54.1, 37.8]),
                ("Llama2-7B-chat-4k", [31.0, 24.9, 22.6, 24.7, 60.0, 48.1, 5.9]),
                ("LongChat-v1.5-7B-32k", [34.3, 28.7, 20.6, 26.7, 60.0, 54.1, 15.8]),
                ("ChatGLM3-6B-32k", [48.5, 40.3, 46.6, 29.5, 68.1, 56.2, 50.5]),
            ]),
        Table(
            columns: [
                "longbench Chinese", "longbench-narrativeqa", "longbench-qasper", "longbench-hotpotqa", "longbench-gov_report",
                "longbench-trec", "longbench-triviaqa", "longbench-lcc",
            ],
            rows: [
                ("GPT-3.5-Turbo-16k", [44.5, nil, nil, nil, nil, nil, nil, nil]),
                ("ChatGLM3-6B-32k", [52.8, nil, nil, nil, nil, nil, nil, nil]),
                ("Llama2-7B-chat-4k", [14.3, 18.7, 19.2, 25.4, 27.3, 61.5, 77.8, 52.4]),
            ]),
        Table(
            columns: ["longbench-v2-direct"],
            rows: [("people within 15 minutes", [53.7]), ("o1-preview", [57.7]), ("best direct model", [50.1]), ("chance", [25])]),
        // An et al., 2024.
        Table(
            columns: ["leval-topic_retrieval_longchat"], rows: [("Turbo-16k-0613", [79.33])]),
        Table(
            columns: ["leval-coursera", "leval-gsm100", "leval-quality", "leval-tpo", "leval-codeU", "leval-sci_fi", "leval exams"],
            rows: [
                ("GPT-4-32k", [75.58, 96.00, 82.17, 84.38, 25.55, 74.99, 73.11]),
                ("Claude1.3-100k", [60.03, 88.00, 73.76, 83.64, 17.77, 72.65, 65.97]),
                ("Turbo-16k-0613", [63.51, 84.00, 61.38, 78.43, 12.22, 64.84, 60.73]),
                ("Llama3-8B-Instruct", [53.77, 79.00, 64.85, 82.89, 2.22, 69.53, 58.7]),
            ]),
        // Wang et al., 2024.
        Table(
            columns: ["2k", "4k", "8k", "16k"].map { "ada-leval-tsort-\($0)" }
                + ["1k", "2k", "4k", "8k", "16k", "32k"].map { "ada-leval-bestanswer-\($0)" },
            rows: [
                ("GPT-4-Turbo-0125", [15.5, 16.5, 8.5, 5.5, 73.5, 73.5, 65.5, 56.5, 44.5, 30.0]),
                ("GPT-3.5-Turbo-1106", [4.0, 4.5, 4.5, 5.5, 61.5, 48.5, 41.5, 17.0, 2.5, nil]),
                ("LongChat-7B-v1.5-32k", [5.3, 5.0, 3.1, 2.5, 32.4, 10.7, 5.7, 1.9, 0.8, nil]),
                ("Vicuna-13B-v1.5-16k", [5.4, 5.0, 2.4, 3.1, 53.4, 29.2, 13.1, 2.2, 0.9, nil]),
                ("InternLM2-7B", [5.1, 3.9, 5.1, 4.3, 58.6, 49.5, 33.9, 13.4, 0.8, 0.5]),
                ("chance", [4.2, 4.2, 4.2, 4.2, 26.7, 10.1, 4.5, 2.3, 1.1, 0.6]),
            ]),
        // Li et al., 2024.
        Table(columns: ["longiclbench-banking77-5r"], rows: [("GPT-4-Turbo", [84.4]), ("RWKV-5-World-3B", [32.6])]),
        // Hsieh et al., 2024.
        Table(
            columns: ["4096", "8192", "16384", "32768", "65536", "131072"].map { "ruler \($0)" },
            rows: [
                ("Gemini-1.5-Pro", [96.7, 95.8, 96.0, 95.9, 95.9, 94.4]), ("GPT-4-1106", [96.6, 96.3, 95.2, 93.2, 87.0, 81.2]),
                ("Llama3.1-8B", [95.5, 93.8, 91.6, 87.4, 84.7, 77.0]), ("Mistral-7B-v0.2", [93.6, 91.2, 87.2, 75.4, 49.0, 13.8]),
                ("LongChat-7B", [84.7, 79.9, 70.8, 59.3, 0, 0]),
            ]),
        // Kwan et al., 2024.
        Table(
            columns: ["1000", "2000", "4000", "6000", "8000"].map { "m4le normalised \($0)" } + ["m4le normalised"],
            rows: [
                ("GPT-3.5-Turbo-16K", [50, 47, 42, 39, 36, 43]), ("Vicuna-13B-v1.5-16K", [48, 45, 40, 33, 23, 38]),
                ("LongChat-7B-v1.5-32K", [41, 37, 33, 27, 24, 32]), ("Vicuna-7B-v1.5-16K", [43, 39, 32, 26, 14, 31]),
                ("LLaMA2-7B-Chat", [41, 34, 25, 13, 11, 25]), ("LLaMA2-7B", [39, 33, 25, 13, 7, 23]),
            ]),
    ]
}
