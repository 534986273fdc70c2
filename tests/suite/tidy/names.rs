//! Names are compared by one rule of the domain: no database folds one, and none is looked for by a pattern.

use super::{none, sources};

#[test]
fn no_query_compares_a_name() {
    let folds = ["lower(", "upper(", "like(", "LIKE ", "LOWER(", "UPPER("];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("src/store/")) {
        for (line, text) in source.shipped() {
            let asks = folds.iter().any(|fold| text.contains(fold)) && !text.contains("fn lower(");
            // Addresses are of another kind: what stands before the @ is compared without capitals.
            if asks && !text.contains("people::email") {
                wrong.push(source.says(line, "compare names with `is_same_name`, found by their keys"));
            }
        }
    }
    none(wrong);
}
