#if SQLite
import GRDB

/// The tables of an index.
enum IndexSchema {
    /// "Apus" as a number: it tells our files from other databases.
    static let application = 0x4170_7573
    static let version = 3

    private static let statements = [
        "CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL)",
        // Without a fingerprint while some of its passages are missing.
        """
        CREATE TABLE files (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, format TEXT NOT NULL, bytes INTEGER NOT NULL, fingerprint TEXT)
        """,
        // Numbers of passages are not used again, for segments name them.
        """
        CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
            lower INTEGER NOT NULL, upper INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            title TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL, fingerprint TEXT NOT NULL)
        """,
        "CREATE INDEX passages_by_file ON passages (file)",
        """
        CREATE TABLE blocks (
            passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            lower INTEGER NOT NULL, upper INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, vector BLOB NOT NULL,
            PRIMARY KEY (passage, number)) WITHOUT ROWID
        """,
        // Cell 0 holds what was not yet sorted into others.
        """
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY, cell INTEGER NOT NULL, count INTEGER NOT NULL,
            passages BLOB NOT NULL, blocks BLOB NOT NULL, fingerprint TEXT NOT NULL, vectors BLOB NOT NULL)
        """,
        "CREATE INDEX segments_by_cell ON segments (cell, count)",
        "CREATE TABLE entries (passage INTEGER NOT NULL, segment INTEGER NOT NULL, PRIMARY KEY (passage, segment)) WITHOUT ROWID",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY CHECK (id = 1), vectors INTEGER NOT NULL, centres BLOB NOT NULL)",
        """
        CREATE VIRTUAL TABLE passage_text USING fts5(
            title, text, words, content='passages', content_rowid='id', tokenize='unicode61 remove_diacritics 2')
        """,
        "CREATE VIRTUAL TABLE word_places USING fts5vocab(passage_text, instance)",
        """
        CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
            INSERT INTO passage_text (rowid, title, text, words) VALUES (new.id, new.title, new.text, new.words);
        END
        """,
        """
        CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
            INSERT INTO passage_text (passage_text, rowid, title, text, words)
            VALUES ('delete', old.id, old.title, old.text, old.words);
        END
        """,
    ]

    /// What version 3 brought.
    private static let frequentWords = [
        "CREATE VIRTUAL TABLE word_counts USING fts5vocab(passage_text, row)",
        // How many passages they were in when that was last counted.
        "CREATE TABLE frequent_words (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID",
    ]

    /// A word that more passages have is written down with their number, so that searches need not count them.
    private static let frequentFrom = 256

    static func create(_ db: Database) throws {
        for statement in statements + frequentWords { try db.execute(sql: statement) }
        try db.execute(sql: "PRAGMA application_id = \(application)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Brings an index of an older version to this one.
    /// - Returns: the version that it has now.
    static func upgrade(_ db: Database, from older: Int) throws -> Int {
        guard older == 2 else { return older }
        for statement in frequentWords { try db.execute(sql: statement) }
        try noteFrequentWords(db)
        try db.execute(sql: "PRAGMA user_version = \(version)")
        return version
    }

    /// To be called after many passages were added or removed.
    static func noteFrequentWords(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM frequent_words")
        let sql = "INSERT INTO frequent_words (word, passages) SELECT term, doc FROM word_counts WHERE doc > ?"
        try db.execute(sql: sql, arguments: [frequentFrom])
    }
}
#endif
