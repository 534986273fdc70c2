//! The systems that lists of people come from.

use crate::domain::kernel::codes::codes;

codes! {
    /// Where a list of people comes from. Identifiers of one source mean nothing in another.
    Source {
        OneRoster = "oneroster", "OneRoster";
        Sims = "sims", "SIMS";
        Arbor = "arbor", "Arbor";
        Bromcom = "bromcom", "Bromcom";
        Csv = "csv", "another list";
        Ctf = "ctf", "Common Transfer File";
    }
}
