//! Why a term's report was not made, in the words people read.

use crate::domain::kernel::codes::problems;

problems! {
    /// Why a term's report was not made or published.
    Problem {
        HeadPublishes = "head_publishes", "Only the headteacher can publish the report.";
        TermNotOver = "term_not_over", "This term has not ended yet. Its report can be made once it has.";
        Published = "published", "The report of this term has been published. It does not change any more.";
    }
}
