//! Golden documents, and what becomes of a document of another version.

use super::*;
use serde::de::DeserializeOwned;
use std::{env, fmt::Debug, fs};

/// Holds a document to the golden one of its version, by its path below `src`. If this fails, the form of stored
/// documents has changed: give it the next version, and read this one into it.
pub(crate) fn hold<T: Serialize + DeserializeOwned + PartialEq + Debug>(golden: &str, document: &T) {
    let path = format!("{}/src/{golden}", env!("CARGO_MANIFEST_DIR"));
    let now = serde_json::to_string_pretty(document).unwrap() + "\n";
    if env::var_os("CANDOUR_BLESS").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert_eq!(now, kept);
    assert_eq!(&serde_json::from_str::<T>(&kept).unwrap(), document);
}

#[test]
fn a_version_is_its_number_and_no_other_is_read() {
    assert_eq!(serde_json::to_string(&DocumentVersion::<2>).unwrap(), "2");
    assert_eq!(serde_json::from_str::<DocumentVersion<2>>("2").unwrap(), DocumentVersion);
    for other in ["1", "3"] {
        let error = serde_json::from_str::<DocumentVersion<2>>(other).unwrap_err().to_string();
        assert!(error.contains("unknown DocumentVersion"), "{error}");
    }
}
