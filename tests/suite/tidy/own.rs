//! What is a person's own (drafts, forms that were sent, reports) is asked for by account if the account waits to be
//! confirmed: no read or write of the store's room of concerns is by person alone.

use super::{none, sources};

/// What makes a read or write of one's own ask with which account it was written.
const BY_ACCOUNT: [&str; 3] = ["viewer.written_with()", "key_of(viewer", "viewer.proof()"];

#[test]
fn what_is_a_persons_own_is_asked_for_by_account_too() {
    let (mut asked, mut faults) = (0, Vec::new());
    for source in sources().iter().filter(|source| source.path.starts_with("src/store/concern/")) {
        let code: Vec<&str> = source.shipped().map(|(_, line)| line).collect();
        let code = code.join("\n").replace("\nfn ", "\n fn ");
        for function in code.split(" fn ").filter(|function| function.contains("viewer.person()")) {
            asked += 1;
            if !BY_ACCOUNT.iter().any(|how| function.contains(how)) {
                let name: String = function.chars().take_while(|letter| *letter != '(').collect();
                faults.push(source.says(1, &format!("{name} asks by person alone")));
            }
        }
    }
    none(faults);
    assert!(asked > 8, "{asked}");
}
