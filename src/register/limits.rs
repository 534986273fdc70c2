//! How much is read at most: three times what a trust of 30,000 sends, and no more.

/// Bytes of everything handed over together.
pub const SENT: usize = 64 << 20;
/// Bytes of everything in an archive, unpacked.
pub const UNPACKED: usize = 128 << 20;
/// Entries of an archive, those we do not read among them.
pub const ENTRIES: usize = 200;
/// People in one list.
pub const PEOPLE: usize = 100_000;
/// Rows of any file.
pub const ROWS: usize = 2_000_000;
/// Columns of any file.
pub const COLUMNS: usize = 500;
/// How deep the elements of an XML file stand in one another. A Common Transfer File has nine.
pub const DEPTH: usize = 32;
/// Bytes kept of the text of one XML element.
pub const TEXT: usize = 4_000;
